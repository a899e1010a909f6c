import { mkdirSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { READ_TIMEOUT_MS, type SqlDriver, type SqlSession } from './driver.ts'
import { createCheckpoints } from './duckdb-checkpoints.ts'
import { type Connections, openConnections } from './duckdb-connections.ts'
import { FILE_NAME, type FileWatch, filesGone, isBeingCopied, watchFiles } from './duckdb-files.ts'
import { openFailure, ownFolder } from './duckdb-ownership.ts'
import { isFatal } from './duckdb-session.ts'
import { createLine } from './line.ts'
import { StoreError } from './store-error.ts'

/** After a failure that only opening the file anew can mend, and again while that fails, for example on a full disk. */
const REOPEN_MS = 1_000

/** Opens (or makes) the DuckDB database in `dataDir`, which this process then owns. */
export async function openDuckDb(dataDir: string, readTimeoutMs = READ_TIMEOUT_MS): Promise<SqlDriver> {
  mkdirSync(dataDir, { recursive: true })
  const { path: folder, release } = ownFolder(dataDir)
  try {
    const path = join(folder, FILE_NAME)
    const connections = await openFile(path)
    return createDriver({ path, connections, readTimeoutMs, release })
  } catch (error) {
    release()
    throw error
  }
}

async function openFile(path: string): Promise<Connections> {
  try {
    return await openConnections(path)
  } catch (error) {
    throw openFailure(path, error)
  }
}

interface DriverOptions {
  readonly path: string
  readonly connections: Connections
  readonly readTimeoutMs: number
  readonly release: () => void
}

function createDriver({ path, connections: first, readTimeoutMs, release }: DriverOptions): SqlDriver {
  const database = createReopening(path, first)
  const exclusive = createLine()
  const checkpoints = createCheckpoints({
    inTurn: () => exclusive(() => database.use(checkpoint).catch(() => undefined)),
    now: () => database.use(checkpoint).catch(() => undefined),
  })
  let closing: Promise<void> | undefined

  /** One that fails or is put off loses nothing: the log stays, and the next one tries again. */
  async function checkpoint({ writer }: Connections, files: FileWatch): Promise<void> {
    if (isBeingCopied(dirname(path))) return
    await writer.query('CHECKPOINT')
    files.note()
  }

  /** What is in memory is whole, and goes into the file as it does when the log is full. */
  async function rescue({ writer }: Connections, files: FileWatch): Promise<void> {
    await writer.query('FORCE CHECKPOINT')
    files.note()
  }

  async function mustBeWhole(connections: Connections, files: FileWatch): Promise<void> {
    const damage = files.look()
    if (damage === 'all') throw filesGone(path)
    if (damage === 'log') await rescue(connections, files)
  }

  async function commit<T>(work: (session: SqlSession) => Promise<T>, connections: Connections, files: FileWatch) {
    const { writer } = connections
    await mustBeWhole(connections, files)
    await writer.query('BEGIN')
    try {
      const counting = countBytes(writer)
      const result = await work(counting.session)
      await writer.query('COMMIT')
      await mustBeWhole(connections, files)
      files.note()
      return { result, bytes: counting.bytes() }
    } catch (error) {
      // A failed COMMIT has rolled back already, and then ROLLBACK itself fails: the first error is the one to tell.
      await writer.query('ROLLBACK').catch(() => undefined)
      throw error
    }
  }

  function transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    if (closing !== undefined) return Promise.reject(closedError())
    return exclusive(async () => {
      const { result, bytes } = await database.use((connections, files) => commit(work, connections, files))
      await checkpoints.committed(bytes)
      return result
    })
  }

  async function close(): Promise<void> {
    checkpoints.stop()
    await exclusive(() => undefined)
    await database.close()
    release()
  }

  return {
    engine: 'duckdb',
    rowsFrom(parameter, columns) {
      return `(SELECT unnest(from_json(${parameter}, '[${JSON.stringify(columns)}]'), recursive := true)) AS incoming`
    },
    query(text, values) {
      if (closing !== undefined) return Promise.reject(closedError())
      return database.use(({ read }) => read((reader) => reader.queryWithin(readTimeoutMs, text, values)))
    },
    lookup(text, values) {
      if (closing !== undefined) return Promise.reject(closedError())
      return database.use(({ lookups }) => lookups.query(text, values))
    },
    background: {
      query(text, values) {
        if (closing !== undefined) return Promise.reject(closedError())
        return database.use(({ background }) => background.queryWithin(readTimeoutMs, text, values))
      },
    },
    // There is one writer anyway.
    inBackground: transaction,
    ingest: transaction,
    lowered: (expression) => `lower(${expression})`,
    transaction,
    exclusively: (work) => work(),
    async takePosition(session) {
      const [row] = await session.query(`SELECT nextval('tail_positions') AS position`)
      return Number(row?.['position'])
    },
    // Transactions come one after another.
    settledPosition: () => Promise.resolve(Number.MAX_SAFE_INTEGER),
    prepareDays: () => Promise.resolve(),
    dropBefore: () => Promise.resolve(),
    async freeBytes() {
      const { bavail, bsize } = await statfs(dirname(path))
      return bavail * bsize
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

interface Opened {
  readonly connections: Connections
  readonly files: FileWatch
}

/** Connections that are made anew after a failure that DuckDB does not recover from by itself. */
interface Reopening {
  /** @throws {@link StoreError} `unreachable` while the file cannot be opened, `files_gone` when it is another one. */
  use<T>(work: (connections: Connections, files: FileWatch) => Promise<T>): Promise<T>
  close(): Promise<void>
}

function createReopening(path: string, first: Connections): Reopening {
  let opened: Opened = { connections: first, files: watchFiles(path) }
  let isBroken = false
  let reopening: Promise<Opened> | undefined
  let failure: { readonly error: unknown; readonly at: number } | undefined

  /** The log is read again: what was acknowledged is in there. */
  async function reopen(): Promise<Opened> {
    if (failure && Math.abs(Date.now() - failure.at) < REOPEN_MS) throw failure.error
    try {
      if (opened.files.look() === 'all') throw filesGone(path)
      await opened.connections.close()
      opened = { connections: await openFile(path), files: watchFiles(path) }
      isBroken = false
      failure = undefined
      return opened
    } catch (error) {
      failure = { error, at: Date.now() }
      throw error
    }
  }

  return {
    async use(work) {
      if (isBroken) {
        reopening ??= reopen().finally(() => {
          reopening = undefined
        })
      }
      const using = (await reopening) ?? opened
      try {
        return await work(using.connections, using.files)
      } catch (error) {
        if (isFatal(error) && using === opened) isBroken = true
        throw error
      }
    },
    async close() {
      await reopening?.catch(() => undefined)
      await opened.connections.close()
    },
  }
}

function countBytes(session: SqlSession): { session: SqlSession; bytes: () => number } {
  let bytes = 0
  return {
    bytes: () => bytes,
    session: {
      query(text, values = []) {
        for (const value of values) if (typeof value === 'string') bytes += value.length
        return session.query(text, values)
      },
    },
  }
}

function closedError(): StoreError {
  return new StoreError('closed', 'the store is closed')
}

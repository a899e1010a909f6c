import { mkdirSync, realpathSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBPreparedStatement } from '@duckdb/node-api'
import { integer, READ_TIMEOUT_MS, type SqlDriver, type SqlRow, type SqlSession, type SqlValue } from './driver.ts'
import { createCheckpoints } from './duckdb-checkpoints.ts'
import { createLine } from './line.ts'
import { StoreError } from './store-error.ts'

const FILE_NAME = 'events.duckdb'

/** Reads that run side by side: a report, what is read of one person, and the tail of live streams. */
const READERS = 3

/**
 * A report would take every core there is, and events would wait for it. One core is left to them; with two, a report takes
 * twice as long and no more than its half.
 */
const THREADS = Math.max(1, availableParallelism() - 1)

/** DuckDB's file lock does not see a second opening by the same process, so this register does. */
const OPEN_FOLDERS: unique symbol = Symbol.for('threadline.collector.open-folders')

/** Opens (or makes) the DuckDB database in `dataDir`, which this process then owns. */
export async function openDuckDb(dataDir: string, readTimeoutMs = READ_TIMEOUT_MS): Promise<SqlDriver> {
  mkdirSync(dataDir, { recursive: true })
  const folder = realpathSync(dataDir)
  const openFolders = folderRegister()
  if (openFolders.has(folder)) throw inUse(folder)
  openFolders.add(folder)
  try {
    const instance = await openInstance(folder)
    return await createDriver({ instance, readTimeoutMs, release: () => openFolders.delete(folder) })
  } catch (error) {
    openFolders.delete(folder)
    throw error
  }
}

async function openInstance(folder: string): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(join(folder, FILE_NAME), {
      // The driver checkpoints by itself, in small steps: an automatic one stalls the commit that triggers it.
      checkpoint_threshold: '1GB',
      threads: String(THREADS),
      // Nothing but this one file: no query can read others, fetch or load anything.
      enable_external_access: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    })
  } catch (error) {
    throw openFailure(folder, error)
  }
}

interface DriverOptions {
  readonly instance: DuckDBInstance
  readonly readTimeoutMs: number
  readonly release: () => void
}

async function createDriver({ instance, readTimeoutMs, release }: DriverOptions): Promise<SqlDriver> {
  const writer = await openSession(instance)
  const readers = createPool(await Promise.all(Array.from({ length: READERS }, () => openSession(instance))))
  const lookups = await openSession(instance)
  const exclusive = createLine()
  const checkpoints = createCheckpoints({ inTurn: () => exclusive(checkpoint), now: checkpoint })
  let closing: Promise<void> | undefined

  /** One that fails loses nothing: the log stays, and the next one tries again. */
  async function checkpoint(): Promise<void> {
    await writer.query('CHECKPOINT').catch(() => undefined)
  }

  function transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    if (closing !== undefined) return Promise.reject(closedError())
    return exclusive(async () => {
      await writer.query('BEGIN')
      try {
        const counting = countBytes(writer)
        const result = await work(counting.session)
        await writer.query('COMMIT')
        await checkpoints.committed(counting.bytes())
        return result
      } catch (error) {
        // A failed COMMIT has rolled back already, and then ROLLBACK itself fails: the first error is the one to tell.
        await writer.query('ROLLBACK').catch(() => undefined)
        throw error
      }
    })
  }

  async function close(): Promise<void> {
    checkpoints.stop()
    await exclusive(() => undefined)
    await Promise.all([readers.close(), lookups.close()])
    await writer.close()
    instance.closeSync()
    release()
  }

  return {
    engine: 'duckdb',
    rowsFrom(parameter, columns) {
      return `(SELECT unnest(from_json(${parameter}, '[${JSON.stringify(columns)}]'), recursive := true)) AS incoming`
    },
    query(text, values) {
      if (closing !== undefined) return Promise.reject(closedError())
      return readers.run((reader) => reader.queryWithin(readTimeoutMs, text, values))
    },
    lookup(text, values) {
      if (closing !== undefined) return Promise.reject(closedError())
      return lookups.query(text, values)
    },
    // There is one writer anyway.
    ingest: transaction,
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
    close() {
      closing ??= close()
      return closing
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

interface Session extends SqlSession {
  /** Throws {@link StoreError} `timed_out` when the statement takes longer. */
  queryWithin(timeoutMs: number, text: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]>
  close(): Promise<void>
}

/** Gives each piece of work the connection that is free first. */
function createPool(sessions: readonly Session[]) {
  const free = [...sessions]
  const waiting: ((session: Session) => void)[] = []

  function take(): Promise<Session> {
    const session = free.pop()
    return session ? Promise.resolve(session) : new Promise((resolve) => waiting.push(resolve))
  }

  return {
    async run<T>(work: (session: Session) => Promise<T>): Promise<T> {
      const session = await take()
      try {
        return await work(session)
      } finally {
        const next = waiting.shift()
        if (next) next(session)
        else free.push(session)
      }
    },
    async close(): Promise<void> {
      await Promise.all(sessions.map((session) => session.close()))
    },
  }
}

/**
 * One connection, which runs one statement at a time.
 *
 * Statements are prepared anew each time: DuckDB plans with the statistics of the table at that moment, and a plan kept
 * over an UPDATE gave back wrong numbers (1.5.6: a timestamp with another row's minimum added to it).
 */
async function openSession(instance: DuckDBInstance): Promise<Session> {
  const connection = await instance.connect()
  const inLine = createLine()

  async function run(text: string, values: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    const statement = await connection.prepare(text)
    try {
      values.forEach((value, index) => {
        bind(statement, index + 1, value)
      })
      const reader = await statement.runAndReadAll()
      return reader.getRowObjectsJS().map(toRow)
    } catch (error) {
      throw failed(error)
    } finally {
      statement.destroySync()
    }
  }

  async function runWithin(timeoutMs: number, text: string, values: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      connection.interrupt()
    }, timeoutMs)
    try {
      return await run(text, values)
    } catch (error) {
      if (!late) throw error
      throw timedOut(error)
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    query: (text, values = []) => inLine(() => run(text, values)),
    queryWithin: (timeoutMs, text, values = []) => inLine(() => runWithin(timeoutMs, text, values)),
    close: () => inLine(() => connection.closeSync()),
  }
}

function bind(statement: DuckDBPreparedStatement, index: number, value: SqlValue): void {
  if (value === null) statement.bindNull(index)
  else if (typeof value === 'string') statement.bindVarchar(index, value)
  else if (typeof value === 'boolean') statement.bindBoolean(index, value)
  else if (Number.isInteger(value)) statement.bindBigInt(index, BigInt(value))
  else statement.bindDouble(index, value)
}

function toRow(row: Record<string, unknown>): SqlRow {
  const result: Record<string, SqlValue> = {}
  for (const [column, value] of Object.entries(row)) result[column] = toValue(value)
  return result
}

function toValue(value: unknown): SqlValue {
  if (typeof value === 'bigint') return integer(value)
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (value === null || value === undefined) return null
  throw new TypeError(`a column came back as ${typeof value}, which no query here asks for`)
}

function folderRegister(): Set<string> {
  const holder: typeof globalThis & { [OPEN_FOLDERS]?: Set<string> } = globalThis
  holder[OPEN_FOLDERS] ??= new Set()
  return holder[OPEN_FOLDERS]
}

function openFailure(folder: string, cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  if (reason.includes('Could not set lock')) return inUse(folder, cause)
  return new StoreError('unreachable', `cannot open the database in ${folder}: ${reason}`, { cause })
}

function inUse(folder: string, cause?: unknown): StoreError {
  return new StoreError(
    'locked',
    `${folder} is in use by another collector. One process owns a data folder: stop the other one, choose another folder, or use PostgreSQL (databaseUrl) to run several.`,
    { cause },
  )
}

/** After a fatal error DuckDB refuses everything until the file is opened anew. */
const DATABASE_FAULTS = /^(IO Error|FATAL|INTERNAL|Out of Memory)|database has been invalidated/i

function failed(error: unknown): unknown {
  if (!(error instanceof Error) || !DATABASE_FAULTS.test(error.message)) return error
  return new StoreError('unreachable', `DuckDB failed: ${error.message}`, { cause: error })
}

function timedOut(cause: unknown): StoreError {
  return new StoreError('timed_out', 'a read took longer than any may', { cause })
}

function closedError(): StoreError {
  return new StoreError('closed', 'the store is closed')
}

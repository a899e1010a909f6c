import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBPreparedStatement } from '@duckdb/node-api'
import { integer, type SqlDriver, type SqlRow, type SqlSession, type SqlValue } from './driver.ts'
import { createCheckpoints } from './duckdb-checkpoints.ts'
import { createLine } from './line.ts'
import { StoreError } from './store-error.ts'

const FILE_NAME = 'events.duckdb'

/** Reads that run side by side; more would only compete for the same cores. */
const READERS = 2

/** DuckDB's file lock does not see a second opening by the same process, so this register does. */
const OPEN_FOLDERS: unique symbol = Symbol.for('threadline.collector.open-folders')

/** Opens (or makes) the DuckDB database in `dataDir`, which this process then owns. */
export async function openDuckDb(dataDir: string): Promise<SqlDriver> {
  mkdirSync(dataDir, { recursive: true })
  const folder = realpathSync(dataDir)
  const openFolders = folderRegister()
  if (openFolders.has(folder)) throw inUse(folder)
  openFolders.add(folder)
  try {
    const instance = await openInstance(folder)
    return await createDriver(instance, () => openFolders.delete(folder))
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
      // Nothing but this one file: no query can read others, fetch or load anything.
      enable_external_access: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    })
  } catch (error) {
    throw openFailure(folder, error)
  }
}

async function createDriver(instance: DuckDBInstance, release: () => void): Promise<SqlDriver> {
  const writer = await openSession(instance)
  const readers = await Promise.all(Array.from({ length: READERS }, () => openSession(instance)))
  const exclusive = createLine()
  const checkpoints = createCheckpoints({ inTurn: () => exclusive(checkpoint), now: checkpoint })
  let nextReader = 0
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
    await Promise.all(readers.map((reader) => reader.close()))
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
      nextReader = (nextReader + 1) % readers.length
      const reader = readers[nextReader] ?? writer
      return reader.query(text, values)
    },
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
  close(): Promise<void>
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

  return {
    query: (text, values = []) => inLine(() => run(text, values)),
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

function closedError(): StoreError {
  return new StoreError('closed', 'the store is closed')
}

import type { DuckDBInstance, DuckDBPreparedStatement } from '@duckdb/node-api'
import { DatabaseFault, duckdbFault } from './database-fault.ts'
import { checkTexts, integer, type SqlRow, type SqlSession, type SqlValue, UnstorableTextError } from './driver.ts'
import { createLine } from './line.ts'
import { StoreError } from './store-error.ts'

/** One connection of DuckDB. */
export interface Session extends SqlSession {
  /** Throws {@link StoreError} `timed_out` when the statement takes longer. */
  queryWithin(timeoutMs: number, text: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]>
  close(): Promise<void>
}

/**
 * One connection, which runs one statement at a time.
 *
 * Statements are prepared anew each time: DuckDB plans with the statistics of the table at that moment, and a plan kept
 * over an UPDATE gave back wrong numbers (1.5.6: a timestamp with another row's minimum added to it).
 */
export async function openSession(instance: DuckDBInstance): Promise<Session> {
  const connection = await instance.connect()
  const inLine = createLine()

  async function run(text: string, values: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    checkTexts(values)
    const statement = await connection.prepare(text).catch((error: unknown) => {
      throw failed(error)
    })
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

/** How DuckDB says that not the statement is at fault but what it runs on: the disk, the memory, the database itself. */
const DATABASE_FAULTS =
  /^(IO Error|FATAL|INTERNAL|Out of Memory)|Failed to commit: Could not|database has been invalidated/i

function failed(error: unknown): unknown {
  if (!(error instanceof Error) || isOurs(error)) return error
  const fault = duckdbFault(error)
  if (!DATABASE_FAULTS.test(error.message)) return fault
  return new StoreError('unreachable', `DuckDB failed: ${fault.message}`, { cause: fault })
}

/** What was thrown on the way to DuckDB or back has no message of its. */
function isOurs(error: Error): boolean {
  return error instanceof RangeError || error instanceof TypeError || error instanceof UnstorableTextError
}

/** Tells whether the database must be opened anew before it does anything again. */
export function isFatal(error: unknown): boolean {
  return error instanceof StoreError && error.cause instanceof DatabaseFault && error.cause.isFatal
}

function timedOut(cause: unknown): StoreError {
  return new StoreError('timed_out', 'a read took longer than any may', { cause })
}

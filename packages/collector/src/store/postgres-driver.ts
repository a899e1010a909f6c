import postgres from 'postgres'
import { integer, type SqlDriver, type SqlRow, type SqlSession } from './driver.ts'
import { createLine } from './line.ts'
import { createPartitions } from './postgres-partitions.ts'
import { StoreError } from './store-error.ts'

const POOL_SIZE = 8
const CONNECT_TIMEOUT_S = 10
const CLOSE_TIMEOUT_S = 10

/** Two transactions that met: the loser of either may simply run again. */
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'
const ATTEMPTS = 5

/** Any constant that only this collector's migrations use. */
const MIGRATION_LOCK = 7_226_310

const INT8_OID = 20
const NUMERIC_OID = 1700

/** Connects to the PostgreSQL at `databaseUrl` (`postgres://user:password@host:port/database`). */
export async function openPostgres(databaseUrl: string): Promise<SqlDriver> {
  const sql = postgres(databaseUrl, {
    max: POOL_SIZE,
    connect_timeout: CONNECT_TIMEOUT_S,
    onnotice: () => undefined,
    types: {
      integer: { to: INT8_OID, from: [INT8_OID, NUMERIC_OID], parse: integer, serialize: String },
    },
    connection: { application_name: 'threadline-collector' },
  })
  try {
    await sql`SELECT 1`
  } catch (error) {
    await sql.end({ timeout: 0 })
    throw unreachable(error)
  }
  return createDriver(sql)
}

function createDriver(sql: postgres.Sql): SqlDriver {
  const inLine = createLine()
  const partitions = createPartitions({ query: session(sql).query, exclusively })
  let closing: Promise<void> | undefined

  async function transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        // Wrapped, since postgres.js would look into a bare result for promises to await.
        const { result } = await sql.begin(async (inside) => ({ result: await work(session(inside)) }))
        return result
      } catch (error) {
        if (attempt >= ATTEMPTS || !isConflict(error)) throw error
      }
    }
  }

  /** In line first: each holds a connection while it waits for other processes, and needs another one for its work. */
  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    return inLine(async () => {
      const connection = await sql.reserve()
      try {
        await connection`SELECT pg_advisory_lock(${MIGRATION_LOCK})`
        return await work()
      } finally {
        await connection`SELECT pg_advisory_unlock(${MIGRATION_LOCK})`
        connection.release()
      }
    })
  }

  return {
    engine: 'postgres',
    rowsFrom(parameter, columns) {
      const list = Object.entries(columns).map(([name, type]) => `${name} ${type}`)
      // Through text, since postgres.js would encode a parameter of type json a second time.
      return `json_to_recordset(${parameter}::text::json) AS incoming(${list.join(', ')})`
    },
    query: session(sql).query,
    transaction,
    exclusively,
    prepareDays: partitions.prepare,
    dropBefore: partitions.dropBefore,
    close() {
      closing ??= sql.end({ timeout: CLOSE_TIMEOUT_S })
      return closing
    },
  }
}

function session(sql: postgres.Sql | postgres.TransactionSql): SqlSession {
  return {
    query: (text, values = []) => sql.unsafe<SqlRow[]>(text, [...values], { prepare: true }),
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof postgres.PostgresError && [SERIALIZATION_FAILURE, DEADLOCK_DETECTED].includes(error.code)
}

/** The driver's own message names host and port; the URL, with its password, stays out. */
function unreachable(error: unknown): StoreError {
  const reason = error instanceof Error ? error.message : 'no answer'
  return new StoreError('unreachable', `cannot connect to PostgreSQL: ${reason}`, { cause: error })
}

import pg from 'pg'
import { integer, type SqlDriver, type SqlRow, type SqlSession } from './driver.ts'
import { createLine } from './line.ts'
import { createPartitions } from './postgres-partitions.ts'
import { createPositions } from './postgres-positions.ts'
import { StoreError } from './store-error.ts'

const POOL_SIZE = 8
const CONNECT_TIMEOUT_MS = 10_000

/** No statement here takes so long; a database that hangs must not take the collector with it. */
const STATEMENT_TIMEOUT_MS = 60_000

/** Two transactions that met: the loser of either may simply run again. */
const CONFLICTS = ['40001', '40P01']
const ATTEMPTS = 5

/** SQLSTATE classes that blame the statement or its values; all others blame the server or the way to it. */
const STATEMENT_FAULTS = /^(2[0-9A-Z]|3[0-9A-Z]|42|44|P0)/

/** Any constant that only this collector's migrations use. */
const MIGRATION_LOCK = 7_226_310

const INT8_OID = 20
const NUMERIC_OID = 1700

/** Connects to the PostgreSQL at `databaseUrl` (`postgres://user:password@host:port/database`). */
export async function openPostgres(databaseUrl: string): Promise<SqlDriver> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'threadline-collector',
    types: { getTypeParser: typeParser },
  })
  // A lost connection fails the statement that runs on it, which is told there; unheard, it would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const driver = createDriver(pool)
  try {
    await driver.query('SELECT 1 AS one')
  } catch (error) {
    await driver.close()
    throw error
  }
  return driver
}

function typeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === INT8_OID || oid === NUMERIC_OID) return integer
  return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text')
}

function createDriver(pool: pg.Pool): SqlDriver {
  const sessionOn = createSessions()
  const query = sessionOn(pool).query
  const inLine = createLine()
  const partitions = createPartitions({ query, exclusively })
  let closing: Promise<void> | undefined

  async function transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await withClient((client) => inTransaction(client, work))
      } catch (error) {
        if (attempt >= ATTEMPTS || !isConflict(error)) throw error
      }
    }
  }

  async function inTransaction<T>(client: pg.PoolClient, work: (session: SqlSession) => Promise<T>): Promise<T> {
    const session = sessionOn(client)
    await session.query('BEGIN')
    try {
      const result = await work(session)
      await session.query('COMMIT')
      return result
    } catch (error) {
      await session.query('ROLLBACK').catch(() => undefined)
      throw error
    }
  }

  /** A connection on which anything failed is not used again: what state it is in is anybody's guess. */
  async function withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect().catch((error: unknown) => {
      throw unreachable(error)
    })
    let failed = true
    try {
      const result = await work(client)
      failed = false
      return result
    } finally {
      client.release(failed)
    }
  }

  /** In line first: each holds a connection while it waits for other processes, and needs another one for its work. */
  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    return inLine(() =>
      withClient(async (client) => {
        // Another process may be at an index over a year of events.
        await client.query('SET statement_timeout = 0')
        await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK])
        await client.query('RESET statement_timeout')
        const result = await work()
        // Not reached when `work` fails: then the connection is closed, and the lock goes with it.
        await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK])
        return result
      }),
    )
  }

  return {
    engine: 'postgres',
    rowsFrom(parameter, columns) {
      const list = Object.entries(columns).map(([name, type]) => `${name} ${type}`)
      return `json_to_recordset(${parameter}::text::json) AS incoming(${list.join(', ')})`
    },
    query,
    transaction,
    exclusively,
    ...createPositions({ query }),
    prepareDays: partitions.prepare,
    dropBefore: partitions.dropBefore,
    close() {
      closing ??= pool.end()
      return closing
    },
  }
}

/** Sessions whose statements are prepared once on each connection, by a name for each text. */
function createSessions(): (client: pg.Pool | pg.PoolClient) => SqlSession {
  const names = new Map<string, string>()
  return (client) => ({
    async query(text, values = []) {
      const name = names.get(text) ?? `threadline_${names.size}`
      names.set(text, name)
      try {
        const { rows } = await client.query<SqlRow>({ name, text, values: [...values] })
        return rows
      } catch (error) {
        throw isStatementFault(error) || isConflict(error) || error instanceof RangeError ? error : unreachable(error)
      }
    },
  })
}

function isConflict(error: unknown): boolean {
  return error instanceof pg.DatabaseError && CONFLICTS.includes(error.code ?? '')
}

function isStatementFault(error: unknown): boolean {
  return error instanceof pg.DatabaseError && STATEMENT_FAULTS.test(error.code ?? '')
}

/** The driver's own message names host and port; the URL, with its password, stays out. */
function unreachable(error: unknown): StoreError {
  const reason = error instanceof Error ? error.message : 'no answer'
  return new StoreError('unreachable', `PostgreSQL does not answer: ${reason}`, { cause: error })
}

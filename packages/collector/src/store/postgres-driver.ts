import { Socket } from 'node:net'
import pg from 'pg'
import { within } from '../within.ts'
import { DatabaseFault, postgresFault } from './database-fault.ts'
import {
  checkTexts,
  integer,
  READ_TIMEOUT_MS,
  type SqlDriver,
  type SqlRow,
  type SqlSession,
  type SqlValue,
  UnstorableTextError,
} from './driver.ts'
import { createLine } from './line.ts'
import { createPartitions } from './postgres-partitions.ts'
import { createPositions } from './postgres-positions.ts'
import { StoreError } from './store-error.ts'

/** How the connections are used, and how long a statement on them may take, in ms. */
interface Lane {
  readonly connections: number
  /** By the server's clock: the statement is cancelled. */
  readonly statementTimeoutMs: number
  /** By this process's clock: a server that does not run cannot cancel. @defaultValue none */
  readonly answerTimeoutMs?: number
  /** What the server is told of statements on it, as its command line has it. @defaultValue nothing */
  readonly options?: string
}

/**
 * Reads group all people of a period: in the 4 MB of a server's default that is done on disk. Compiling a statement costs more time than
 * it saves on a million events, and a plan for any period is none for the one that is asked for.
 */
const READ_OPTIONS = '-c work_mem=64MB -c jit=off -c plan_cache_mode=force_custom_plan'

/** What runs in one lane never waits for a connection of another. */
const LANES = {
  /** As many as the group commit has writers. */
  ingest: { connections: 2, statementTimeoutMs: 30_000, answerTimeoutMs: 35_000 },
  /** Everything else that writes. Two: who holds a lock needs another one for the work. */
  changes: { connections: 2, statementTimeoutMs: 60_000 },
  reads: {
    connections: 3,
    statementTimeoutMs: READ_TIMEOUT_MS,
    answerTimeoutMs: READ_TIMEOUT_MS + 5_000,
    options: READ_OPTIONS,
  },
  /** What forwards events: one may note what it did while another one reads. */
  background: { connections: 2, statementTimeoutMs: READ_TIMEOUT_MS, answerTimeoutMs: READ_TIMEOUT_MS + 5_000 },
  lookups: { connections: 1, statementTimeoutMs: 2_000, answerTimeoutMs: 2_500 },
} as const satisfies { readonly [name: string]: Lane }

const CONNECT_TIMEOUT_MS = 10_000

/** A process that is stopped in the middle of a transaction must not hold its locks against the others. */
const IDLE_IN_TRANSACTION_MS = 60_000

/** Two transactions that met: the loser of either may simply run again. */
const CONFLICTS = ['40001', '40P01']
const ATTEMPTS = 5

/**
 * SQLSTATE classes that blame the statement or its values; all others blame the server or the way to it. Class 25 tells of its
 * state: a database that is read-only takes no events, whoever sends them.
 */
const STATEMENT_FAULTS = /^(2[0-46-9A-Z]|3[0-9A-Z]|42|44|P0)/

/** NUL in a text, and in a text of a JSON list. */
const UNSTORABLE_TEXTS = ['22021', '22P05']

/** Any constant that only this collector's migrations use. */
const MIGRATION_LOCK = 7_226_310

/** As `statement_timeout` has it. */
const FOR_EVER = 0

/** Longest that making or dropping a month waits for a process that migrates; it is tried again later. In ms. */
const MONTH_WAIT_MS = 1_000

/** Longest that the end waits for statements and for the server's goodbye, in ms. One that does not run says none. */
const GOODBYE_MS = 5_000

const INT8_OID = 20
const NUMERIC_OID = 1700

/** Connects to the PostgreSQL at `databaseUrl` (`postgres://user:password@host:port/database`). */
export async function openPostgres(databaseUrl: string, readTimeoutMs = READ_TIMEOUT_MS): Promise<SqlDriver> {
  const sockets = new Set<Socket>()
  const open = (lane: Lane) => openPool(databaseUrl, lane, sockets)
  const pools = {
    ingest: open(LANES.ingest),
    changes: open(LANES.changes),
    reads: open({ ...LANES.reads, statementTimeoutMs: readTimeoutMs }),
    background: open(LANES.background),
    lookups: open(LANES.lookups),
  }
  const driver = createDriver(pools, async () => {
    await within(GOODBYE_MS, Promise.all(Object.values(pools).map((pool) => pool.end())))
    for (const socket of sockets) socket.destroy()
  })
  try {
    await driver.query('SELECT 1 AS one')
  } catch (error) {
    await driver.close()
    throw error
  }
  return driver
}

type Pools = { readonly [Name in keyof typeof LANES]: pg.Pool }

/** A connection that tells whether it is still open. */
function openSocket(sockets: Set<Socket>): Socket {
  const socket = new Socket()
  sockets.add(socket)
  return socket.once('close', () => sockets.delete(socket))
}

function openPool(databaseUrl: string, lane: Lane, sockets: Set<Socket>): pg.Pool {
  const { connections, statementTimeoutMs, answerTimeoutMs, options } = lane
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    ...(answerTimeoutMs !== undefined && { query_timeout: answerTimeoutMs }),
    ...(options !== undefined && { options }),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    stream: () => openSocket(sockets),
    application_name: 'threadline-collector',
    types: { getTypeParser: typeParser },
  })
  // A lost connection fails the statement that runs on it, which is told there; unheard, it would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

function typeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === INT8_OID || oid === NUMERIC_OID) return integer
  return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text')
}

function createDriver(pools: Pools, end: () => Promise<void>): SqlDriver {
  const sessionOn = createSessions()
  const inLine = createLine()
  // Not as a read: who stores events waits for it.
  const partitions = createPartitions({
    query: sessionOn(pools.changes).query,
    transaction: (work) => transaction(pools.changes, work),
    exclusively: (work) => exclusively(work, MONTH_WAIT_MS),
  })
  let closing: Promise<void> | undefined

  async function transaction<T>(pool: pg.Pool, work: (session: SqlSession) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await withClient(pool, (client) => inTransaction(client, work))
      } catch (error) {
        if (attempt >= ATTEMPTS || !isConflict(error)) throw error
      }
    }
  }

  async function read(text: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    try {
      return await sessionOn(pools.reads).query(text, values)
    } catch (error) {
      throw isCancelled(error) ? timedOut(error) : error
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
  async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect().catch((error: unknown) => {
      throw unreachable(error instanceof pg.DatabaseError ? postgresFault(error) : error)
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
  function exclusively<T>(work: () => Promise<T>, waitMs = FOR_EVER): Promise<T> {
    return inLine(() =>
      withClient(pools.changes, async (client) => {
        // Another process may be at an index over a year of events.
        await client.query(`SET statement_timeout = ${waitMs}`)
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
    query: read,
    lookup: sessionOn(pools.lookups).query,
    background: sessionOn(pools.background),
    inBackground: (work) => transaction(pools.background, work),
    ingest: (work) => transaction(pools.ingest, work),
    transaction: (work) => transaction(pools.changes, work),
    // Columns have the order of bytes, which knows letters of ASCII only.
    lowered: (expression) => `lower(${expression} COLLATE "default")`,
    exclusively,
    ...createPositions({ query: read }),
    prepareDays: partitions.prepare,
    dropBefore: partitions.dropBefore,
    freeBytes: () => Promise.resolve(null),
    close() {
      closing ??= end()
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
      checkTexts(values)
      try {
        const { rows } = await client.query<SqlRow>({ name, text, values: [...values] })
        return rows
      } catch (error) {
        throw error instanceof RangeError ? error : failed(error)
      }
    },
  })
}

/** What a statement or a connection failed with, in words that can be logged. */
function failed(error: unknown): Error {
  const fault = error instanceof pg.DatabaseError ? postgresFault(error) : undefined
  if (!fault) return unreachable(error)
  if (UNSTORABLE_TEXTS.includes(fault.code)) return new UnstorableTextError(undefined, { cause: fault })
  return STATEMENT_FAULTS.test(fault.code) || CONFLICTS.includes(fault.code) ? fault : unreachable(fault)
}

function isConflict(error: unknown): boolean {
  return error instanceof DatabaseFault && CONFLICTS.includes(error.code)
}

/** The server's `query_canceled`, which `statement_timeout` leads to; reads have no other reason for it. */
function isCancelled(error: unknown): boolean {
  return error instanceof StoreError && error.cause instanceof DatabaseFault && error.cause.code === '57014'
}

function timedOut(cause: unknown): StoreError {
  return new StoreError('timed_out', 'a read took longer than any may', { cause })
}

/** The driver's own message names host and port; the URL, with its password, stays out. */
function unreachable(error: unknown): StoreError {
  const reason = error instanceof Error ? error.message : 'no answer'
  return new StoreError('unreachable', `PostgreSQL does not answer: ${reason}`, { cause: error })
}

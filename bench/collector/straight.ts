import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@threadline/collector'
import type { TrackEvent } from '@threadline/schema'
import { chunk } from './events.ts'
import { percentiles, type Timing } from './timing.ts'

// The engines are the collector's dependencies: the comparison runs on the very same builds.
const fromCollector = createRequire(createRequire(import.meta.url).resolve('@threadline/collector/package.json'))

const KEY_TYPES = { hash: 'UUID' }
const EVENT_TYPES = {
  project: 'VARCHAR',
  event: 'VARCHAR',
  event_id: 'VARCHAR',
  anonymous_id: 'VARCHAR',
  user_id: 'VARCHAR',
  session_id: 'VARCHAR',
  ts: 'BIGINT',
  sent_at: 'BIGINT',
  received_at: 'BIGINT',
  stored_at: 'BIGINT',
  day: 'INTEGER',
  value: 'BIGINT',
  currency: 'VARCHAR',
  email: 'VARCHAR',
  source: 'VARCHAR',
  other_id: 'VARCHAR',
  sender: 'VARCHAR',
  body: 'VARCHAR',
}
const LINK_TYPES = { project: 'VARCHAR', anonymous_id: 'VARCHAR', user_id: 'VARCHAR', first_seen: 'BIGINT' }

type Types = Readonly<Record<string, string>>
type RowsFrom = (types: Types) => string

const INSERTS = [
  { table: 'event_keys', types: KEY_TYPES, conflict: 'ON CONFLICT DO NOTHING' },
  { table: 'events', types: EVENT_TYPES, conflict: '' },
  { table: 'identity_links', types: LINK_TYPES, conflict: 'ON CONFLICT DO NOTHING' },
]

/** One statement for each of the collector's tables. */
function statements(rowsFrom: RowsFrom): string[] {
  return INSERTS.map(({ table, types, conflict }) => {
    const names = Object.keys(types).join(', ')
    return `INSERT INTO ${table} (${names}) SELECT ${names} FROM ${rowsFrom(types)} ${conflict}`
  })
}

type Row = Readonly<Record<string, string | number | null>>

/** The rows that the collector would write for these events. */
function toRows(events: readonly TrackEvent[]): Row[] {
  const now = Date.now()
  return events.map((event) => ({
    project: 'default',
    event: event.event,
    event_id: event.eventId,
    anonymous_id: event.anonymousId ?? null,
    user_id: event.userId ?? null,
    session_id: event.sessionId ?? null,
    ts: Date.parse(event.timestamp),
    sent_at: now,
    received_at: now,
    stored_at: now,
    day: Number(event.timestamp.slice(0, 10).replaceAll('-', '')),
    value: null,
    currency: null,
    email: null,
    source: null,
    other_id: null,
    sender: 'sk',
    body: JSON.stringify(event),
  }))
}

/** The rows of each table. */
function toTables(rows: readonly Row[]): (readonly Row[])[] {
  const keys = rows.map(({ project, event, event_id }) => ({
    hash: createHash('sha256').update(`${project}\0${event}\0${event_id}`).digest('hex').slice(0, 32),
  }))
  const known = rows.filter(({ user_id }) => user_id !== null)
  const links = new Map(known.map(({ user_id = null, anonymous_id = null }) => [user_id, anonymous_id]))
  const linkRows = Array.from(links, ([user_id, anonymous_id]) => ({
    project: 'default',
    anonymous_id,
    user_id,
    first_seen: 0,
  }))
  return [keys, rows, linkRows]
}

/** Statements in one transaction, on one connection to a database of its own. */
export interface StraightInserts {
  /** `parameters` has the rows of each of the {@link INSERTS} as JSON. */
  transaction(parameters: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** Rows are made before the clock starts; encoding them for the database is part of inserting them. */
export async function timeStraight(
  { transaction }: StraightInserts,
  events: readonly TrackEvent[],
  perBatch: number,
): Promise<Timing> {
  const batches = chunk(toRows(events), perBatch).map(toTables)
  const times: number[] = []
  const cpu = process.cpuUsage()
  const start = performance.now()
  for (const tables of batches) {
    const before = performance.now()
    await transaction(tables.map((rows) => JSON.stringify(rows)))
    times.push(performance.now() - before)
  }
  const perSecond = (events.length / (performance.now() - start)) * 1_000
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond, ...percentiles(times), cpuPerEvent: (user + system) / events.length }
}

/** The collector's own tables, filled by three statements in one transaction for each batch, and nothing else: DuckDB. */
export async function openStraightDuckDb(): Promise<StraightInserts> {
  const { DuckDBInstance } = fromCollector('@duckdb/node-api')
  const folder = mkdtempSync(join(tmpdir(), 'threadline-bench-'))
  await (await openStore({ dataDir: folder })).close()
  // Its own rule would checkpoint within the measured time, which the collector puts off.
  const instance = await DuckDBInstance.create(join(folder, 'events.duckdb'), { checkpoint_threshold: '1GB' })
  const connection = await instance.connect()
  const texts = statements((types) => `(SELECT unnest(from_json($1, '[${JSON.stringify(types)}]'), recursive := true))`)
  return {
    async transaction(parameters) {
      await connection.run('BEGIN')
      for (const [index, text] of texts.entries()) await connection.run(text, [parameters[index]])
      await connection.run('COMMIT')
    },
    close() {
      connection.closeSync()
      instance.closeSync()
      rmSync(folder, { recursive: true })
      return Promise.resolve()
    },
  }
}

/** The same on PostgreSQL. */
export async function openStraightPostgres(databaseUrl: string): Promise<StraightInserts> {
  // Nobody makes a month's partition here: rows go into the one for the rest, which has the same indexes.
  await (await openStore({ databaseUrl })).close()
  const pg = fromCollector('pg')
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const texts = statements((types) => {
    const list = Object.entries(types).map(([name, type]) => `${name} ${type}`)
    return `json_to_recordset($1::text::json) AS x(${list.join(', ')})`
  })
  return {
    async transaction(parameters) {
      await client.query('BEGIN')
      for (const [index, text] of texts.entries()) {
        await client.query({ name: `straight_${index}`, text, values: [parameters[index]] })
      }
      await client.query('COMMIT')
    },
    close: () => client.end(),
  }
}

import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { paymentRow } from '../../test/billing-contract.ts'
import { eventRow } from '../../test/event-row.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../test/postgres-server.ts'
import { createEnrichment } from '../enrich/enrichment.ts'
import { DISTRIBUTED_TABLES, DISTRIBUTION_COLUMN } from './citus.ts'
import type { SqlDriver, SqlSession, SqlValue } from './driver.ts'
import { openStore } from './open-store.ts'
import { openPostgres } from './postgres-driver.ts'
import { BEGINNING } from './reprocess.ts'
import { createSqlStore } from './sql-store.ts'
import type { Person, Store } from './store.ts'

// A PostgreSQL with Citus' catalogue and functions by name only: they write down what they are asked for. What a real
// Citus makes of it is not tested here.
const STUB = `
  CREATE TABLE pg_dist_partition (logicalrelid regclass PRIMARY KEY);
  CREATE TABLE calls (place SERIAL, call TEXT);
  CREATE FUNCTION create_reference_table(t regclass) RETURNS void LANGUAGE sql AS $$
    INSERT INTO pg_dist_partition VALUES (t);
    INSERT INTO calls (call) VALUES ('reference ' || t::text) $$;
  CREATE FUNCTION create_distributed_table(t regclass, by_column text, colocate_with text DEFAULT 'default')
    RETURNS void LANGUAGE sql AS $$
      INSERT INTO pg_dist_partition VALUES (t);
      INSERT INTO calls (call) VALUES ('distributed ' || t::text || ' by ' || by_column || ' with ' || colocate_with) $$`

const missing = postgresMissing()
describe.skipIf(missing)(`a PostgreSQL that is to be spread${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  let databaseUrl: string

  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server?.stop())
  beforeEach(async () => {
    databaseUrl = await server.createDatabase()
  })

  async function query(text: string): Promise<Record<string, string>[]> {
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    try {
      return (await client.query<Record<string, string>>(text)).rows
    } finally {
      await client.end()
    }
  }

  async function start(citus: boolean): Promise<void> {
    const store = await openStore({ databaseUrl, citus })
    expect(await store.append([eventRow()])).toEqual([true])
    await store.close()
  }

  const calls = async () => (await query('SELECT call FROM calls ORDER BY place')).map(({ call }) => call)

  const ALL = [
    'reference settings',
    'reference api_keys',
    'reference login_links',
    'reference page_sessions',
    'reference erasures',
    'reference alerts',
    'reference project_settings',
    'reference setting_changes',
    'distributed event_keys by hash with none',
    'distributed events by project with none',
    'distributed event_keys_by_text by project with events',
    'distributed identity_links by project with events',
    'distributed identity_aliases by project with events',
    'distributed counters by project with events',
    'distributed billing_ids by project with events',
    'distributed payer_claims by project with events',
    'distributed billing_turns by project with events',
    'distributed subscriptions by project with events',
    'distributed traffic by project with events',
    'distributed forwards by project with events',
    'distributed forward_counts by project with events',
  ]

  test('hands its tables to Citus once, when told to', async () => {
    await query(STUB)
    await start(false)
    expect(await calls()).toEqual([])
    await start(true)
    await start(true)
    expect(await calls()).toEqual(ALL)
  })

  test('hands over what an earlier start did not come to', async () => {
    await query(STUB)
    await start(true)
    await query(`DELETE FROM pg_dist_partition WHERE logicalrelid = 'counters'::regclass`)
    await start(true)
    expect(await calls()).toEqual([...ALL, 'distributed counters by project with events'])
  })

  test('says so when the database has no Citus', async () => {
    await expect(openStore({ databaseUrl, citus: true })).rejects.toMatchObject({ code: 'no_citus' })
  })

  test('has no table that is neither spread nor on every worker', async () => {
    await query(STUB)
    await start(true)
    const kept = await query(`SELECT relname AS name FROM pg_class
      WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT relispartition
        AND oid NOT IN (SELECT logicalrelid FROM pg_dist_partition) ORDER BY relname`)
    expect(kept.map(({ name }) => name)).toEqual(['calls', 'pg_dist_partition', 'schema_migrations'])
  })

  test('has what a table is spread by in every key that is unique', async () => {
    await start(false)
    const keys = await query(`SELECT table_of.relname AS name,
        string_agg(attname::text, ',' ORDER BY attnum) AS columns
      FROM pg_index JOIN pg_class AS table_of ON table_of.oid = indrelid
        JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
      WHERE indisunique AND relnamespace = 'public'::regnamespace GROUP BY indexrelid, table_of.relname`)
    const spread = keys.filter(({ name }) => DISTRIBUTED_TABLES.some((table) => name === table))
    expect(keys.filter(({ name }) => name === 'event_keys').map(({ columns }) => columns)).toEqual(['hash'])
    expect(spread.map(({ name }) => name).sort()).toEqual([
      'billing_ids',
      'billing_turns',
      'counters',
      'event_keys_by_text',
      'forward_counts',
      'forwards',
      'identity_aliases',
      'identity_links',
      'payer_claims',
      'subscriptions',
      'traffic',
    ])
    for (const { columns = '' } of spread) expect(columns.split(',')).toContain(DISTRIBUTION_COLUMN)
  })

  test('asks one shard for whatever it reads or erases of a project', async () => {
    const statements = await statementsOf(databaseUrl)
    expect(statements.length).toBeGreaterThan(15)
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    // PostgreSQL's own hash partitions in place of Citus' shards: its planner tells which ones a statement needs.
    await client.query('CREATE SCHEMA shards')
    for (const table of DISTRIBUTED_TABLES) {
      await client.query(`CREATE TABLE shards.${table} (LIKE public.${table}) PARTITION BY HASH (project)`)
      for (const shard of [0, 1, 2, 3]) {
        await client.query(`CREATE TABLE shards.${table}_shard_${shard} PARTITION OF shards.${table}
          FOR VALUES WITH (MODULUS 4, REMAINDER ${shard})`)
      }
    }
    await client.query('SET search_path = shards')
    for (const { text, values } of statements) {
      const { rows } = await client.query<Record<string, string>>(`EXPLAIN ${text}`, [...values])
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      const shards = new Set([...plan.matchAll(/_shard_(\d)/g)].map(([, shard]) => shard))
      expect(shards.size, `${text}\n${plan}`).toBe(1)
    }
    await client.end()
  })
})

interface Statement {
  readonly text: string
  readonly values: readonly SqlValue[]
}

/** What the store asks of the tables of a project, in all of its reads, when it derives anew and when it forgets. */
async function statementsOf(databaseUrl: string): Promise<Statement[]> {
  const statements: Statement[] = []
  const recorded = (session: SqlSession): SqlSession => ({
    query(text, values = []) {
      const ofProject =
        /^(SELECT|WITH|DELETE|UPDATE)/.test(text) && DISTRIBUTED_TABLES.some((table) => text.includes(table))
      if (ofProject) statements.push({ text, values })
      return session.query(text, values)
    },
  })
  const driver = await openPostgres(databaseUrl)
  const recording: SqlDriver = {
    ...driver,
    ...recorded(driver),
    lookup: recorded({ query: driver.lookup }).query,
    background: recorded(driver.background),
    inBackground: (work) => driver.inBackground((session) => work(recorded(session))),
    transaction: (work) => driver.transaction((session) => work(recorded(session))),
  }
  const store = await createSqlStore(recording)
  await store.append([eventRow(), eventRow({ user_id: 'user-1' }), eventRow({ anonymous_id: 'visitor-2' })])
  await store.append([
    paymentRow({ user: 'user-1', paymentIds: ['pi_1', 'in_1'] }),
    paymentRow({ visitor: 'visitor-2', paymentIds: ['pi_2'], payerIds: ['cus_2'] }),
  ])
  await store.append([paymentRow({ paymentIds: ['pi_1', 'in_1'], payerIds: ['cus_1', 'sub_1'] })])
  statements.length = 0
  await readAll(store)
  await store.close()
  return statements
}

async function readAll(store: Store): Promise<void> {
  const days = { from: 20260101, to: 20260131 }
  const start = { ts: 0, storedAt: 0, position: 0, event: '', eventId: '' }
  const people = await Promise.all(['user-1', 'visitor-2'].map((id) => store.person('default', id)))
  await store.latest('default', 10)
  await store.after('default', start, 10)
  await store.people('default', { search: '', limit: 10 })
  await store.eventCounts('default', days)
  await store.funnel('default', { steps: ['$pageview', 'purchase'], windowMs: 1_000, days })
  await store.revenue('default', { days, mode: 'live' })
  await store.recurring('default', 'live')
  await store.stages('default')
  await store.counts('default', days)
  await store.forwards.enter({ project: 'default', name: 'posthog' }, 0, 1_000)
  await store.forwards.list('default')
  await store.forwards.counts('default', days)
  await store.forwards.page('default', start, 10)
  await store.forwards.present('default', 0, 10)
  await store.forwards.statements('default', 0, { anonymousIds: ['visitor-2'], userIds: ['user-1'] })
  const again = { revision: 1, since: 0 }
  const { derive } = createEnrichment()
  await store.countOld('default', again)
  await store.reprocess('default', { ...again, derive, after: BEGINNING, limit: 10 })
  await store.group('default', 'company-1')
  await store.people('default', { search: '', limit: 10, groupId: 'company-1' })
  for (const person of people.filter((found): found is Person => found !== undefined)) {
    await store.timeline('default', person, { limit: 10 })
    await store.stage('default', person)
    await store.profile('default', person)
    await store.sessions('default', person, { from: 0, to: Date.UTC(2026, 1, 1) })
    await store.forget('default', person)
  }
}

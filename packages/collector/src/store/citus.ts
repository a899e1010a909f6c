import type { SqlDriver } from './driver.ts'
import { StoreError } from './store-error.ts'

/** Few rows, which every worker has whole. */
const REFERENCE_TABLES = ['settings', 'api_keys', 'login_links', 'page_sessions', 'erasures', 'alerts'].concat(
  'project_settings',
  'setting_changes',
)

/** The ledger is joined with nothing, and its hash names the project too: it lies everywhere. */
const BY_HASH = ['event_keys'] as const

/**
 * Rows that lie where their project lies, and with them whatever is joined: each read and each key names one project.
 * The first one makes the group that the others join.
 */
export const DISTRIBUTED_TABLES = [
  'events',
  'event_keys_by_text',
  'identity_links',
  'identity_aliases',
  'counters',
  'billing_ids',
  'payer_claims',
  'billing_turns',
  'subscriptions',
  'traffic',
  'forwards',
  'forward_counts',
] as const

/** What rows are spread by; every unique key contains it, since a worker can only check its own rows. */
export const DISTRIBUTION_COLUMN = 'project'

/**
 * Spreads the tables over the workers of a Citus, those that are not spread yet. Tables that have rows keep them; months
 * that come later are spread by Citus with their parent.
 *
 * @throws {@link StoreError} `no_citus`.
 */
export async function distribute(driver: SqlDriver): Promise<void> {
  const [catalogue] = await driver.query(`SELECT to_regclass('pg_dist_partition') IS NOT NULL AS found`)
  if (!catalogue?.['found']) {
    throw new StoreError('no_citus', 'the database has no Citus: run CREATE EXTENSION citus in it, or leave citus off')
  }
  const rows = await driver.query('SELECT logicalrelid::regclass::text AS name FROM pg_dist_partition')
  const done = new Set(rows.map(({ name }) => String(name)))
  for (const table of REFERENCE_TABLES) {
    if (!done.has(table)) await run(driver, `SELECT create_reference_table('${table}')`)
  }
  for (const table of BY_HASH) {
    if (!done.has(table)) await run(driver, distributeText(table, { column: 'hash', colocateWith: 'none' }))
  }
  const [first, ...others] = DISTRIBUTED_TABLES
  if (!done.has(first)) await run(driver, distributeText(first, { column: DISTRIBUTION_COLUMN, colocateWith: 'none' }))
  for (const table of others) {
    if (!done.has(table)) await run(driver, distributeText(table, { column: DISTRIBUTION_COLUMN, colocateWith: first }))
  }
}

interface Spread {
  readonly column: string
  readonly colocateWith: string
}

function distributeText(table: string, { column, colocateWith }: Spread): string {
  return `SELECT create_distributed_table('${table}', '${column}', colocate_with => '${colocateWith}')`
}

/** Each for itself, and for as long as it takes: a table with rows is copied. */
async function run(driver: SqlDriver, statement: string): Promise<void> {
  await driver.transaction(async (session) => {
    await session.query('SET LOCAL statement_timeout = 0')
    await session.query(statement)
  })
}

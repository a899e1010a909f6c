import pg from 'pg'

/** What a person leaves rows in. */
const TABLES = [
  'events',
  'identity_links',
  'identity_aliases',
  'billing_ids',
  'payer_claims',
  'subscriptions',
  'counters',
  'event_keys_by_text',
]

/**
 * Writes the tables that hold anything of people anew, with what is stored now and nothing that was deleted, and their
 * statistics, which quote values. One table, or month of events, after the other; who needs it waits for as long.
 *
 * @param settle - A statement with one parameter, the time, that is run at the end.
 */
export async function compactPostgres(databaseUrl: string, settle: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'threadline-compact' })
  await client.connect()
  try {
    for (const table of TABLES) await client.query(`VACUUM (FULL, ANALYZE) ${table}`)
    // Statistics quote common values, and what they quoted before lies beside them.
    await client.query('VACUUM (FULL) pg_statistic')
    await client.query(settle, [Date.now()])
  } finally {
    await client.end()
  }
}

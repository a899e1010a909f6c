import { createEnrichment } from '../../packages/collector/src/enrich/enrichment.ts'
import { toEventRow } from '../../packages/collector/src/ingest/event-row.ts'
import type { SqlDriver } from '../../packages/collector/src/store/driver.ts'
import { createSqlStore } from '../../packages/collector/src/store/sql-store.ts'
import { onEachDatabase } from './databases.ts'
import { chunk, makeEvents } from './events.ts'
import { visitorOf } from './visitors.ts'

// What an event takes on disk, and what of that stays when retention has removed it.

const EVENTS = 200_000
const PER_APPEND = 2_000
const AFTER_ALL_DAYS = 99_999_999

async function bytes(driver: SqlDriver): Promise<number> {
  if (driver.engine === 'postgres') {
    const [row] = await driver.query('SELECT pg_database_size(current_database()) AS size')
    return Number(row?.['size'])
  }
  await driver.query('FORCE CHECKPOINT')
  const [row] = await driver.query('SELECT used_blocks * block_size AS size FROM pragma_database_size()')
  return Number(row?.['size'])
}

await onEachDatabase(async (driver) => {
  const store = await createSqlStore(driver)
  const empty = await bytes(driver)
  const events = makeEvents(EVENTS)
  const now = Date.now()
  const arrival = { project: 'default', sender: 'pk', sentAt: now, receivedAt: now } as const
  const rows = { enrichment: createEnrichment(), keepsAddresses: false, joinedByEmail: new Set<string>() }
  for (const batch of chunk(events, PER_APPEND)) {
    await store.append(batch.map((event, index) => toEventRow(event, { ...arrival, visitor: visitorOf(index) }, rows)))
  }
  const full = await bytes(driver)
  await store.expire(AFTER_ALL_DAYS)
  const left = await bytes(driver)
  const json = events.reduce((sum, event) => sum + JSON.stringify(event).length, 0) / EVENTS
  const each = (size: number) => ((size - empty) / EVENTS).toFixed(0)
  console.log(
    `${driver.engine.padEnd(8)} ${EVENTS} events of ${json.toFixed(0)} bytes as JSON: ${each(full)} bytes each on disk, ` +
      `${each(left)} of which stay`,
  )
})

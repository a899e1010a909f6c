import type { SqlRow } from '../../packages/collector/src/store/driver.ts'
import { createSqlStore } from '../../packages/collector/src/store/sql-store.ts'
import { onEachDatabase } from './databases.ts'
import { fill, READS } from './million-events.ts'

// The plan of each statement of each read over a million events, with the time of every step.

const EXPLAIN = { duckdb: 'EXPLAIN ANALYZE', postgres: 'EXPLAIN (ANALYZE, BUFFERS, COSTS OFF)' } as const

function toText(rows: readonly SqlRow[]): string {
  return rows.map((row) => String(row['explain_value'] ?? row['QUERY PLAN'])).join('\n')
}

await onEachDatabase(async (driver) => {
  let explains = false
  const store = await createSqlStore({
    ...driver,
    async query(text, values) {
      if (!explains) return driver.query(text, values)
      console.log(`${text}\n${toText(await driver.query(`${EXPLAIN[driver.engine]} ${text}`, values))}\n`)
      return driver.query(text, values)
    },
  })
  await fill(store)
  await driver.query('ANALYZE')
  explains = true
  for (const { name, run } of READS) {
    console.log(`== ${driver.engine}: ${name}\n`)
    await run(store)
  }
})

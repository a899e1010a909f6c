import { createSqlStore } from '../../packages/collector/src/store/sql-store.ts'
import { onEachDatabase } from './databases.ts'
import { fill, READS } from './million-events.ts'

// How long each read takes over a million events, on both databases.

const RUNS = 7

await onEachDatabase(async (driver) => {
  const store = await createSqlStore(driver)
  await fill(store)
  // PostgreSQL does so by itself within a minute.
  await driver.query('ANALYZE')
  for (const { name, bar, run } of READS) {
    const times: number[] = []
    for (let time = 0; time < RUNS; time += 1) {
      const start = performance.now()
      await run(store)
      times.push(performance.now() - start)
    }
    times.sort((a, b) => a - b)
    const at = (index: number) => (times[index] ?? 0).toFixed(0).padStart(6)
    console.log(
      `${driver.engine.padEnd(8)} ${name.padEnd(22)} median ${at(Math.floor(RUNS / 2))} ms, ` +
        `fastest ${at(0)} ms, slowest ${at(RUNS - 1)} ms (bar ${bar} ms)`,
    )
  }
})

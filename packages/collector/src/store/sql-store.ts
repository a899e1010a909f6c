import { createAppend } from './append.ts'
import type { SqlDriver } from './driver.ts'
import { migrate } from './migrations.ts'
import { createPeopleReads } from './people-reads.ts'
import { createSettings } from './settings.ts'
import type { Store } from './store.ts'
import { createTailReads } from './tail-reads.ts'

/** The store on either engine: brings the tables up to date, then reads and writes with one SQL text. */
export async function createSqlStore(driver: SqlDriver, now: () => number = Date.now): Promise<Store> {
  await migrate(driver)
  return {
    engine: driver.engine,
    append: createAppend(driver, now),
    ...createPeopleReads(driver),
    ...createTailReads(driver, now),
    ...createSettings(driver),
    async ping() {
      await driver.query('SELECT 1 AS one')
    },
    close: () => driver.close(),
  }
}

import { createUnderWay } from '../under-way.ts'
import { createAppend } from './append.ts'
import { createCounters } from './counters.ts'
import type { SqlDriver } from './driver.ts'
import { createForget } from './forget.ts'
import { createGroupReads } from './group-reads.ts'
import { createKeyStore } from './keys.ts'
import { openLedger } from './ledger.ts'
import { createLinkReads } from './link-reads.ts'
import { type MigrateOptions, migrate } from './migrations.ts'
import { startMovingKeys } from './move-keys.ts'
import { createPageSessionStore } from './page-sessions.ts'
import { createPeopleReads } from './people-reads.ts'
import { createBillingReads } from './person-billing.ts'
import { createProfileReads } from './profile-reads.ts'
import { createReportReads } from './report-reads.ts'
import { createRevenueReads } from './revenue-reads.ts'
import { createSettings } from './settings.ts'
import type { Store } from './store.ts'
import { createTailReads } from './tail-reads.ts'

/** The store on either engine: brings the tables up to date, then reads and writes with one SQL text. */
export async function createSqlStore(
  driver: SqlDriver,
  now: () => number = Date.now,
  options: Pick<MigrateOptions, 'citus'> = {},
): Promise<Store> {
  await migrate(driver, options)
  const counters = createCounters(driver)
  const ledger = await openLedger(driver)
  const append = createAppend({ driver, ledger, counters, now })
  const appends = createUnderWay()
  const stopMoving = startMovingKeys(ledger)
  return {
    engine: driver.engine,
    append: (rows, counts) => appends.run(() => append(rows, counts)),
    ...createPeopleReads(driver),
    ...createProfileReads(driver),
    ...createReportReads(driver),
    ...createRevenueReads(driver),
    ...createGroupReads(driver),
    forget: createForget(driver),
    ...createLinkReads(driver),
    ...createBillingReads(driver),
    ...createTailReads(driver),
    ...createSettings(driver),
    ...createKeyStore(driver),
    ...createPageSessionStore(driver),
    counts: counters.read,
    async expire(day) {
      await driver.dropBefore(day)
      await driver.transaction((session) => session.query('DELETE FROM events WHERE day < $1', [day]))
    },
    async ping() {
      await driver.lookup('SELECT 1 AS one')
    },
    async close() {
      await appends.settled()
      await stopMoving()
      await driver.close()
    },
  }
}

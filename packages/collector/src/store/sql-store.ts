import { createUnderWay } from '../under-way.ts'
import { within } from '../within.ts'
import { createAlertStore } from './alerts.ts'
import { createAppend } from './append.ts'
import { createCatalogueReads } from './catalogue-reads.ts'
import { createCounters } from './counters.ts'
import type { SqlDriver } from './driver.ts'
import { createErasureReads } from './erasures.ts'
import { createExpire } from './expire.ts'
import { createForget } from './forget.ts'
import { createForwards } from './forwards.ts'
import { createGroupReads } from './group-reads.ts'
import { createKeyStore } from './keys.ts'
import { openLedger } from './ledger.ts'
import { createLinkReads } from './link-reads.ts'
import { type MigrateOptions, migrate } from './migrations.ts'
import { startMovingKeys } from './move-keys.ts'
import { createNameReads } from './name-reads.ts'
import { createPageSessionStore } from './page-sessions.ts'
import { createPeopleReads } from './people-reads.ts'
import { createBillingReads } from './person-billing.ts'
import { createProfileReads } from './profile-reads.ts'
import { createProjectSettings } from './project-settings.ts'
import { createReportReads } from './report-reads.ts'
import { createReprocess } from './reprocess.ts'
import { createRevenueReads } from './revenue-reads.ts'
import { createSettings } from './settings.ts'
import { createStatistics, hasNoStatistics } from './statistics.ts'
import type { Store } from './store.ts'
import { createTailReads } from './tail-reads.ts'
import { createTrafficReads } from './traffic/traffic-reads.ts'

/** Longest that the end waits for what is under way on a server, in ms. */
const SETTLE_MS = 5_000

/** A row that nobody reads. */
const PROOF = `INSERT INTO settings (name, value) VALUES ('last_proof', $1)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`

/** The store on either engine: brings the tables up to date, then reads and writes with one SQL text. */
export async function createSqlStore(
  driver: SqlDriver,
  now: () => number = Date.now,
  options: Pick<MigrateOptions, 'citus'> = {},
): Promise<Store> {
  const hasChanged = await migrate(driver, options)
  const statistics = createStatistics(driver)
  // In the background: it takes a while, and events need not wait for it.
  if (hasChanged || (await hasNoStatistics(driver))) void statistics.refresh()
  const counters = createCounters(driver)
  const ledger = await openLedger(driver)
  const append = createAppend({ driver, ledger, counters, now })
  const appends = createUnderWay()
  const stopMoving = startMovingKeys(ledger)
  return {
    engine: driver.engine,
    async append(rows, counts) {
      const stored = await appends.run(() => append(rows, counts))
      statistics.stored(stored.filter((outcome) => outcome === true).length)
      return stored
    },
    ...createPeopleReads(driver),
    ...createProfileReads(driver),
    ...createNameReads(driver),
    ...createReportReads(driver),
    ...createRevenueReads(driver),
    ...createCatalogueReads(driver),
    ...createProjectSettings(driver),
    visits: createTrafficReads(driver),
    ...createGroupReads(driver),
    forget: createForget(driver, now),
    ...createErasureReads(driver),
    ...createLinkReads(driver),
    ...createBillingReads(driver),
    ...createTailReads(driver),
    ...createSettings(driver),
    ...createKeyStore(driver),
    ...createPageSessionStore(driver),
    ...createAlertStore(driver),
    counts: counters.read,
    forwards: createForwards(driver),
    expire: createExpire(driver),
    ...createReprocess(driver),
    freeBytes: () => driver.freeBytes(),
    async ping() {
      await driver.ingest((session) => session.query(PROOF, [String(now())]))
    },
    async close() {
      const settled = Promise.all([appends.settled(), stopMoving(), statistics.settled()])
      // A server may hang; a file of this process does not, and must not be closed under a statement.
      await (driver.engine === 'postgres' ? within(SETTLE_MS, settled) : settled)
      await driver.close()
    },
  }
}

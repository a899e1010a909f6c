import { rmSync, symlinkSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { billingContract } from '../../test/billing-contract.ts'
import { catalogueContract } from '../../test/catalogue-contract.ts'
import { eventRow } from '../../test/event-row.ts'
import { forwardContract } from '../../test/forward-contract.ts'
import { identityContract } from '../../test/identity-contract.ts'
import { migratedDatabase, migratedFolder } from '../../test/migrated-databases.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../test/postgres-server.ts'
import { profileContract } from '../../test/profile-contract.ts'
import { refusalContract } from '../../test/refusal-contract.ts'
import { sharedPayerContract } from '../../test/shared-payer-contract.ts'
import { storeContract, type TestClock } from '../../test/store-contract.ts'
import type { SqlDriver } from './driver.ts'
import { openDuckDb } from './duckdb-driver.ts'
import { openStore } from './open-store.ts'
import { openPostgres } from './postgres-driver.ts'
import { createSqlStore } from './sql-store.ts'
import type { EventPlace, Store } from './store.ts'

const clock: TestClock = { ms: Date.UTC(2026, 1, 1) }

const START: EventPlace = { position: 0, storedAt: 0, ts: 0, event: '', eventId: '' }

/** The first transaction of `driver` waits before its commit: `reached` tells when, and `release` lets it go on. */
function holdCommits(driver: SqlDriver) {
  let held = false
  let reach: () => void = () => undefined
  let release: () => void = () => undefined
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const holding: SqlDriver = {
    ...driver,
    ingest: (work) =>
      driver.ingest(async (session) => {
        const result = await work(session)
        if (!held && Array.isArray(result)) {
          held = true
          reach()
          await released
        }
        return result
      }),
  }
  return { driver: holding, reached, release: () => release() }
}

// Each opens stores, and the machine may be busy.
const PATIENT = { timeout: 60_000 }

describe('DuckDB', PATIENT, () => {
  let dataDir: string
  let store: Store

  beforeEach(async () => {
    dataDir = await migratedFolder()
    store = await createSqlStore(await openDuckDb(dataDir), () => clock.ms)
  })
  afterEach(() => store.close())

  storeContract(() => store, clock)
  identityContract(() => store)
  profileContract(() => store)
  catalogueContract(() => store)
  billingContract(() => store)
  refusalContract(() => store)
  sharedPayerContract(() => store)
  forwardContract(() => store)

  test('finds everything again after it was closed', async () => {
    const row = eventRow()
    await store.append([row])
    await store.close()
    store = await openStore({ dataDir })
    expect(await store.append([row])).toEqual([false])
    expect(await store.latest('default', 10)).toHaveLength(1)
  })

  test('refuses a second store on one folder, also through a link', async () => {
    const link = `${dataDir}-link`
    symlinkSync(dataDir, link)
    await expect(openStore({ dataDir })).rejects.toMatchObject({ code: 'locked' })
    await expect(openStore({ dataDir: link })).rejects.toMatchObject({ code: 'locked' })
    rmSync(link)
    expect(await store.append([eventRow()])).toEqual([true])
  })

  test('a tail goes on where it was after a restart with the clock set back', async () => {
    await store.append([eventRow({ event_id: 'before' })])
    const [before] = await store.after('default', START, 10)
    await store.close()
    store = await createSqlStore(await openDuckDb(dataDir), () => clock.ms - 3_600_000)
    await store.append([eventRow({ event_id: 'after' })])
    expect((await store.after('default', before ?? START, 10)).map(({ eventId }) => eventId)).toEqual(['after'])
    expect((await store.latest('default', 1)).map(({ eventId }) => eventId)).toEqual(['after'])
  })

  test('no position is given twice, also when what had it is gone', async () => {
    await store.append([eventRow({ event_id: 'forgotten' })])
    const [place] = await store.after('default', START, 10)
    await store.forget('default', { userId: null, anonymousIds: ['visitor-1'] })
    await store.close()
    store = await openStore({ dataDir })
    await store.append([eventRow({ event_id: 'next', ts: 0 })])
    expect((await store.after('default', place ?? START, 10)).map(({ eventId }) => eventId)).toEqual(['next'])
  })

  test('finishes what is under way before it closes, and refuses what comes after', async () => {
    const appending = store.append([eventRow()])
    const closing = store.close()
    expect(await appending).toEqual([true])
    await closing
    await expect(store.latest('default', 1)).rejects.toMatchObject({ code: 'closed' })
    await expect(store.append([eventRow()])).rejects.toMatchObject({ code: 'closed' })
  })
})

const missing = postgresMissing()
describe.skipIf(missing)(`PostgreSQL${missing ? ` (${missing})` : ''}`, PATIENT, () => {
  let server: PostgresServer
  let store: Store

  beforeAll(async () => {
    server = await startPostgres({ durable: false })
  }, 60_000)
  afterAll(() => server?.stop(), 60_000)
  beforeEach(async () => {
    const databaseUrl = await migratedDatabase(server)
    store = await createSqlStore(await openPostgres(databaseUrl), () => clock.ms)
  })
  afterEach(() => store.close())

  storeContract(() => store, clock)
  identityContract(() => store)
  profileContract(() => store)
  catalogueContract(() => store)
  billingContract(() => store)
  refusalContract(() => store)
  sharedPayerContract(() => store)
  forwardContract(() => store)

  test('several stores share one database, and migrate it once when they start together', async () => {
    const fresh = await server.createDatabase()
    const stores = await Promise.all([1, 2, 3].map(() => openStore({ databaseUrl: fresh })))
    const rows = Array.from({ length: 300 }, () => eventRow({ user_id: 'user-1' }))
    const calls = stores.flatMap((each, index) => [
      each.append(index % 2 ? rows : [...rows].reverse()),
      each.append(rows.slice(index * 100, index * 100 + 100)),
    ])
    expect((await Promise.all(calls)).flat().filter(Boolean)).toHaveLength(300)
    expect(await stores[0]?.latest('default', 1_000)).toHaveLength(300)
    await Promise.all(stores.map((each) => each.close()))
  })

  test('the tail waits for a transaction that began before what is stored, and for nothing else', async () => {
    const databaseUrl = await migratedDatabase(server)
    const driver = await openPostgres(databaseUrl)
    const held = holdCommits(driver)
    const slow = await createSqlStore(held.driver, () => clock.ms)
    // A second collector, whose clock is behind.
    const other = await createSqlStore(await openPostgres(databaseUrl), () => clock.ms - 2_000)
    const idsAfter = async (place = START) => (await other.after('default', place, 10)).map(({ eventId }) => eventId)

    await other.append([eventRow({ event_id: 'first' })])
    expect(await idsAfter()).toEqual(['first'])
    const appending = slow.append([eventRow({ event_id: 'slow' })])
    await held.reached
    await other.append([eventRow({ event_id: 'quick' })])
    expect((await other.latest('default', 1)).map(({ eventId }) => eventId)).toEqual(['quick'])
    expect((await other.latestSettled('default', 1)).map(({ eventId }) => eventId)).toEqual(['first'])
    const [first] = await other.after('default', START, 10)
    expect(await idsAfter(first)).toEqual([])
    held.release()
    expect(await appending).toEqual([true])
    expect(await idsAfter(first)).toEqual(['slow', 'quick'])
    await Promise.all([slow.close(), other.close()])
  })

  test('a transaction that fails holds up nobody', async () => {
    await expect(store.append([eventRow({ ts: Number.NaN })])).rejects.toThrow()
    await store.append([eventRow({ event_id: 'next' })])
    expect((await store.after('default', START, 10)).map(({ eventId }) => eventId)).toEqual(['next'])
  })

  test('readers who go on from where they were see every event once while several stores write', async () => {
    const databaseUrl = await migratedDatabase(server)
    const stores = await Promise.all(
      [0, -2_000, 3_000].map(async (behind) =>
        createSqlStore(await openPostgres(databaseUrl), () => clock.ms + behind),
      ),
    )
    let writing = true
    const written = Promise.all(
      stores.flatMap((each) =>
        [1, 2].map(async () => {
          for (let call = 0; call < 40; call += 1) await each.append([eventRow(), eventRow()])
        }),
      ),
    ).finally(() => {
      writing = false
    })
    const reads = stores.map(async (each) => {
      const seen: string[] = []
      let place = START
      for (let last = false; ; ) {
        const page = await each.after('default', place, 7)
        seen.push(...page.map(({ eventId }) => eventId))
        place = page.at(-1) ?? place
        if (page.length === 0 && last) return seen
        if (page.length === 0) last = !writing
      }
    })
    await written
    for (const seen of await Promise.all(reads)) {
      expect(seen).toHaveLength(480)
      expect(new Set(seen).size).toBe(480)
    }
    await Promise.all(stores.map((each) => each.close()))
  })

  test('says that it cannot connect, without the password', async () => {
    const opening = openStore({ databaseUrl: 'postgres://someone:s3cret@127.0.0.1:1/none' })
    await expect(opening).rejects.toMatchObject({ code: 'unreachable' })
    await expect(opening).rejects.toThrow(/^(?!.*s3cret)/)
  })
})

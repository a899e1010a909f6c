import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { billingContract } from '../../test/billing-contract.ts'
import { eventRow } from '../../test/event-row.ts'
import { identityContract } from '../../test/identity-contract.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../test/postgres-server.ts'
import { profileContract } from '../../test/profile-contract.ts'
import { storeContract, type TestClock } from '../../test/store-contract.ts'
import { openDuckDb } from './duckdb-driver.ts'
import { openStore } from './open-store.ts'
import { openPostgres } from './postgres-driver.ts'
import { createSqlStore } from './sql-store.ts'
import type { Store } from './store.ts'

const clock: TestClock = { ms: Date.UTC(2026, 1, 1) }

describe('DuckDB', () => {
  let dataDir: string
  let store: Store

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'threadline-duckdb-'))
    store = await createSqlStore(await openDuckDb(dataDir), () => clock.ms)
  })
  afterEach(async () => {
    await store.close()
    rmSync(dataDir, { recursive: true })
  })

  storeContract(() => store, clock)
  identityContract(() => store)
  profileContract(() => store)
  billingContract(() => store)

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
describe.skipIf(missing)(`PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
  let server: PostgresServer
  let store: Store

  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  // Its folder holds a database for each test.
  afterAll(() => server?.stop(), 60_000)
  beforeEach(async () => {
    const databaseUrl = await server.createDatabase()
    store = await createSqlStore(await openPostgres(databaseUrl), () => clock.ms)
  })
  afterEach(() => store.close())

  storeContract(() => store, clock)
  identityContract(() => store)
  profileContract(() => store)
  billingContract(() => store)

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

  test('shows an event in the tail only when nothing earlier can still appear', async () => {
    const start = { storedAt: 0, ts: 0, event: '', eventId: '' }
    await store.append([eventRow()])
    expect(await store.after('default', start, 10)).toEqual([])
    clock.ms += 500
    expect(await store.after('default', start, 10)).toHaveLength(1)
  })

  test('says that it cannot connect, without the password', async () => {
    const opening = openStore({ databaseUrl: 'postgres://someone:s3cret@127.0.0.1:1/none' })
    await expect(opening).rejects.toMatchObject({ code: 'unreachable' })
    await expect(opening).rejects.toThrow(/^(?!.*s3cret)/)
  })
})

import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { eventRow } from '../../test/event-row.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../test/postgres-server.ts'
import type { SqlDriver } from './driver.ts'
import { openDuckDb } from './duckdb-driver.ts'
import { MIGRATION_NOTES } from './migration-notes.ts'
import { MIGRATIONS } from './migration-steps.ts'
import { migrate } from './migrations.ts'
import { openPostgres } from './postgres-driver.ts'
import { createSqlStore } from './sql-store.ts'
import type { Store } from './store.ts'

const folder = new URL('../../test/migrations/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')

const VERSIONS = MIGRATIONS.map((_, index) => index + 1)

const DAYS = { from: 20260101, to: 20260131 }
const MONEY = { day: 20260101, currency: 'USD', account: null, unmatched: 0 }

/** Databases of one engine. */
interface Databases<Place> {
  /** An empty one, or a copy of the one at `place`, which is closed. */
  create(place?: Place): Promise<Place>
  open(place: Place): Promise<SqlDriver>
  remove(place: Place): unknown
}

/** What a collector of today finds in a database that `version` left. */
function everyVersion<Place>({ create, open, remove }: Databases<Place>): void {
  const filled = new Map<number, Promise<Place>>()
  const readOnly = new Map<number, Promise<Store>>()
  let driver: SqlDriver | undefined

  afterEach(async () => {
    await driver?.close()
    driver = undefined
  })
  afterAll(async () => {
    for (const store of readOnly.values()) await (await store).close()
  })

  /** The tables of `version`, with rows as the collectors up to that version wrote them. Each is filled once, for copies. */
  function placeOf(version: number): Promise<Place> {
    const known = filled.get(version) ?? fill(version)
    filled.set(version, known)
    return known
  }

  async function fill(version: number): Promise<Place> {
    const place = await create(version > 1 ? await placeOf(version - 1) : undefined)
    const filling = await open(place)
    await migrate(filling, { migrations: MIGRATIONS.slice(0, version) })
    for (const name of [`${version}.${filling.engine}.sql`, `${version}.sql`]) {
      if (!existsSync(new URL(name, folder))) continue
      for (const statement of read(name)
        .split(/;\n/)
        .filter((text) => text.trim() !== '')) {
        await filling.transaction((session) => session.query(statement))
      }
    }
    await filling.close()
    return place
  }

  /** Opens an empty database, or a copy of the one at `place`; closed and removed after the test. */
  async function openNew(place?: Place): Promise<SqlDriver> {
    const created = await create(place)
    onTestFinished(async () => {
      await remove(created)
    })
    driver = await open(created)
    return driver
  }

  /** Opens a database that `version` left. */
  async function openFilled(version: number): Promise<SqlDriver> {
    return openNew(await placeOf(version))
  }

  /** The store of a database that `version` left, one for all tests that only read it. */
  function openForReading(version: number): Promise<Store> {
    const known =
      readOnly.get(version) ??
      placeOf(version)
        .then(create)
        .then(open)
        .then((each) => createSqlStore(each))
    readOnly.set(version, known)
    return known
  }

  test.each(VERSIONS)('everything that version %i wrote is read', async (version) => {
    const store = await openForReading(version)

    const latest = await store.latest('default', 10)
    expect(latest.map(({ eventId }) => eventId)).toEqual(['order_8841', 'signup', 'landing', 'of-2019'])
    expect(latest[0]).toMatchObject({
      body: String.raw`{"eventId":"order_8841","text":"\u0000 \ud800 'quoted'"}`,
      ts: 1767225602000,
      receivedAt: 1767225602200,
      sender: 'sk',
    })
    expect(await store.latest('other', 10)).toHaveLength(1)
    const person = await store.person('default', 'visitor-1')
    expect(person).toEqual({ userId: 'user-1', anonymousIds: ['visitor-1'] })
    expect(person && (await store.timeline('default', person, { limit: 10 }))).toHaveLength(4)
    expect(await store.people('default', { search: 'ada@', limit: 10 })).toHaveLength(1)
    expect(await store.revenue('default', { days: DAYS, mode: 'live' })).toEqual([
      { ...MONEY, source: 'newsletter', amount: 4_900, payments: 1, refunded: 0 },
    ])
    expect(await store.counts('default', { from: 20260101, to: 20260101 })).toEqual([
      { project: 'default', day: 20260101, kind: 'duplicate', name: '$pageview', count: 7 },
    ])
    expect(await store.secret('page-sessions')).toBe('a secret of the first version')
    expect((await store.pageSessions('default', 0)).map(({ id }) => id)).toEqual(version < 8 ? [] : ['session-1'])
    expect((await store.erasures('default', 9)).map(({ id }) => id)).toEqual(
      version < 13 ? [] : ['erasure-2', 'erasure-1'],
    )
    expect((await store.takeLoginLink('hash-of-a-link'))?.project).toBe(version < 8 ? undefined : 'default')
    expect((await store.keys()).map(({ id }) => id)).toEqual(version < 2 ? [] : ['key-1', 'key-2'])
    const aliased = await store.person('third', 'old-visitor')
    expect(aliased?.userId).toBe(version < 3 ? undefined : 'user-3')
    expect((await store.people('third', { search: '', limit: 10, groupId: 'company-1' })).map(({ id }) => id)).toEqual(
      version < 3 ? [] : ['user-3'],
    )
  })

  test.each(VERSIONS)('everything that version %i wrote of payments is read', async (version) => {
    const store = await openForReading(version)

    expect(await store.revenue('fourth', { days: DAYS, mode: 'live' })).toEqual(
      version < 4 ? [] : [{ ...MONEY, source: null, amount: 3_900, payments: 2, refunded: 1_000 }],
    )
    expect((await store.recurring('fourth', 'live')).map(({ amount }) => amount)).toEqual(version < 4 ? [] : [49_000])
    const held = await store.revenue('fourteenth', { days: DAYS, mode: 'live' })
    expect(held.map(({ amount, refunded }) => [amount, refunded])).toEqual(version < 14 ? [] : [[3_000, 0]])
    const subscriber = await store.person('fifteenth', 'stripe:in_15')
    expect(subscriber?.userId).toBe(version < 15 ? undefined : 'user-15')
    const payer = await store.person('fourth', 'stripe:cus_1')
    expect(payer?.userId).toBe(version < 4 ? undefined : 'user-4')
    expect(payer ? await store.timeline('fourth', payer, { limit: 10 }) : []).toHaveLength(version < 4 ? 0 : 3)
  })

  test.each([4, 9, 14])(
    'whose a payment was in version %i is read, where several people share the customer',
    async (version) => {
      const driver = await openFilled(version)
      const shared = { customer: 'stripe:cus_s', payment: (who: string) => `stripe:pi_${who}` }
      for (const [index, who] of ['a', 'b'].entries()) {
        const id = shared.payment(who)
        const event = (user: string | null, anonymous: string | null, event_id: string) =>
          `('shared', 'purchase', '${event_id}', ${anonymous}, ${user}, ${index}, 0, 0, 20260101, 100, 'USD', '${id}', 'payment', 1, 'sk', '{}')`
        await driver.transaction(async (session) => {
          await session.query(`INSERT INTO events (project, event, event_id, anonymous_id, user_id, ts, received_at, stored_at,
          day, value, currency, payment_ref, told_by, livemode, sender, body) VALUES
          ${event(`'user-${who}'`, 'NULL', `cs_${who}`)}, ${event('NULL', `'${shared.customer}'`, `pi_${who}`)}`)
          await session.query(`INSERT INTO billing_ids (project, id, payment, payer, paid, person) VALUES
          ('shared', '${id}', '${id}', '0:${shared.customer}', 1, 0)`)
          await session.query(`INSERT INTO payer_claims (project, id, anonymous_id, user_id, first_seen) VALUES
          ('shared', '${shared.customer}', '', 'user-${who}', ${index})`)
        })
      }
      await driver.transaction(async (session) => {
        await session.query(`INSERT INTO billing_ids (project, id, payment, payer, paid, person) VALUES
        ('shared', '${shared.customer}', NULL, '0:${shared.customer}', 0, 1)`)
        await session.query(`INSERT INTO billing_turns (project, turn) VALUES ('shared', 1)`)
      })
      const store = await createSqlStore(driver)
      const people = await store.people('shared', { search: '', limit: 10 })
      expect(people.map(({ id, events }) => [id, events]).sort()).toEqual([
        ['user-a', 2],
        ['user-b', 2],
      ])
      const person = await store.person('shared', shared.payment('b'))
      expect(person?.userId).toBe('user-b')
      expect(person && (await store.timeline('shared', person, { limit: 10 }))).toHaveLength(2)
    },
  )

  test('what version 19 had set is read', async () => {
    const store = await openForReading(19)
    expect(await store.projectSettings('nineteenth')).toEqual({ timeZone: 'Europe/Vienna' })
    expect(await store.settingChanges('nineteenth', 9)).toMatchObject([{ before: null, after: 'Europe/Vienna' }])
  })

  test.each([16, 17])('how far version %i had forwarded is read', async (version) => {
    const store = await openForReading(version)
    const place = { position: 4, eventId: 'landed' }
    const known = { name: 'posthog', place, holder: 'turn-1', trouble: { code: 'unauthorized' } }
    expect(await store.forwards.list('default')).toMatchObject(version < 17 ? [] : [known])
    const counted = { name: 'posthog', outcome: 'delivered', count: 42 }
    expect(await store.forwards.counts('default', DAYS)).toEqual(version < 17 ? [] : [counted])
  })

  test.each(VERSIONS)('how somebody came is read from what version %i wrote', async (version) => {
    const driver = await openFilled(version)
    const store = await createSqlStore(driver)
    const person = await store.person('twelfth', 'visitor-8')
    const profile = person && (await store.profile('twelfth', person))
    expect(profile?.firstTouch?.referrer).toBe(version < 12 ? undefined : 'https://search.example/')
    // Without the columns of version 12, by the text.
    const body = JSON.stringify({ path: '/old', referrer: 'https://elsewhere.example/', properties: { utm: { a: 1 } } })
    await store.append([eventRow({ project: 'ninth', session_id: 's', body })])
    await driver.transaction((session) => session.query(`UPDATE events SET arrival = NULL WHERE project = 'ninth'`))
    const old = await store.person('ninth', 'visitor-1')
    expect(old && (await store.profile('ninth', old)).firstTouch).toMatchObject({ path: '/old' })
    expect(old && (await store.sessions('ninth', old, { from: 0, to: Number.MAX_SAFE_INTEGER }))).toMatchObject([
      { entryPath: '/old' },
    ])
  })

  test('who owns a visitor goes by the bytes of ids, whatever the language of the database', async () => {
    const driver = await openFilled(11)
    const store = await createSqlStore(driver)
    expect((await store.person('eleventh', 'visitor-7'))?.userId).toBe('Zoe')
    const order = ['x', 'b', 'B', 'a'].map((user_id, index) =>
      eventRow({ project: 'other-order', anonymous_id: 'v', user_id, ts: 5, event_id: String(index) }),
    )
    await store.append(order)
    expect((await store.person('other-order', 'v'))?.userId).toBe('B')
  })

  test.each(VERSIONS)('a tail goes on through what version %i wrote, and what is written after it', async (version) => {
    const driver = await openFilled(version)
    const store = await createSqlStore(driver)

    await store.append([eventRow({ event_id: 'of-today', ts: 0 })])
    const landing = (await store.latest('default', 10)).find(({ eventId }) => eventId === 'landing')
    // As a client has it that read it from that version.
    const after = landing && (await store.after('default', { ...landing, position: 0 }, 10))
    expect(after?.map(({ eventId }) => eventId)).toEqual(['signup', 'order_8841', 'of-today'])
    await store.append([eventRow({ project: 'fifth', event_id: 'third', ts: 0 })])
    expect((await store.latest('fifth', 10)).map(({ eventId }) => eventId)).toEqual(
      version < 5 ? ['third'] : ['third', 'second', 'first'],
    )
  })

  test.each(VERSIONS)('whom a server saw with a visitor in version %i keeps them', async (version) => {
    const driver = await openFilled(version)
    const store = await createSqlStore(driver)

    const claim = eventRow({ anonymous_id: 'visitor-1', user_id: 'somebody-else', sender: 'pk', ts: 1 })
    const alias = {
      event: '$alias',
      project: 'third',
      anonymous_id: null,
      user_id: 'somebody-else',
      other_id: 'old-visitor',
    }
    await store.append([claim, eventRow({ ...alias, sender: 'pk', ts: 1 })])
    expect((await store.person('default', 'visitor-1'))?.userId).toBe('user-1')
    if (version >= 3) expect((await store.person('third', 'old-visitor'))?.userId).toBe('user-3')
    if (version >= 6) expect((await store.person('sixth', 'visitor-5'))?.userId).toBe('user-5')
  })

  test.each(VERSIONS)(
    'keys of version %i are known in the form they have now, while they move and after',
    async (version) => {
      const driver = await openFilled(version)
      const store = await createSqlStore(driver)

      const landing = eventRow({ event_id: 'landing' })
      expect(await store.append([landing])).toEqual([false])
      if (driver.engine === 'postgres') {
        const left = async () => (await driver.query('SELECT count(*) AS count FROM event_keys_by_text'))[0]?.['count']
        await expect.poll(left, { timeout: 50_000 }).toBe(0)
      }
      const others = ['of-2019', 'expired-long-ago', 'new'].map((event_id) => eventRow({ event_id }))
      expect(await store.append([landing, ...others])).toEqual([false, false, false, true])
      // A key of before says nothing of who claimed it.
      const replacing = ['of-server', 'of-page'].map((event_id) => eventRow({ project: 'seventh', event_id }))
      expect(await store.append(replacing)).toEqual(version < 7 ? [true, true] : [false, true])
      expect(await store.latest('seventh', 10)).toHaveLength(2)
    },
  )

  test.each(VERSIONS)('a database of version %i goes on being written', async (version) => {
    const driver = await openFilled(version)
    const store = await createSqlStore(driver)

    const known = ['landing', 'of-2019', 'expired-long-ago'].map((event_id) => eventRow({ event_id }))
    expect(await store.append(known)).toEqual([false, false, false])
    const next = [eventRow({ day: 20260102 }), eventRow({ day: 20260201 }), eventRow({ day: 20190102 })]
    expect(await store.append(next)).toEqual([true, true, true])
    await store.expire(20260201)
    expect(await store.latest('default', 10)).toHaveLength(1)
  })

  test('a database of a later version is refused, and left as it is', async () => {
    const driver = await openNew()
    await migrate(driver, { migrations: [...MIGRATIONS, () => ['CREATE TABLE of_tomorrow (id INTEGER)']] })
    const opening = createSqlStore(driver)
    await expect(opening).rejects.toMatchObject({ code: 'too_new' })
    await expect(opening).rejects.toThrow(`is at schema version ${MIGRATIONS.length + 1}`)
    expect(await driver.query('SELECT * FROM of_tomorrow')).toEqual([])
  })

  test('a step that fails leaves the version before it, and the next start goes on from there', async () => {
    const driver = await openNew()
    const migrations = [...MIGRATIONS, () => ['CREATE TABLE half (id INTEGER)', 'CREATE TABLE half (id INTEGER)']]
    await expect(migrate(driver, { migrations })).rejects.toThrow()
    const store = await createSqlStore(driver)
    expect(await store.append([eventRow()])).toEqual([true])
    await expect(driver.query('SELECT * FROM half')).rejects.toThrow()
  })
}

describe('a migration', () => {
  const checksum = (engine: SqlDriver['engine'], index: number) =>
    createHash('sha256')
      .update(JSON.stringify(MIGRATIONS[index]?.(engine)))
      .digest('hex')
      .slice(0, 16)

  // A failure here means that databases exist which took another step: add one, and leave this one as it was.
  test('is never edited once it is there', () => {
    const now = VERSIONS.map((version) => ({
      version,
      duckdb: checksum('duckdb', version - 1),
      postgres: checksum('postgres', version - 1),
    }))
    expect(now).toEqual(JSON.parse(read('checksums.json')))
  })

  test('tells operators what it does', () => {
    expect(MIGRATION_NOTES).toHaveLength(MIGRATIONS.length)
  })

  test.each(VERSIONS)('has rows of version %i to be tested with', (version) => {
    expect(read(`${version}.sql`).trim()).not.toBe('')
  })
})

// Each opens a database and takes up to all steps, and the machine may be busy.
const PATIENT = { timeout: 60_000 }

describe('DuckDB', PATIENT, () => {
  const folders: string[] = []
  afterAll(() => {
    for (const path of folders) rmSync(path, { recursive: true, force: true })
  })

  everyVersion<string>({
    create(place) {
      const dataDir = mkdtempSync(join(tmpdir(), 'threadline-migrations-'))
      folders.push(dataDir)
      if (place !== undefined) cpSync(place, dataDir, { recursive: true })
      return Promise.resolve(dataDir)
    },
    open: openDuckDb,
    remove: (dataDir) => rmSync(dataDir, { recursive: true }),
  })
})

const missing = postgresMissing()
describe.skipIf(missing)(`PostgreSQL${missing ? ` (${missing})` : ''}`, PATIENT, () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres({ durable: false })
  }, 60_000)
  afterAll(() => server?.stop(), 60_000)

  everyVersion<string>({
    create: (place) => server.createDatabase(place),
    open: openPostgres,
    remove: (place) => server.dropDatabase(place),
  })

  test('a step may take longer than any other statement, and only it', async () => {
    const driver = await openPostgres(await server.createDatabase())
    const limit = `SELECT current_setting('statement_timeout') AS value`
    await migrate(driver, { migrations: [...MIGRATIONS, () => [`CREATE TABLE seen AS ${limit}`]] })
    expect(await driver.query('SELECT value FROM seen')).toEqual([{ value: '0' }])
    // Often enough for every connection.
    const limits = await Promise.all(Array.from({ length: 16 }, () => driver.query(limit)))
    expect(new Set(limits.map(([row]) => row?.['value']))).toEqual(new Set(['30s']))
    await driver.close()
  })
})

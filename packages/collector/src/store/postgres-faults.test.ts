import { inspect } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { batch, KEYS } from '../../test/collector-setup.ts'
import { eventRow } from '../../test/event-row.ts'
import { trackEvent } from '../../test/events.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../../test/postgres-server.ts'
import { createCollector } from '../collector.ts'
import { openStore } from './open-store.ts'
import type { Store } from './store.ts'

// What befalls a PostgreSQL in operation. Nothing of it is slow here, so a test that hangs has failed.
const PATIENT = { timeout: 60_000 }

const missing = postgresMissing()
describe.skipIf(missing)(`PostgreSQL${missing ? ` (${missing})` : ''}`, PATIENT, () => {
  let server: PostgresServer
  let databaseUrl: string
  let admin: pg.Client

  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server?.stop(), 60_000)

  async function open(): Promise<Store> {
    const store = await openStore({ databaseUrl })
    onTestFinished(() => store.close())
    return store
  }

  async function setup(): Promise<Store> {
    databaseUrl = await server.createDatabase()
    const store = await open()
    admin = new pg.Client({ connectionString: databaseUrl })
    await admin.connect()
    onTestFinished(() => admin.end())
    return store
  }

  const LATE = { day: 20251015, ts: Date.UTC(2025, 9, 15) }
  const ids = async (store: Store) => (await store.latest('default', 100)).map(({ eventId }) => eventId).sort()
  const partitionOf = async (eventId: string) => {
    const { rows } = await admin.query('SELECT tableoid::regclass::text AS name FROM events WHERE event_id = $1', [
      eventId,
    ])
    return rows[0]?.name
  }

  test('takes late events of a month that another collector has dropped, and gives them their month', async () => {
    const [first, second] = [await setup(), await open()]
    await first.append([eventRow({ ...LATE, event_id: 'expires' })])
    await second.expire(20251201)
    expect(await ids(first)).toEqual([])
    // The first one does not know that the month is gone; the second one makes it anew.
    expect(await first.append([eventRow({ ...LATE, event_id: 'a' }), eventRow({ event_id: 'b' })])).toEqual([
      true,
      true,
    ])
    expect(await partitionOf('a')).toBe('events_other')
    expect(await second.append([eventRow({ ...LATE, event_id: 'c' }), eventRow({ event_id: 'd' })])).toEqual([
      true,
      true,
    ])
    expect(await ids(first)).toEqual(['a', 'b', 'c', 'd'])
    expect([await partitionOf('a'), await partitionOf('c')]).toEqual(['events_202510', 'events_202510'])
    expect(await first.append([eventRow({ ...LATE, event_id: 'a' })])).toEqual([false])
  })

  test('takes events of a new month while another process migrates, and gives them their month after it', async () => {
    const store = await setup()
    // As `exclusively` holds it for as long as an index over all events takes.
    await admin.query('SELECT pg_advisory_lock(7226310)')
    expect(await store.append([eventRow({ ...LATE, event_id: 'meanwhile' })])).toEqual([true])
    expect(await partitionOf('meanwhile')).toBe('events_other')
    await admin.query('SELECT pg_advisory_unlock(7226310)')
    const next = await open()
    await next.append([eventRow({ ...LATE })])
    expect(await partitionOf('meanwhile')).toBe('events_202510')
  })

  test('takes events of a new month while a report reads, and moves them later', async () => {
    const store = await setup()
    await store.append([eventRow()])
    await admin.query('BEGIN; SELECT count(*) FROM events')
    const row = eventRow({ ...LATE, event_id: 'new month' })
    expect(await store.append([row])).toEqual([true])
    expect(await partitionOf('new month')).toBe('events_other')
    await admin.query('COMMIT')
    const next = await open()
    await next.append([eventRow({ ...LATE })])
    expect(await partitionOf('new month')).toBe('events_202510')
  })

  test('expires events while a report reads', async () => {
    const store = await setup()
    await store.append([eventRow({ ...LATE, event_id: 'old' }), eventRow({ event_id: 'kept' })])
    await admin.query('BEGIN; SELECT count(*) FROM events')
    await store.expire(20251201)
    expect(await ids(store)).toEqual(['kept'])
    await admin.query('COMMIT')
  })

  const ANALYZED = `SELECT count(*) > 0 AS known FROM pg_stats WHERE tablename = 'events' AND inherited AND attname = 'user_id'`
  const isAnalyzed = async () => (await admin.query(ANALYZED)).rows[0]?.known

  test('knows what is in its tables after many events have come', async () => {
    const store = await setup()
    await expect.poll(isAnalyzed, { timeout: 30_000 }).toBe(false)
    for (let part = 0; part < 11; part += 1) {
      await store.append(Array.from({ length: 1_000 }, () => eventRow({ user_id: 'user-1' })))
    }
    await expect.poll(isAnalyzed, { timeout: 30_000 }).toBe(true)
  })

  test('knows what is in its tables after they were restored without statistics', async () => {
    const store = await setup()
    await store.append([eventRow({ user_id: 'user-1' })])
    await store.close()
    await admin.query(`DELETE FROM pg_statistic; UPDATE pg_class SET reltuples = -1 WHERE relname LIKE 'events%'`)
    await open()
    await expect.poll(isAnalyzed, { timeout: 30_000 }).toBe(true)
  })

  function collect(store: Store) {
    let ms = Date.now()
    const collector = createCollector({ store, keys: [{ key: KEYS.server }], now: () => ms })
    const ask = (path: string, init?: RequestInit) => collector.fetch(new Request(`http://collector.test${path}`, init))
    return {
      health: async () => (await ask('/healthz')).status,
      ready: async () => (await ask('/readyz')).status,
      send: () =>
        ask('/v1/batch', {
          method: 'POST',
          headers: { authorization: `Bearer ${KEYS.server}`, 'content-type': 'application/json' },
          body: JSON.stringify(batch([trackEvent(), trackEvent()], { sentAt: new Date(ms).toISOString() })),
        }),
      /** Keys are read again. */
      later: () => {
        ms += 60_000
      },
    }
  }

  test('is not ready while it is read-only, and its senders are asked to come back', async () => {
    const { ready, send } = collect(await setup())
    const { rows } = await admin.query('SELECT current_database() AS name')
    const set = async (value: 'on' | 'off') => {
      await admin.query(`ALTER DATABASE ${rows[0]?.name} SET default_transaction_read_only = ${value}`)
      await admin.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
        [rows[0]?.name],
      )
    }
    expect(await ready()).toBe(200)
    await set('on')
    await expect.poll(ready, { timeout: 30_000 }).toBe(503)
    await admin.query('SET default_transaction_read_only = off')
    await expect.poll(async () => (await send()).status, { timeout: 30_000 }).toBe(503)
    expect((await send()).headers.get('retry-after')).toBe('2')
    await set('off')
    await expect.poll(ready, { timeout: 30_000 }).toBe(200)
    expect((await send()).status).toBe(200)
  })

  test('leaves the process alive and not ready while it hangs, each told within a second', async () => {
    const { health, ready, later } = collect(await setup())
    expect([await health(), await ready()]).toEqual([200, 200])
    server.freeze()
    try {
      later()
      expect(await health()).toBe(200)
      // What was stored within the last second is proof enough.
      await expect.poll(ready, { timeout: 30_000 }).toBe(503)
    } finally {
      server.thaw()
    }
    await expect.poll(ready, { timeout: 30_000 }).toBe(200)
  })

  test('does not keep a collector that ends, though it hangs', async () => {
    await setup()
    const store = await openStore({ databaseUrl })
    await store.append([eventRow()])
    server.freeze()
    try {
      const waiting = expect(store.forget('default', { userId: 'user-1', anonymousIds: [] })).rejects.toThrow()
      await store.close()
      await waiting
    } finally {
      server.thaw()
    }
  })

  test('has no values of events in what it fails with', async () => {
    const store = await setup()
    await admin.query(`ALTER TABLE events ADD CONSTRAINT no_secrets CHECK (body NOT LIKE '%jane%')`)
    const error = await store.append([eventRow({ body: '{"email":"jane@example.com"}' })]).then(
      () => undefined,
      (failure: unknown) => failure,
    )
    expect(inspect(error)).toMatch(
      /DatabaseFault: PostgreSQL reports 23514 at table events_?\w*, constraint no_secrets/,
    )
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toMatch(/jane|INSERT/)
  })
})

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { onBothDatabases, type RunningCollector } from '../test/both-databases.ts'
import { KEYS } from '../test/collector-setup.ts'
import { trackEvent } from '../test/events.ts'
import { type PostgresServer, postgresMissing, startPostgres } from '../test/postgres-server.ts'
import { startCollector } from './start-collector.ts'
import { compactStore, openStore } from './store/open-store.ts'

/** What must not be left of her, wherever it stood. */
const TRACES = ['jane.roe', 'Jane Roe', 'jane_browser', '+49 30 901820']

const SIGNED_IN = { anonymousId: undefined, userId: 'jane.roe@example.com' }

const JANE = [
  trackEvent({ anonymousId: 'jane_browser', eventId: 'landing-1', url: 'https://shop.example/?for=jane.roe' }),
  trackEvent({
    event: '$identify',
    anonymousId: 'jane_browser',
    userId: 'jane.roe@example.com',
    email: 'jane.roe@example.com',
    traits: { name: 'Jane Roe', phone: '+49 30 901820' },
  }),
  trackEvent({ event: 'purchase', eventId: 'order-jane.roe', ...SIGNED_IN, value: 1, currency: 'EUR' }),
  trackEvent({ event: 'welcome_jane.roe', ...SIGNED_IN }),
]

const OTHERS = Array.from({ length: 50 }, (_, n) => trackEvent({ anonymousId: `visitor-of-others-${n}` }))

async function storeJane({ send }: RunningCollector): Promise<void> {
  await send(KEYS.server, [...OTHERS.slice(0, 25), ...JANE])
  // Duplicates are counted by the name of their event.
  await send(KEYS.server, JANE)
}

/** The traces that any file below a folder holds. */
function tracesIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const contents = files.map((entry) => readFileSync(join(entry.parentPath, entry.name)))
  return TRACES.filter((trace) => contents.some((bytes) => bytes.includes(trace)))
}

describe('erasure', () => {
  onBothDatabases(({ start, location }) => {
    test('by list tells for each id what went, and the log tells when and how much, but not who', async () => {
      const collector = await start()
      const { post, read, send } = collector
      await storeJane(collector)
      await send(KEYS.server, [trackEvent({ anonymousId: 'somebody-else' })])
      const ids = ['jane.roe@example.com', 'somebody-else', 'nobody', 'jane_browser']
      for (const key of [KEYS.reader, KEYS.browser]) {
        expect((await post('/v1/erasures', { ids }, { key })).status).toBe(403)
      }
      expect((await post('/v1/erasures', { ids: [] })).status).toBe(400)
      expect(await (await post('/v1/erasures', { ids })).json()).toEqual({
        erased: [
          { id: 'jane.roe@example.com', events: 4, links: 1 },
          { id: 'somebody-else', events: 1, links: 0 },
        ],
        unknown: ['nobody', 'jane_browser'],
      })
      const log = await read('/v1/erasures', KEYS.server)
      const sizes = log.erasures.map(({ events, links }) => [events, links])
      expect(sizes.sort()).toEqual([
        [1, 0],
        [4, 1],
      ])
      for (const trace of [...TRACES, 'somebody-else']) expect(JSON.stringify(log)).not.toContain(trace)
      expect(await read('/v1/erasures', KEYS.other)).toEqual({ erasures: [] })
    })

    test('takes counts of event names that only they had along, and leaves those of others', async () => {
      const collector = await start()
      await storeJane(collector)
      const counted = async () => (await collector.read('/v1/reports/health')).counts.map(({ name }) => name)
      expect(await counted()).toContain('welcome_jane.roe')
      await collector.post('/v1/people/jane_browser/forget', {})
      expect(await counted()).toEqual(['$identify', '$pageview', 'purchase'])
    })

    test('takes a subscription along whose events name the customer alone, or nobody but the user', async () => {
      const { post, read, send } = await start()
      const told = (id: string, payerIds?: readonly string[]) =>
        trackEvent({
          event: 'subscription_started',
          ...SIGNED_IN,
          billing: {
            ...(payerIds && { payerIds }),
            subscription: {
              id,
              changedAt: '2026-01-31T09:30:00.000Z',
              billed: true,
              plan: 'pro',
              interval: 'month',
              intervalCount: 1,
              amount: 900,
              currency: 'EUR',
            },
          },
        })
      await send(KEYS.server, [told('stripe:sub_1', ['stripe:cus_1']), told('stripe:sub_2')])
      expect(await read('/v1/reports/mrr')).toMatchObject({ plans: [{ subscriptions: 2, amount: 1_800 }] })
      expect((await post('/v1/people/jane.roe@example.com/forget', {})).status).toBe(200)
      expect(await read('/v1/reports/mrr')).toMatchObject({ plans: [] })
    })

    test('a resend of what was erased is still a duplicate, also after the database was written anew', async () => {
      const first = await start()
      await storeJane(first)
      await first.post('/v1/people/jane_browser/forget', {})
      await first.close()
      await compactStore(await location())
      const second = await start()
      expect((await second.send(KEYS.server, JANE)).answer).toMatchObject({ stored: 0 })
      expect((await second.read('/v1/erasures', KEYS.server)).erasures).toEqual([
        expect.objectContaining({ events: 4, links: 1, compactedAt: expect.any(String) }),
      ])
      expect((await second.send(KEYS.server, [trackEvent()])).answer).toMatchObject({ stored: 1 })
      expect((await second.read('/v1/events?limit=100')).events).toHaveLength(26)
    })

    test('compaction keeps everything else, and the tail goes on', async () => {
      const store = await openStore(await location())
      const before = { position: 0, storedAt: 0, ts: 0, event: '', eventId: '' }
      await store.close()
      const first = await start()
      await storeJane(first)
      await first.post('/v1/people/jane_browser/forget', {})
      const [place] = await first.store.latest('default', 1)
      await first.close()
      await compactStore(await location())
      const second = await start()
      expect(await second.store.after('default', before, 100)).toHaveLength(25)
      await second.send(KEYS.server, [trackEvent({ eventId: 'next' })])
      const after = await second.store.after('default', place ?? before, 100)
      expect(after.map(({ eventId }) => eventId)).toContain('next')
      expect(await second.read('/v1/people')).toMatchObject({ people: expect.any(Array) })
    })
  })
})

describe('the bytes of somebody who was erased', () => {
  test('are in no file of the data folder after the next start, on DuckDB', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'threadline-erasure-'))
    onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
    const live = async (during: (collector: { url: string }) => Promise<void>) => {
      const collector = await startCollector({ port: 0, dataDir, keys: [{ key: KEYS.server }] })
      await during(collector)
      await collector.close()
    }
    const post = (url: string, path: string, body: object) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEYS.server}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const send = (url: string, events: readonly object[]) =>
      post(url, '/v1/batch', { sentAt: new Date().toISOString(), events })
    await live(async ({ url }) => {
      await send(url, [...OTHERS, ...JANE])
      await send(url, JANE)
    })
    expect(tracesIn(dataDir)).toEqual(TRACES)
    await live(async ({ url }) => {
      expect((await post(url, '/v1/people/jane_browser/forget', {})).status).toBe(200)
    })
    await live(async ({ url }) => {
      await send(url, [trackEvent()])
    })
    expect(tracesIn(dataDir)).toEqual([])
  })

  const missing = postgresMissing()
  describe.skipIf(missing)(`on PostgreSQL${missing ? ` (${missing})` : ''}`, () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres()
    }, 60_000)
    afterAll(() => server?.stop(), 60_000)

    test('are in no table, index or statistics after compaction', { timeout: 60_000 }, async () => {
      const databaseUrl = await server.createDatabase()
      const client = new pg.Client({ connectionString: databaseUrl })
      await client.connect()
      onTestFinished(() => client.end())
      /** As the database's files are once everything in memory was written. */
      const traces = async () => {
        await client.query('CHECKPOINT')
        return tracesIn(join(server.dataFolder, 'base'))
      }
      const collector = await startCollector({ port: 0, databaseUrl, keys: [{ key: KEYS.server }] })
      onTestFinished(() => collector.close())
      const headers = { authorization: `Bearer ${KEYS.server}`, 'content-type': 'application/json' }
      const post = (path: string, body: object) =>
        fetch(`${collector.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
      await post('/v1/batch', { sentAt: new Date().toISOString(), events: [...OTHERS, ...JANE] })
      await client.query('ANALYZE')
      expect(await traces()).toEqual(TRACES)
      expect((await post('/v1/people/jane_browser/forget', {})).status).toBe(200)
      expect(await traces()).not.toEqual([])
      await compactStore({ databaseUrl })
      expect(await traces()).toEqual([])
      expect((await collector.store.latest('default', 100)).length).toBe(OTHERS.length)
    })
  })
})

import { describe, expect, test } from 'vitest'
import { onBothDatabases } from '../test/both-databases.ts'
import { KEYS } from '../test/collector-setup.ts'
import { trackEvent } from '../test/events.ts'
import { createKey } from './create-key.ts'
import { openStore } from './store/open-store.ts'

const GOALS = [
  { name: 'Signed up', event: 'signup_completed' },
  { name: 'Saw prices', path: '/pricing' },
]

describe('settings of a project', () => {
  onBothDatabases(({ start }) => {
    test('are its own, outlive the collector, go back to the default, and tell who changed what', async () => {
      const first = await start()
      expect(await first.read('/v1/settings')).toEqual({
        project: 'default',
        settings: { timeZone: 'UTC', goals: [] },
      })
      const set = await first.post('/v1/settings', { timeZone: 'America/New_York', goals: GOALS })
      expect(await set.json()).toEqual({
        project: 'default',
        settings: { timeZone: 'America/New_York', goals: GOALS },
      })
      // As it is already, so nothing has changed.
      await first.post('/v1/settings', { timeZone: 'America/New_York' })
      await first.close()

      const second = await start()
      await second.post('/v1/settings', { goals: null })
      expect(await second.read('/v1/settings')).toMatchObject({ settings: { timeZone: 'America/New_York', goals: [] } })
      expect(await second.read('/v1/settings', KEYS.other)).toMatchObject({ settings: { timeZone: 'UTC' } })
      const { changes } = (await second.read('/v1/settings/changes')) as unknown as {
        changes: { who: string; name: string; before: unknown; after: unknown }[]
      }
      expect(changes.map(({ who, name, before, after }) => [who, name, before, after])).toEqual([
        ['an sk_ key', 'goals', GOALS, null],
        ['an sk_ key', 'goals', null, GOALS],
        ['an sk_ key', 'timeZone', null, 'America/New_York'],
      ])
    })

    test('the time zone is that of reports, unless they are asked for another', async () => {
      const { send, read, post } = await start()
      // Half past eight in the evening in New York.
      await send(KEYS.server, [trackEvent({ event: '$pageview', timestamp: '2026-01-02T01:30:00.000Z' })])
      await post('/v1/settings', { timeZone: 'America/New_York' })
      const days = 'from=2026-01-01&to=2026-01-01'
      const totals = async (more = '') => (await read(`/v1/reports/overview?${days}${more}`)) as unknown
      expect(await totals()).toMatchObject({ timeZone: 'America/New_York', totals: { pageviews: 1 } })
      expect(await totals('&timeZone=UTC')).toMatchObject({ timeZone: 'UTC', totals: { pageviews: 0 } })
    })

    test.each([
      [{ timeZone: 'Mars/Olympus' }, 'timeZone: must be the name of a time zone, such as Europe/Berlin'],
      [{ goals: [{ name: 'x' }] }, 'goals.0: Invalid input'],
      [{ goals: [GOALS[0], GOALS[0]] }, 'goals: two have the same name'],
      [{ timezone: 'UTC' }, 'body: Unrecognized key: "timezone"'],
    ])('%j is refused, and changes nothing', async (body, message) => {
      const { post, read } = await start()
      const refused = await post('/v1/settings', body)
      expect([refused.status, await refused.json()]).toEqual([400, { error: { code: 'invalid_request', message } }])
      expect(await read('/v1/settings')).toMatchObject({ settings: { timeZone: 'UTC', goals: [] } })
    })

    test('the cookie of the page changes them from the page alone', async () => {
      const { url, loginUrl, read } = await start()
      const opened = await fetch(await loginUrl(), { method: 'POST', redirect: 'manual' })
      const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
      const change = (headers: { readonly [name: string]: string }) =>
        fetch(`${url}/v1/settings`, {
          method: 'POST',
          // What a form can send, so that no browser asks first.
          headers: { cookie, 'content-type': 'text/plain', ...headers },
          body: JSON.stringify({ timeZone: 'Asia/Tokyo' }),
        })
      const neighbour = await change({ 'sec-fetch-site': 'same-site', origin: 'https://shop.example.com' })
      const unnamed = await change({ origin: 'http://shop.example.com' })
      expect([neighbour.status, unnamed.status]).toEqual([403, 403])
      expect(await read('/v1/settings')).toMatchObject({ settings: { timeZone: 'UTC' } })
      expect((await change({ 'sec-fetch-site': 'same-origin', origin: url })).status).toBe(200)
      expect(await read('/v1/settings')).toMatchObject({ settings: { timeZone: 'Asia/Tokyo' } })
    })

    test('a key that reads changes nothing', async () => {
      const { post } = await start()
      expect((await post('/v1/settings', { timeZone: 'UTC' }, { key: KEYS.reader })).status).toBe(403)
    })
  })
})

describe('keys over HTTP', () => {
  onBothDatabases(({ start, location }) => {
    test('are made, listed without what they are, and revoked, each by its project alone', async () => {
      const { post, read, send } = await start()
      const made = await post('/v1/keys', { kind: 'pk', name: 'Shop', origins: ['https://shop.example'] })
      const { id, key } = (await made.json()) as { id: string; key: string }
      expect(key).toMatch(/^pk_[\w-]{32}$/)
      const list = (await read('/v1/keys', KEYS.server)) as unknown
      expect(list).toMatchObject({ keys: [{ id, kind: 'pk', name: 'Shop', revokedAt: null }] })
      expect(JSON.stringify(list)).not.toContain(key)

      expect((await post(`/v1/keys/${id}/revoke`, {}, { key: KEYS.reader })).status).toBe(403)
      const theirs = await post('/v1/keys', { kind: 'sk' }, { key: KEYS.server })
      expect(theirs.status).toBe(200)
      expect((await post(`/v1/keys/${id}/revoke`, {})).status).toBe(200)
      expect((await post(`/v1/keys/${id}/revoke`, {})).status).toBe(404)
      expect((await send(KEYS.server, [trackEvent()])).status).toBe(200)
    })

    test('a key for the metrics of the whole collector can neither be seen nor ended', async () => {
      const store = await openStore(await location())
      const { id } = await createKey(store, { kind: 'mk' })
      await store.close()
      const { post, read } = await start()
      expect(await read('/v1/keys', KEYS.server)).toEqual({ keys: [] })
      expect((await post(`/v1/keys/${id}/revoke`, {})).status).toBe(404)
    })

    test('are a hundred at most', async () => {
      const { post, store } = await start({ rateLimits: { sk: { burst: 1_000, perSecond: 1_000 } } })
      const key = { kind: 'rk', project: 'default', name: '', origins: [], createdAt: 0 } as const
      for (let n = 0; n < 100; n += 1) await store.addKey({ ...key, id: `id-${n}`, hash: `hash-${n}` })
      const refused = await post('/v1/keys', { kind: 'rk' })
      expect([refused.status, (await refused.json()).error.message]).toEqual([
        400,
        'the project has 100 keys, as many as it may: revoke one first',
      ])
      expect((await post('/v1/keys/id-7/revoke', {})).status).toBe(200)
      expect((await post('/v1/keys', { kind: 'rk' })).status).toBe(200)
    })

    test('another project can neither see nor end them', async () => {
      const { post } = await start({
        keys: [{ key: KEYS.server }, { key: 'sk_of_another_project', project: 'other' }],
      })
      const { id } = (await (await post('/v1/keys', { kind: 'rk' })).json()) as { id: string }
      const other = { key: 'sk_of_another_project' }
      expect((await post(`/v1/keys/${id}/revoke`, {}, other)).status).toBe(404)
    })

    test.each([
      [{ kind: 'mk' }, /kind/],
      [{ kind: 'pk', origins: ['shop.example/path'] }, /must be an origin/],
    ])('%j is refused', async (body, message) => {
      const { post } = await start()
      const refused = await post('/v1/keys', body)
      expect(refused.status).toBe(400)
      expect((await refused.json()).error.message).toMatch(message)
    })
  })
})

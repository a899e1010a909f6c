import { describe, expect, test } from 'vitest'
import { KEYS, testCollector } from '../../test/collector-setup.ts'
import { answerOf, DIALECTS, dialectCollector } from '../../test/dialect-setup.ts'
import { createCollector } from '../collector.ts'
import type { LogEntry } from '../log-entry.ts'
import { StoreError } from '../store/store-error.ts'

const preflight = (path: string) =>
  new Request(`http://collector.test${path}`, { method: 'OPTIONS', headers: { origin: 'https://shop.example' } })

describe('the dialects', () => {
  test('pages of any origin may call what browsers are meant to call, and nothing else', async () => {
    const { collector } = await dialectCollector()
    for (const path of ['/v1/track', '/v1/identify', '/v1/event', '/v1/batch']) {
      const response = await collector.fetch(preflight(path))
      expect([response.status, response.headers.get('access-control-allow-origin')], path).toEqual([204, '*'])
    }
    for (const path of ['/api/events/server', '/api/tracking/server-events', '/api/v1/websites/7/track']) {
      const response = await collector.fetch(preflight(path))
      expect(response.headers.get('access-control-allow-origin'), path).toBeNull()
    }
  })

  test('without credentials the endpoints of other services open for nobody', async () => {
    const { post } = await testCollector()
    expect((await post('/api/events/server', {}, { key: 'servoki_test' })).status).toBe(401)
    expect((await post('/api/v1/websites/7/track', {}, { key: 'waa_test' })).status).toBe(401)
    expect((await post('/api/tracking/server-events', {}, { headers: { cookie: 'session=abc' } })).status).toBe(401)
    const event = { event_name: 'a', anonymous_id: 'visitor-1' }
    expect((await post('/v1/event', { publicKey: 'pk_live_analyse', event })).status).toBe(401)
  })

  test('a store that fails is a 500 in each service’s words, and logged', async () => {
    const { store } = await testCollector()
    const logged: LogEntry[] = []
    const collector = createCollector({
      store: { ...store, append: () => Promise.reject(new Error('disk full')) },
      keys: [{ key: KEYS.server }],
      dialects: DIALECTS,
      log: (entry) => logged.push(entry),
    })
    const post = (path: string, key: string, body: object) =>
      collector.fetch(
        new Request(`http://collector.test${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
          body: JSON.stringify(body),
        }),
      )
    expect(await answerOf(await post('/v1/track', KEYS.server, { event: 'a' }))).toEqual([
      500,
      { error: 'internal_error' },
    ])
    expect(await answerOf(await post('/api/v1/websites/7/track', 'waa_test', { name: 'a' }))).toMatchObject([
      500,
      { ok: false, error: 'server_error' },
    ])
    expect(logged.map(({ message }) => message)).toEqual(['disk full', 'disk full'])
    await collector.close()
  })

  test('a database that is away is a 503 in each service’s words, with the time to wait', async () => {
    const { store } = await testCollector()
    const logged: LogEntry[] = []
    const away = () => Promise.reject(new StoreError('unreachable', 'connection refused'))
    const collector = createCollector({
      store: { ...store, append: away, person: away },
      keys: [{ key: KEYS.server }],
      dialects: DIALECTS,
      log: (entry) => logged.push(entry),
    })
    const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
    const event = { event_name: 'a', anonymous_id: 'visitor-1' }
    const requests: [path: string, headers: { readonly [name: string]: string }, body: object][] = [
      ['/v1/track', bearer(KEYS.server), { event: 'a' }],
      ['/v1/identify', bearer(KEYS.server), { user_id: 'user_42', anonymous_id: 'visitor-1' }],
      ['/v1/batch', bearer(KEYS.server), { events: [{ event: 'a' }] }],
      ['/v1/forget', bearer(KEYS.server), { user_id: 'user_42' }],
      ['/v1/event', {}, { publicKey: 'pk_live_analyse', event }],
      ['/v1/batch', {}, { publicKey: 'pk_live_analyse', events: [event] }],
      ['/api/events/server', bearer('servoki_test'), { site: 'example.com', event_type: 'a' }],
      ['/batch/', {}, { api_key: 'phc_test', batch: [{ event: 'a', distinct_id: 'user_42' }] }],
      ['/i/v1/analytics/events', bearer('phc_test'), { batch: [{ event: 'a', distinct_id: 'user_42' }] }],
      ['/api/event', {}, { name: 'pageview', domain: 'shop.example', url: 'https://shop.example/' }],
      ['/api/send', {}, { payload: { website: '94db1cb1-74f4-4a40-ad6c-962362670409', url: 'https://shop.example/' } }],
      ['/api/v1/websites/7/track', bearer('waa_test'), { name: 'a' }],
      [
        '/api/tracking/server-events?workspaceId=ws_1',
        { cookie: 'session=abc' },
        { siteId: 'site_1', events: [{ type: 'a' }] },
      ],
    ]
    for (const [path, headers, body] of requests) {
      const response = await collector.fetch(
        new Request(`http://collector.test${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        }),
      )
      expect([path, response.status, response.headers.get('retry-after')], await response.text()).toEqual([
        path,
        503,
        '2',
      ])
    }
    expect(logged).toHaveLength(requests.length)
    await collector.close()
  })

  test('what is refused in another service’s words is counted too', async () => {
    const { post, get } = await dialectCollector()
    const refused = await post('/api/v1/websites/7/track', { name: '$made_up' }, { key: 'waa_test' })
    expect(refused.status).toBe(400)
    const { counts } = await (await get('/v1/reports/health')).json()
    expect(counts).toMatchObject([{ kind: 'invalid', name: 'reserved_event_name', count: 1 }])
  })

  test.each([
    ['a blank key', { servoki: [{ apiKey: ' ', site: 'example.com' }] }],
    ['a blank site', { servoki: [{ apiKey: 'servoki_hunter2', site: '' }] }],
    ['a project that is none', { analyse: [{ publicKey: 'pk_hunter2', project: 'a b' }] }],
    ['a secret that is short', { visitorSecret: 'hunter2' }],
  ])('%s is a mistake that is told at start, without the key', async (_, dialects) => {
    const failure = await testCollector({ dialects }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(TypeError)
    expect(String(failure)).toMatch(/dialects\.(servoki|analyse|visitorSecret)/)
    expect(String(failure)).not.toContain('hunter2')
  })
})

import { describe, expect, test } from 'vitest'
import { batch, KEYS, testCollector } from '../test/collector-setup.ts'
import { trackEvent } from '../test/events.ts'
import { unreadRequest } from '../test/unread-request.ts'

// A key that opens nothing must cost next to nothing: whoever has none can send as much as they like.

const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`

describe('a body is not read', { timeout: 60_000 }, () => {
  test('when the headers decide', async () => {
    const { collector } = await testCollector({ rateLimits: { pk: { burst: 1, perSecond: 0.001 } } })
    const limited = unreadRequest('/v1/batch', { authorization: `Bearer ${KEYS.browser}` })
    expect((await collector.fetch(limited.request)).status).toBe(400)
    const cases = [
      ['/v1/batch', `Bearer sk_unknown_key`, 401],
      ['/v1/batch', 'Bearer nonsense', 401],
      ['/v1/validate', `Bearer sk_unknown_key`, 401],
      ['/v1/validate', `Bearer ${KEYS.reader}`, 403],
      ['/v1/batch', basic('pk_unknown_key'), 401],
      ['/v1/track', basic('pk_unknown_key'), 401],
      ['/v1/import', basic('pk_unknown_key'), 401],
      ['/v1/track', 'Bearer sk_unknown_key', 401],
      ['/i/v1/analytics/events', 'Bearer phc_unknown', 401],
      ['/api/events/server', 'Bearer servoki_unknown', 401],
      // Its only request of the hour was the first one.
      ['/v1/batch', `Bearer ${KEYS.browser}`, 429],
      ['/v1/batch', basic(KEYS.browser), 429],
    ] as const
    for (const [path, authorization, status] of cases) {
      const { request, wasRead } = unreadRequest(path, { authorization })
      const answer = await collector.fetch(request)
      expect([path, authorization, answer.status, wasRead()]).toEqual([path, authorization, status, false])
    }
  })

  test('and not parsed when the key that it opens with is unknown, or used too often', async () => {
    const { post } = await testCollector({ rateLimits: { pk: { burst: 1, perSecond: 0.001 } } })
    const send = (body: string) => post('/v1/batch', body, { key: null, headers: { 'content-type': 'text/plain' } })
    // 400 is the answer of whoever parses.
    expect((await send('{"key":"pk_unknown_key",')).status).toBe(401)
    expect((await send(` { "key" : "${KEYS.reader}",`)).status).toBe(403)
    expect((await send(`{"key":"${KEYS.browser}",`)).status).toBe(400)
    expect((await send(`{"key":"${KEYS.browser}",`)).status).toBe(429)
    // It stands elsewhere: no reason to refuse it.
    const late = { ...batch([trackEvent()]), key: KEYS.server }
    expect(await (await send(JSON.stringify(late))).json()).toMatchObject({ stored: 1 })
  })

  test('and what parsing takes is told by project', async () => {
    const { post, get } = await testCollector({
      keys: [{ key: KEYS.server, project: 'shop' }, { key: 'mk_test_meter' }],
    })
    await post('/v1/batch', batch([trackEvent()]))
    await post('/v1/batch', batch([trackEvent()]), { key: null })
    const text = await (await get('/metrics', 'mk_test_meter')).text()
    expect(text).toMatch(/threadline_project_thread_seconds_total\{project="shop"\} [\d.e-]+/)
    expect(text).toMatch(/threadline_project_thread_seconds_total\{project=""\} [\d.e-]+/)
  })
})

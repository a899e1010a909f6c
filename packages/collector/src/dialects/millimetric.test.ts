import { describe, expect, test } from 'vitest'
import { batch, KEYS } from '../../test/collector-setup.ts'
import { answerOf, dialectCollector, VISITOR } from '../../test/dialect-setup.ts'
import { unreadRequest } from '../../test/unread-request.ts'

const shop = { origin: 'https://shop.example' }

describe('Millimetric’s endpoints', () => {
  test('/v1/track takes one event and echoes its id', async () => {
    const { post, stored } = await dialectCollector()
    const sent = {
      event: 'completed_checkout',
      event_id: 'evt_1',
      anonymous_id: VISITOR,
      user_id: 'user_42',
      session_id: 'sess_xyz',
      timestamp: '2026-01-31T09:00:00.000Z',
      url: 'https://shop.example/?utm_source=facebook&utm_medium=cpc',
      path: '/',
      referrer: 'https://l.facebook.com/',
      properties: { order_id: 'o1', amount_cents: 4_900, currency: 'usd' },
      source: 'ignored',
    }
    expect(await answerOf(await post('/v1/track', sent))).toEqual([202, { ok: true, event_id: 'evt_1' }])
    expect(await stored()).toEqual([
      {
        eventId: 'evt_1',
        event: 'completed_checkout',
        timestamp: '2026-01-31T09:00:00.000Z',
        anonymousId: VISITOR,
        userId: 'user_42',
        sessionId: 'sess_xyz',
        url: sent.url,
        path: '/',
        referrer: sent.referrer,
        utm: { source: 'facebook', medium: 'cpc' },
        value: 4_900,
        currency: 'USD',
        properties: { order_id: 'o1' },
      },
    ])
  })

  test('an event without ids gets a visitor of its own, and a null in the answer', async () => {
    const { post, stored } = await dialectCollector()
    expect(await answerOf(await post('/v1/track', { event: 'a' }))).toEqual([202, { ok: true, event_id: null }])
    expect(await stored()).toMatchObject([{ event: 'a', anonymousId: expect.any(String) }])
  })

  test('/v1/batch takes many, and an id counts once', async () => {
    const { post, stored } = await dialectCollector()
    const events = [
      { event: 'a', event_id: 'e1', anonymous_id: VISITOR },
      { event: 'b', event_id: 'e2', anonymous_id: VISITOR },
    ]
    expect(await answerOf(await post('/v1/batch', { events }))).toEqual([202, { ok: true, count: 2 }])
    expect(await answerOf(await post('/v1/batch', { events }))).toEqual([202, { ok: true, count: 2 }])
    expect(await stored()).toHaveLength(2)
  })

  test('a batch with one bad event stores nothing and names the field', async () => {
    const { post, stored } = await dialectCollector()
    const events = [
      { event: 'a', anonymous_id: VISITOR },
      { event: 'b', anonymous_id: VISITOR, url: '/pricing' },
    ]
    expect(await answerOf(await post('/v1/batch', { events }))).toMatchObject([
      400,
      { error: 'invalid_payload', details: { fieldErrors: { 'events.1.url': ['Invalid URL'] } } },
    ])
    expect(await stored()).toEqual([])
  })

  test('a name that the canonical event reserves is refused too, with all of its batch', async () => {
    const { post, stored } = await dialectCollector()
    const events = [{ event: 'a' }, { event: '$made_up' }]
    expect(await answerOf(await post('/v1/batch', { events }))).toMatchObject([400, { error: 'invalid_payload' }])
    expect(await stored()).toEqual([])
  })

  test('/v1/identify joins visitor and user', async () => {
    const { post, get } = await dialectCollector()
    await post('/v1/track', { event: 'a', anonymous_id: VISITOR })
    const link = { anonymous_id: VISITOR, user_id: 'user_42', traits: { email: 'sam@example.com', plan: 'pro' } }
    expect(await answerOf(await post('/v1/identify', link))).toEqual([200, { ok: true }])
    const { person, events } = await (await get('/v1/people/user_42/timeline')).json()
    expect(person).toEqual({ userId: 'user_42', anonymousIds: [VISITOR] })
    expect(events.map((view: { event: { event: string } }) => view.event.event)).toEqual(['a', '$identify'])
    expect(events[1].event).toMatchObject({ email: 'sam@example.com', traits: { plan: 'pro' } })
  })

  test('/v1/forget erases a user and what their visitor did, with an sk_ key only', async () => {
    const { post, get, stored } = await dialectCollector()
    await post('/v1/track', { event: 'a', anonymous_id: VISITOR })
    await post('/v1/identify', { anonymous_id: VISITOR, user_id: 'user_42' })
    await post('/v1/track', { event: 'b', user_id: 'user_43' })
    const fromPage = await post('/v1/forget', { user_id: 'user_42' }, { key: KEYS.limited, headers: shop })
    expect(await answerOf(fromPage)).toEqual([403, { error: 'forget_requires_secret_key' }])
    expect(await stored()).toHaveLength(3)
    expect(await answerOf(await post('/v1/forget', { user_id: 'user_42' }))).toEqual([200, { ok: true, queued: true }])
    expect((await get('/v1/people/user_42/timeline')).status).toBe(404)
    expect(await stored()).toMatchObject([{ userId: 'user_43' }])
  })

  test('a wrong key is refused in Millimetric’s words, on both paths', async () => {
    const { post } = await dialectCollector()
    const cases = [
      ['no key', null, {}, [401, { error: 'missing_bearer_token' }]],
      ['a read key', KEYS.reader, {}, [403, { error: 'insufficient_scope' }]],
      ['a page key without an origin', KEYS.browser, {}, [403, { error: 'origin_not_allowed' }]],
      [
        'a page key elsewhere',
        KEYS.limited,
        { origin: 'https://evil.example' },
        [403, { error: 'origin_not_allowed' }],
      ],
    ] as const
    for (const [what, key, headers, expected] of cases) {
      const init = { key, headers }
      expect(await answerOf(await post('/v1/track', { event: 'a' }, init)), what).toEqual(expected)
      const batched = await post('/v1/batch', { events: [{ event: 'a' }] }, init)
      expect(await answerOf(batched), what).toEqual(expected)
    }
  })

  test('an unknown key is refused in its words where nobody else answers, and unread on the path that is shared', async () => {
    const { post, collector } = await dialectCollector()
    for (const [key, error] of [
      ['nonsense', 'malformed_api_key'],
      ['sk_test_unknown', 'invalid_api_key'],
    ] as const) {
      expect(await answerOf(await post('/v1/track', { event: 'a' }, { key }))).toEqual([401, { error }])
      const { request, wasRead } = unreadRequest('/v1/batch', { authorization: `Bearer ${key}` })
      expect([(await collector.fetch(request)).status, wasRead()]).toEqual([401, false])
    }
  })

  test('a page key sends from its pages, but not what belongs to the server', async () => {
    const { post } = await dialectCollector()
    const init = { key: KEYS.limited, headers: shop }
    expect((await post('/v1/track', { event: 'a' }, init)).status).toBe(202)
    expect((await post('/v1/track', { event: 'purchase' }, init)).status).toBe(400)
    expect((await post('/v1/track', { event: 'purchase' })).status).toBe(202)
  })

  test('what breaks a limit is 400', async () => {
    const { post } = await dialectCollector()
    const cases = [
      ['a name of 129 characters', { event: 'n'.repeat(129) }],
      ['properties over 8 KB', { event: 'a', properties: { blob: 'x'.repeat(8_192) } }],
      ['an address over 2048 characters', { event: 'a', url: `https://a.example/${'p'.repeat(2_048)}` }],
    ] as const
    for (const [what, sent] of cases) {
      expect(await answerOf(await post('/v1/track', sent)), what).toMatchObject([400, { error: 'invalid_payload' }])
    }
  })

  test('batches are 5 a second after a burst of 20, for each project, and tracking goes on', async () => {
    const { post, advance } = await dialectCollector()
    for (let count = 0; count < 20; count += 1) {
      expect((await post('/v1/batch', { events: [{ event: 'a', event_id: '' }] })).status).toBe(400)
    }
    const refused = await post('/v1/batch', { events: [{ event: 'a' }] })
    expect(refused.headers.get('retry-after')).toBe('1')
    expect(await answerOf(refused)).toEqual([429, { error: 'rate_limited', retry_after_s: 1 }])
    expect((await post('/v1/batch', { events: [{ event: 'a' }] }, { key: KEYS.other })).status).toBe(202)
    expect((await post('/v1/track', { event: 'a' })).status).toBe(202)
    advance(200)
    expect((await post('/v1/batch', { events: [{ event: 'a' }] })).status).toBe(202)
  })

  test('a native batch stays native, whatever it lacks', async () => {
    const { post } = await dialectCollector()
    const event = { eventId: 'e1', event: 'a', anonymousId: VISITOR, timestamp: '2026-01-31T09:30:00.000Z' }
    expect(await answerOf(await post('/v1/batch', batch([event])))).toMatchObject([200, { stored: 1 }])
    expect(await answerOf(await post('/v1/batch', { events: [event] }))).toMatchObject([
      400,
      { error: { code: 'invalid_request' } },
    ])
    expect(await answerOf(await post('/v1/batch', batch([event]), { key: 'sk_test_unknown' }))).toMatchObject([
      401,
      { error: { code: 'unauthorized' } },
    ])
    expect(await answerOf(await post('/v1/batch', '{'))).toMatchObject([400, { error: { code: 'invalid_json' } }])
  })
})

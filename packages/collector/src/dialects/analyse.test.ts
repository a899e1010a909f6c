import { describe, expect, test } from 'vitest'
import { KEYS } from '../../test/collector-setup.ts'
import { answerOf, dialectCollector, VISITOR } from '../../test/dialect-setup.ts'

const keyless = { key: null }
const publicKey = 'pk_live_analyse'

describe('analyse.net’s endpoints', () => {
  test('/v1/batch stores what the SDK sends, money included', async () => {
    const { post, stored } = await dialectCollector()
    const events = [
      {
        event_name: 'checkout_finished',
        anonymous_id: VISITOR,
        person_id: 'user_123',
        session_id: 's1',
        timestamp: '2026-01-31T09:00:00.000Z',
        url: 'https://shop.example/p?x=1',
        path: '/p',
        hostname: 'shop.example',
        referrer: 'https://news.example/post',
        referrer_domain: 'news.example',
        utm_source: 'newsletter',
        utm_campaign: 'june',
        screen_w: 390,
        screen_h: 844,
        properties: { plan: 'pro', amount: 4_900, currency: 'USD', threadline_event_id: 'order_1' },
      },
      { event_name: 'pageview', anonymous_id: VISITOR, properties: {} },
    ]
    expect(await answerOf(await post('/v1/batch', { publicKey, events }, keyless))).toEqual([200, { ok: true }])
    const [checkout, pageview] = await stored()
    expect(checkout).toEqual({
      eventId: 'order_1',
      event: 'checkout_finished',
      timestamp: '2026-01-31T09:00:00.000Z',
      anonymousId: VISITOR,
      userId: 'user_123',
      sessionId: 's1',
      url: 'https://shop.example/p?x=1',
      path: '/p',
      referrer: 'https://news.example/post',
      utm: { source: 'newsletter', campaign: 'june' },
      context: { screen: { width: 390, height: 844 } },
      value: 4_900,
      currency: 'USD',
      properties: { plan: 'pro' },
    })
    expect(pageview).toMatchObject({ event: '$pageview', anonymousId: VISITOR })
  })

  test('a person who stands in for the visitor is no visitor', async () => {
    const { post, stored } = await dialectCollector()
    const event = { event_name: 'invoice_paid', anonymous_id: 'user_123', person_id: 'user_123' }
    await post('/v1/event', { publicKey, event }, keyless)
    const [stored1] = await stored()
    expect(stored1).toMatchObject({ event: 'invoice_paid', userId: 'user_123' })
    expect(stored1).not.toHaveProperty('anonymousId')
  })

  test('$identify joins a device’s history to a person, with its traits', async () => {
    const { post, get } = await dialectCollector()
    const events = [
      { event_name: 'pageview', anonymous_id: VISITOR },
      {
        event_name: '$identify',
        anonymous_id: VISITOR,
        person_id: 'user_123',
        properties: { $email: 'sam@example.com', plan: 'pro' },
      },
    ]
    await post('/v1/batch', { publicKey, events }, keyless)
    const { events: timeline } = await (await get('/v1/people/user_123/timeline')).json()
    expect(timeline.map((view: { event: object }) => view.event)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: '$pageview' }),
        expect.objectContaining({ event: '$identify', email: 'sam@example.com', traits: expect.anything() }),
      ]),
    )
  })

  test('an event that brings a Threadline id is stored once', async () => {
    const { post, stored } = await dialectCollector()
    const event = { event_name: 'a', anonymous_id: VISITOR, properties: { threadline_event_id: 'e1', event_id: 'own' } }
    await post('/v1/event', { publicKey, event }, keyless)
    await post('/v1/event', { publicKey, event }, keyless)
    expect(await stored()).toMatchObject([{ eventId: 'e1', properties: { event_id: 'own' } }])
  })

  test('what is malformed is refused, and nothing stored', async () => {
    const { post, stored } = await dialectCollector()
    const cases = [
      [
        'an unknown public key',
        { publicKey: 'pk_live_other', events: [{ event_name: 'a', anonymous_id: VISITOR }] },
        401,
      ],
      [
        'the collector’s own key',
        { publicKey: KEYS.browser, events: [{ event_name: 'a', anonymous_id: VISITOR }] },
        401,
      ],
      ['no visitor', { publicKey, events: [{ event_name: 'a' }] }, 400],
      ['no events', { publicKey, events: [] }, 400],
      ['an id that is no id', { publicKey, events: [{ event_name: 'a', anonymous_id: 'null' }] }, 400],
    ] as const
    for (const [what, sent, status] of cases) {
      expect((await post('/v1/batch', sent, keyless)).status, what).toBe(status)
    }
    expect(await stored()).toEqual([])
  })
})

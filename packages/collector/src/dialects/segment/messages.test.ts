import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { KEYS, NOW } from '../../../test/collector-setup.ts'
import { dialectCollector, VISITOR } from '../../../test/dialect-setup.ts'
import { basic, call } from '../../../test/segment-setup.ts'

describe('messages', () => {
  test('that say the same without an id are two events', async () => {
    const { post, stored } = await dialectCollector()
    const sent = { event: 'a', userId: 'user_42' }
    await post(
      '/v1/batch',
      {
        batch: [
          { type: 'track', ...sent },
          { type: 'track', ...sent },
        ],
      },
      basic(KEYS.server),
    )
    expect(await stored()).toHaveLength(2)
  })
})

describe('ids that are numbers', () => {
  test.each([
    ['track', 'userId'],
    ['group', 'groupId'],
    ['alias', 'previousId'],
  ])('of a %s are refused as %s where they stand for several', async (type, member) => {
    const { post, stored } = await dialectCollector()
    const send = (id: string) =>
      post(
        '/v1/b',
        `{"batch":[{"type":"${type}","event":"a","userId":"user_42","${member}":${id}}]}`,
        basic(KEYS.server),
      )
    expect((await send('9007199254740991')).status).toBe(200)
    expect((await send('9007199254740993')).status).toBe(400)
    expect(await stored()).toHaveLength(1)
  })

  test('beside a visitor are a property then', async () => {
    const { post, stored } = await dialectCollector()
    await post('/v1/t', `{"event":"a","anonymousId":"${VISITOR}","userId":9007199254740994}`, basic(KEYS.server))
    const [event] = await stored()
    expect(event).toMatchObject({ anonymousId: VISITOR, properties: { userId: 9_007_199_254_740_994 } })
    expect(event).not.toHaveProperty('userId')
  })
})

test.each(['2026-01-31T09:29:00.500', '2026-01-31 09:29:00.500'])(
  'a time without a zone is UTC: %s',
  async (timestamp) => {
    vi.stubEnv('TZ', 'America/New_York')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(new Date(NOW).getTimezoneOffset()).toBe(300)
    const { post, stored } = await dialectCollector()
    await post('/v1/t', { ...call, timestamp }, basic(KEYS.server))
    expect(await stored()).toMatchObject([{ timestamp: '2026-01-31T09:29:00.500Z' }])
  },
)

test('RudderStack’s word for a page that nobody linked to is no referrer', async () => {
  const { post, stored } = await dialectCollector()
  const context = { page: { url: 'https://shop.example/', referrer: '$direct' } }
  await post('/v1/page', { anonymousId: VISITOR, context, properties: { referrer: '$direct' } }, basic(KEYS.browser))
  const [event] = await stored()
  expect(event).toMatchObject({ event: '$pageview', url: 'https://shop.example/' })
  expect(JSON.stringify(event)).not.toContain('$direct')
})

describe('a message’s id', () => {
  test('may be a number: what comes again counts once', async () => {
    const { post, stored } = await dialectCollector()
    for (let count = 0; count < 2; count += 1) await post('/v1/t', { ...call, messageId: 42 }, basic(KEYS.server))
    const events = await stored()
    expect(events).toMatchObject([{ eventId: '42' }])
    expect(events[0]).not.toHaveProperty('properties')
  })

  test('is none when it stands for several', async () => {
    const { post, stored } = await dialectCollector()
    const send = (id: string) =>
      post('/v1/t', `{"event":"a","anonymousId":"${VISITOR}","messageId":${id}}`, basic(KEYS.server))
    await send('9007199254740993')
    await send('9007199254740992')
    expect(await stored()).toHaveLength(2)
  })
})

test.each([
  ['seconds', 1_769_851_740],
  ['their digits', '1769851740'],
  ['milliseconds', 1_769_851_740_000],
])('a time in %s since the epoch is one', async (_, timestamp) => {
  const { post, stored } = await dialectCollector()
  await post('/v1/t', { ...call, timestamp }, basic(KEYS.server))
  const [event] = await stored()
  expect(event).toMatchObject({ timestamp: '2026-01-31T09:29:00.000Z' })
  expect(event).not.toHaveProperty('properties')
})

test('a clock is in seconds, too', async () => {
  const { post, get } = await dialectCollector()
  const sentAt = NOW / 1_000 - 7_200
  await post('/v1/t', { ...call, timestamp: sentAt - 60, sentAt }, basic(KEYS.server))
  const { events } = await (await get('/v1/events')).json()
  expect(events).toMatchObject([{ occurredAt: new Date(NOW - 60_000).toISOString() }])
})

describe('consent by categories', () => {
  const stored = async (context: object) => {
    const collector = await dialectCollector()
    await collector.post('/v1/t', { ...call, context }, basic(KEYS.browser))
    return (await collector.stored())[0]
  }

  test.each<[string, object, object | undefined]>([
    ['Segment’s own', { Advertising: true, Analytics: true, Functional: true }, { ads: true, analytics: true }],
    ['a no to ads alone', { Advertising: false }, { ads: false }],
    ['OneTrust’s numbers', { C0001: true, C0002: true, C0004: false }, { analytics: true, ads: false }],
    ['two that are one here', { marketing: true, Targeting: false }, { ads: false }],
    ['ones that nobody here knows', { Functional: true, DataSharing: false }, undefined],
    ['answers that are none', { Advertising: 'yes' }, undefined],
  ])('of Segment: %s', async (_, categoryPreferences, consent) => {
    expect((await stored({ consent: { categoryPreferences } }))?.consent).toEqual(consent)
  })

  test.each<[string, object, object | undefined]>([
    ['by name', { allowedConsentIds: ['analytics'], deniedConsentIds: ['marketing'] }, { analytics: true, ads: false }],
    ['by OneTrust’s numbers', { provider: 'oneTrust', deniedConsentIds: ['C0004'] }, { ads: false }],
    ['by other ids', { allowedConsentIds: ['12', 5], deniedConsentIds: 'x' }, undefined],
  ])('of RudderStack, %s', async (_, consentManagement, consent) => {
    const event = await stored({ consentManagement })
    expect(event?.consent).toEqual(consent)
    expect(event?.properties).toEqual({ context: { consentManagement } })
  })

  test('stays in part where it is when a category has no place', async () => {
    const event = await stored({ consent: { categoryPreferences: { Advertising: false, Functional: true } } })
    expect(event).toMatchObject({
      consent: { ads: false },
      properties: { context: { consent: { categoryPreferences: { Functional: true } } } },
    })
    expect(JSON.stringify(event?.properties)).not.toContain('Advertising')
  })
})

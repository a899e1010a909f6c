import { describe, expect, test } from 'vitest'
import { answerOf, dialectCollector, VISITOR } from '../../test/dialect-setup.ts'

const PATH = '/api/events/server'
const key = { key: 'servoki_test' }
const site = { site: 'example.com' }

describe('Servoki’s server events', () => {
  test('are stored with money, time and consent', async () => {
    const { post, stored } = await dialectCollector()
    const sent = {
      ...site,
      event_type: 'purchase',
      event_id: 'order_8841',
      vid: VISITOR,
      value: 49.9,
      currency: 'eur',
      occurred_at: '2026-01-31T10:00:00+01:00',
      props: { plan: 'pro' },
      consent: true,
    }
    expect(await answerOf(await post(PATH, sent, key))).toEqual([202, ''])
    expect(await stored()).toEqual([
      {
        eventId: 'order_8841',
        event: 'purchase',
        timestamp: '2026-01-31T09:00:00.000Z',
        anonymousId: VISITOR,
        value: 4_990,
        currency: 'EUR',
        properties: { plan: 'pro' },
        consent: { ads: true },
      },
    ])
  })

  test('count once by event_id', async () => {
    const { post, stored } = await dialectCollector()
    const sent = { ...site, event_type: 'purchase', event_id: 'order_1', value: 5, currency: 'USD' }
    expect((await post(PATH, sent, key)).status).toBe(202)
    expect((await post(PATH, { ...sent, value: 6 }, key)).status).toBe(202)
    expect(await stored()).toMatchObject([{ value: 500 }])
  })

  test('need no visitor: each without one is a visitor of its own', async () => {
    const { post, stored } = await dialectCollector()
    await post(PATH, { ...site, event_type: 'a' }, key)
    await post(PATH, { ...site, event_type: 'a' }, key)
    const visitors = (await stored()).map(({ anonymousId }) => anonymousId)
    expect(new Set(visitors).size).toBe(2)
  })

  test('keep an amount without a currency as a property', async () => {
    const { post, stored } = await dialectCollector()
    await post(PATH, { ...site, event_type: 'rated', vid: VISITOR, value: 4.555, props: { a: 1 } }, key)
    expect(await stored()).toMatchObject([{ properties: { a: 1, value: 4.555 } }])
  })

  test('are refused when malformed, and nothing stored', async () => {
    const { post, stored } = await dialectCollector()
    const cases = [
      ['no event_type', site, 400],
      ['a bad currency', { ...site, event_type: 'a', value: 5, currency: 'euro' }, 400],
      ['half a cent', { ...site, event_type: 'a', value: 0.005, currency: 'EUR' }, 400],
      ['a time that is none', { ...site, event_type: 'a', occurred_at: 'yesterday' }, 400],
      ['an unknown site', { site: 'other.example', event_type: 'a' }, 404],
    ] as const
    for (const [what, sent, status] of cases) {
      expect((await post(PATH, sent, key)).status, what).toBe(status)
    }
    expect(await stored()).toEqual([])
  })

  test('need a key that is known', async () => {
    const { post } = await dialectCollector()
    const sent = { ...site, event_type: 'a' }
    expect((await post(PATH, sent, { key: null })).status).toBe(401)
    expect((await post(PATH, sent, { key: 'servoki_other' })).status).toBe(401)
  })

  test('are 600 a minute; the next hears when to come back', async () => {
    const { post, advance } = await dialectCollector()
    // A body that is refused costs a request all the same, and nothing to store.
    for (let count = 0; count < 600; count += 1) expect((await post(PATH, '{', key)).status).toBe(400)
    const refused = await post(PATH, '{', key)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    advance(1_000)
    expect((await post(PATH, '{', key)).status).toBe(400)
  })
})

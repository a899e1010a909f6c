import { describe, expect, test } from 'vitest'
import { answerOf, dialectCollector, VISITOR } from '../../test/dialect-setup.ts'

const TRACK = '/api/v1/websites/7/track'
const key = { key: 'waa_test' }

describe('Web Analyzer’s server-side tracking', () => {
  test('one event is stored, with its amount as money', async () => {
    const { post, stored } = await dialectCollector()
    const sent = {
      name: 'purchase',
      payload: { order_id: 'ORD-1234', amount: '49.99', currency: 'USD', qty: 2, gift: true },
      visitor_id: VISITOR,
      url: 'https://example.com/checkout',
      referrer: 'https://r.example/',
    }
    expect(await answerOf(await post(TRACK, sent, key))).toEqual([200, { ok: true, event_id: expect.any(Number) }])
    expect(await stored()).toEqual([
      {
        eventId: expect.any(String),
        event: 'purchase',
        timestamp: '2026-01-31T09:30:01.000Z',
        anonymousId: VISITOR,
        url: 'https://example.com/checkout',
        referrer: 'https://r.example/',
        value: 4_999,
        currency: 'USD',
        properties: { order_id: 'ORD-1234', qty: '2', gift: 'true' },
      },
    ])
  })

  test('a batch answers how many it took and a number for each', async () => {
    const { post, stored } = await dialectCollector()
    const events = [{ name: 'a', visitor_id: VISITOR }, { name: 'b' }]
    const [status, body] = await answerOf(await post(`${TRACK}/batch`, { events }, key))
    expect([status, body]).toEqual([
      200,
      { ok: true, processed: 2, event_ids: [expect.any(Number), expect.any(Number)] },
    ])
    expect(await stored()).toHaveLength(2)
  })

  test('an amount that is none stays a property', async () => {
    const { post, stored } = await dialectCollector()
    await post(TRACK, { name: 'a', payload: { amount: '1,234.50', currency: 'USD' }, visitor_id: VISITOR }, key)
    expect(await stored()).toMatchObject([{ properties: { amount: '1,234.50', currency: 'USD' } }])
  })

  test('an event that brings a Threadline id is stored once', async () => {
    const { post, stored } = await dialectCollector()
    const sent = { name: 'a', visitor_id: VISITOR, payload: { threadline_event_id: 'e1' } }
    await post(TRACK, sent, key)
    await post(TRACK, sent, key)
    expect(await stored()).toMatchObject([{ eventId: 'e1' }])
  })

  test('what breaks a limit is a validation error, and nothing stored', async () => {
    const { post, stored } = await dialectCollector()
    const cases = [
      ['no name', { payload: {} }],
      ['a name of 129 characters', { name: 'n'.repeat(129) }],
      ['11 keys', { name: 'a', payload: Object.fromEntries(Array.from({ length: 11 }, (_, key) => [`k${key}`, 'v'])) }],
      ['a value of 256 characters', { name: 'a', payload: { note: 'n'.repeat(256) } }],
      ['a nested payload', { name: 'a', payload: { address: { city: 'Riga' } } }],
    ] as const
    for (const [what, sent] of cases) {
      const answer = await answerOf(await post(TRACK, sent, key))
      expect(answer, what).toMatchObject([400, { ok: false, error: 'validation_error' }])
    }
    expect(await stored()).toEqual([])
  })

  test('26 events are too many', async () => {
    const { post } = await dialectCollector()
    const events = Array.from({ length: 26 }, () => ({ name: 'a' }))
    const answer = await answerOf(await post(`${TRACK}/batch`, { events }, key))
    expect(answer).toMatchObject([400, { ok: false, error: 'validation_error' }])
  })

  test('key and website must fit', async () => {
    const { post } = await dialectCollector()
    const unknown = await answerOf(await post(TRACK, { name: 'a' }, { key: 'waa_other' }))
    expect(unknown).toMatchObject([401, { ok: false, error: 'unauthorized' }])
    const elsewhere = await answerOf(await post('/api/v1/websites/8/track', { name: 'a' }, key))
    expect(elsewhere).toMatchObject([404, { ok: false, error: 'website_not_found' }])
  })

  test('requests are 60 a minute', async () => {
    const { post, advance } = await dialectCollector()
    for (let count = 0; count < 60; count += 1) expect((await post(TRACK, '{', key)).status).toBe(400)
    const refused = await post(TRACK, { name: 'a' }, key)
    expect(refused.headers.get('retry-after')).toBe('1')
    const answer = await answerOf(refused)
    expect(answer).toMatchObject([429, { ok: false, error: 'rate_limit_exceeded', retry_after: 1 }])
    advance(1_000)
    expect((await post(TRACK, { name: 'a' }, key)).status).toBe(200)
  })
})

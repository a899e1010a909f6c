import type { TrackEvent } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { adjustmentsOf, bodyOf, refusalOf } from '../test/event.ts'
import { ga4 } from './ga4.ts'

const ga = ga4({ measurementId: 'G-ABC123', apiSecret: 's3cret' })
const sent = (parts: Partial<TrackEvent>) => JSON.parse(bodyOf(ga, parts))
const paramsOf = (parts: Partial<TrackEvent>) => sent(parts).events[0].params

describe('ga4', () => {
  test('a name that Google would drop in silence is mended and told, or refused', () => {
    expect(sent({ event: 'Report Opened' }).events[0].name).toBe('Report_Opened')
    expect(adjustmentsOf(ga, { event: 'Report Opened' })).toEqual(['name_changed: Report_Opened'])
    for (const event of ['session_start', 'ga_thing', 'user_engagement', '2nd_visit', '_hidden', 'error']) {
      expect(refusalOf(ga, { event }), event).toBe('reserved_event_name')
    }
    expect(refusalOf(ga, { event: 'n'.repeat(41) })).toBe('event_name_too_long')
  })

  test('a session of ours is the second it began in; another one is none to Google', () => {
    expect(paramsOf({ sessionId: '0197c5a2-7a10-7d21-8c1e-5f60b2d94a77' }).session_id).toBe(
      Math.floor(0x0197c5a27a10 / 1_000),
    )
    expect(paramsOf({ sessionId: 'session_1' })).not.toHaveProperty('session_id')
  })

  test('every payment is a purchase that counts once by its order, or by its own id', () => {
    for (const event of ['purchase', 'checkout_finished', 'invoice_paid', 'subscription_renewed']) {
      const { name, params } = sent({ event, eventId: 'stripe:evt_1', value: 1_500, currency: 'KWD' }).events[0]
      expect(name).toBe('purchase')
      expect(params).toMatchObject({ value: 1.5, currency: 'KWD', transaction_id: 'stripe:evt_1' })
    }
    expect(paramsOf({ event: 'refunded', properties: { order_id: 'o1' } }).transaction_id).toBe('o1')
    expect(bodyOf(ga, { value: Number.MAX_SAFE_INTEGER, currency: 'EUR' })).toContain('"value":90071992547409.91')
  })

  test('items are passed on as Google has them; anything else of the name is a parameter', () => {
    const items = [{ item_id: 'a', price: 1.5, quantity: 2 }]
    expect(paramsOf({ properties: { items } }).items).toEqual(items)
    expect(paramsOf({ properties: { items: 3 } }).items).toBe(3)
  })

  test('no more than 25 parameters, ours included, and each within its length', () => {
    const properties = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, 'x'.repeat(101)]))
    const params = paramsOf({ url: `https://a.example/${'p'.repeat(1_000)}`, value: 1, currency: 'EUR', properties })
    expect(Object.keys(params)).toHaveLength(25)
    expect(params.k0).toHaveLength(100)
    expect(params.page_location).toHaveLength(1_000)
    expect(params).toMatchObject({ value: 0.01, currency: 'EUR' })
  })

  test('what identifies a person is no property of theirs', () => {
    const traits = { email: 'sam@example.com', plan: 'pro', seats: 3, bio: 'b'.repeat(40), ['n'.repeat(25)]: 1 }
    const body = sent({ event: '$identify', userId: 'user_42', email: 'sam@example.com', traits })
    expect(body.user_properties).toEqual({
      plan: { value: 'pro' },
      seats: { value: 3 },
      bio: { value: 'b'.repeat(36) },
    })
    expect(JSON.stringify(body)).not.toContain('sam@')
    expect(adjustmentsOf(ga, { event: '$identify', userId: 'user_42', traits })).toEqual([
      `keys_dropped: email, ${'n'.repeat(25)}`,
      'value_truncated: bio',
    ])
  })
})

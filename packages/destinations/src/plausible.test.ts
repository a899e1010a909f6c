import type { TrackEvent } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { adjustmentsOf, bodyOf, refusalOf } from '../test/event.ts'
import { plausible } from './plausible.ts'

const pl = plausible({ domain: 'shop.example' })

function sent(parts: Partial<TrackEvent>, destination = pl) {
  const request = destination.request([{ eventId: 'e1', body: bodyOf(destination, parts) }], { now: 0, attempt: 1 })
  return { ...request, body: JSON.parse(request.body) }
}

describe('plausible', () => {
  test('an address that is too long loses the campaign first, then its query, then its path', () => {
    const utm = { campaign: 'c'.repeat(100) }
    const campaign = `https://shop.example/?q=${'q'.repeat(1_900)}`
    const query = `https://shop.example/reports?q=${'q'.repeat(2_000)}#top`
    const path = `https://shop.example/${'p'.repeat(2_000)}`
    expect(sent({ url: campaign, utm }).body.url).toBe(campaign)
    expect(sent({ url: query }).body.url).toBe('https://shop.example/reports')
    expect(sent({ url: path }).body.url).toBe('https://shop.example/')
    for (const parts of [{ url: campaign, utm }, { url: query }, { url: path }]) {
      expect(adjustmentsOf(pl, parts)).toEqual(['value_truncated: url'])
    }
  })

  test('an event without a page happens at the site’s own address, and says so', () => {
    expect(sent({ path: '/thanks' }).body.url).toBe('https://shop.example/thanks')
    expect(adjustmentsOf(pl, {})).toEqual(['field_assumed: url'])
  })

  test('numbers and booleans stay what they are; the rest is flattened, cut or left out, and told', () => {
    const properties = {
      count: 3,
      paid: true,
      blank: '',
      nothing: null,
      cart: { items: 2, tags: ['a'] },
      long: 'ü'.repeat(1_001),
      ['k'.repeat(301)]: 'v',
    }
    const { props } = sent({ url: 'https://shop.example/', properties }).body
    expect(props).toEqual({ count: 3, paid: true, cart_items: 2, cart_tags: '["a"]', long: 'ü'.repeat(1_000) })
    expect(adjustmentsOf(pl, { url: 'https://shop.example/', properties })).toEqual([
      'flattened: cart',
      `keys_dropped: ${'k'.repeat(301)}`,
      'value_truncated: long',
    ])
  })

  test('money and the event’s id keep their places among thirty properties', () => {
    const properties = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, index]))
    const withId = plausible({ domain: 'shop.example', sendEventId: true })
    const { props } = sent({ event: 'refunded', value: 500, currency: 'JPY', properties }, withId).body
    expect(Object.keys(props)).toHaveLength(30)
    expect(props).toMatchObject({ k0: 0, value: 500, currency: 'JPY', threadline_event_id: 'e1' })
    expect(JSON.stringify(sent({}).body)).not.toContain('e1')
  })

  test('a payment has a field of its own, exact in any currency', () => {
    expect(bodyOf(pl, { value: 1_500, currency: 'KWD' })).toContain('"revenue":{"currency":"KWD","amount":1.500}')
    expect(bodyOf(pl, { value: 500, currency: 'jpy' })).toContain('"revenue":{"currency":"JPY","amount":500}')
    expect(bodyOf(pl, { value: 4_990 })).toContain('"props":{"value":49.90}')
    expect(refusalOf(pl, { value: 1, currency: 'ZZZ' })).toBe('invalid_currency')
  })

  test('what cannot stand in a header is not put into one', () => {
    const { headers } = sent({ context: { userAgent: 'Mozilla\r\nx-evil: 1', ip: '::1' } })
    expect(headers).toEqual({ 'content-type': 'text/plain', 'x-forwarded-for': '::1' })
  })

  test.each(['$group', 'engagement'])('%s has no place', (event) => {
    expect(refusalOf(pl, { event })).toBe('reserved_event_name')
  })
})

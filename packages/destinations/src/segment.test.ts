import { type TrackEvent, utf8Bytes } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { bodyOf } from '../test/event.ts'
import { segment } from './segment.ts'

const sg = segment({ writeKey: 'wk_1' })
const parsed = (parts: Partial<TrackEvent>) => JSON.parse(bodyOf(sg, parts))

describe('segment', () => {
  test('a purchase and its refund may share an id of one’s own, and no other source has it', () => {
    const bought = parsed({ eventId: 'order_8841', event: 'purchase' })
    const refunded = parsed({ eventId: 'order_8841', event: 'refunded' })
    const elsewhere = JSON.parse(bodyOf(segment({ writeKey: 'wk_2' }), { eventId: 'order_8841', event: 'purchase' }))
    expect(new Set([bought.messageId, refunded.messageId, elsewhere.messageId]).size).toBe(3)
    expect(bought.messageId).toBe(parsed({ eventId: 'order_8841', event: 'purchase' }).messageId)
    for (const call of [bought, refunded, elsewhere]) expect(call.context.threadline.eventId).toBe('order_8841')
  })

  test('a message id never reaches the hundred characters that Segment allows', () => {
    expect(parsed({ eventId: 'x'.repeat(200) }).messageId).toHaveLength(36)
  })

  test('a page’s own properties win over its facts, which stand in the context', () => {
    const call = parsed({ event: '$pageview', title: 'Shop', properties: { title: 'Mine' } })
    expect(call.properties.title).toBe('Mine')
    expect(call.context.page.title).toBe('Shop')
  })

  test('an event that says nothing of its surroundings has no empty ones', () => {
    const call = parsed({ eventId: '0197c5a2-6f1e-7c3a-9b52-3d1f0a7c8e44', utm: {}, clickIds: undefined })
    expect(call.context).toEqual({})
    expect(parsed({ context: { library: 'plain' } }).context.library).toEqual({ name: 'plain' })
  })

  test('an event that is no person’s call keeps its name', () => {
    expect(parsed({ event: '$page_leave' })).toMatchObject({ type: 'track', event: '$page_leave' })
  })

  test.each([segment({ writeKey: 'w"k' }), segment({ writeKey: 'w"k', keyIn: 'body' })])(
    'envelopeBytes is exact',
    (destination) => {
      const batch = [{ eventId: 'a', body: '{}' }]
      const { body } = destination.request(batch, { now: Date.parse('2026-01-31T09:30:00.000Z'), attempt: 1 })
      expect(utf8Bytes(body)).toBe(destination.limits.envelopeBytes + 2)
      expect(JSON.parse(body).writeKey).toBe('w"k')
    },
  )
})

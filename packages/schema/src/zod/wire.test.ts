import { describe, expect, test } from 'vitest'
import { batchEnvelope, batchRequest, batchResponse, errorResponse } from './wire.ts'

const event = { eventId: 'order_8841', event: 'purchase', userId: 'user_42', timestamp: '2026-01-31T09:30:00Z' }
const request = { sentAt: '2026-01-31T09:30:01.000Z', events: [event] }

describe('a batch', () => {
  test('carries events, a key, and what was lost', () => {
    const whole = { ...request, key: 'pk_1', dropped: { queue_overflow: 3 } }
    expect(batchRequest.parse(whole)).toEqual(whole)
    expect(batchEnvelope.parse(whole)).toEqual(whole)
  })

  test.each([
    ['no events', { sentAt: request.sentAt }],
    ['events that are no array', { ...request, events: {} }],
    ['no sentAt', { events: [event] }],
    ['a float of lost events', { ...request, dropped: { expired: 0.5 } }],
    ['a key that is no string', { ...request, key: 1 }],
  ])('with %s is refused', (_, body) => {
    expect(batchRequest.safeParse(body).success).toBe(false)
    expect(batchEnvelope.safeParse(body).success).toBe(false)
  })

  test('keeps a bad event in its envelope, to be refused on its own', () => {
    const mixed = { ...request, events: [event, { event: 1 }] }
    expect(batchEnvelope.parse(mixed).events).toEqual(mixed.events)
    expect(batchRequest.safeParse(mixed).success).toBe(false)
  })

  test('has at most 500 events', () => {
    expect(batchRequest.safeParse({ ...request, events: Array(500).fill(event) }).success).toBe(true)
    expect(batchRequest.safeParse({ ...request, events: Array(501).fill(event) }).success).toBe(false)
  })
})

describe('an answer', () => {
  test('names duplicates and what is invalid, by codes of the list', () => {
    const invalid = { eventId: 'a', code: 'invalid_value', message: 'no integer' }
    const answer = { stored: 1, duplicates: ['order_8841'], invalid: [invalid] }
    expect(batchResponse.parse(answer)).toEqual(answer)
    expect(batchResponse.safeParse({ ...answer, invalid: [{ ...invalid, code: 'oops' }] }).success).toBe(false)
    expect(batchResponse.safeParse({ ...answer, stored: -1 }).success).toBe(false)
  })

  test('to a refused request has a code of its list', () => {
    const answer = { error: { code: 'rate_limited', message: 'wait' } }
    expect(errorResponse.parse(answer)).toEqual(answer)
    expect(errorResponse.safeParse({ error: { code: 'oops', message: '' } }).success).toBe(false)
  })
})

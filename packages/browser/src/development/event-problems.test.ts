import { defineEvents, type TrackEvent } from '@threadline/schema'
import { expect, test } from 'vitest'
import { eventProblem } from './event-problems.ts'

const event = (fields: Partial<TrackEvent>): TrackEvent => ({
  eventId: 'e1',
  event: 'plan_viewed',
  timestamp: '2026-01-31T09:30:00.000Z',
  ...fields,
})

test.each([
  [{ event: ' ' }, /needs a name/],
  [{ event: 'x'.repeat(129) }, /over 128/],
  [{ event: '$mine' }, /reserved/],
  [{ value: 49.9 }, /4990/],
  [{ value: 4_990 }, /no currency.*Add currency/],
  [{ properties: { value: 49.9, currency: 'EUR' } }, /third argument: capture\('plan_viewed', \{\}, \{ value: 4990/],
  [{ properties: { revenue: 49.9, currency: 'EUR' } }, /^revenue and currency are properties/],
  [{ currency: 'eur' }, /ISO 4217/],
  [{ event: 'checkout_finished' }, /belongs to the server/],
])('%j is told of', (fields, text) => {
  expect(eventProblem(event(fields))).toMatch(text)
})

test.each([
  {},
  { event: '$pageview' },
  { event: 'signup_completed' },
  { value: 4_990, currency: 'EUR' },
  { event: 'constructor' },
  { properties: { value: 3 } },
  { value: 4_990, currency: 'EUR', properties: { price: 49.9, currency: 'EUR' } },
])('%j is fine', (fields) => {
  expect(eventProblem(event(fields))).toBeUndefined()
})

test('a catalogue of one’s own is checked against: properties and who owns the event', () => {
  const schema = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: (value: unknown) =>
        typeof value === 'object' && value !== null && 'plan' in value
          ? { value }
          : { issues: [{ message: 'is required', path: ['plan'] }] },
    },
  }
  const catalogue = defineEvents({ plan_upgraded: schema, seat_billed: { schema, source: 'server' } })
  expect(eventProblem(event({ event: 'plan_upgraded' }), catalogue)).toBe('plan: is required')
  expect(eventProblem(event({ event: 'plan_upgraded', properties: { plan: 'pro' } }), catalogue)).toBeUndefined()
  expect(eventProblem(event({ event: 'seat_billed', properties: { plan: 'pro' } }), catalogue)).toMatch(/server/)
})

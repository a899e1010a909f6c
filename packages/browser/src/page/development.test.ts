import { defineEvents, type TrackEvent } from '@threadline/schema'
import { expect, test } from 'vitest'
import { problemOf } from './development.ts'

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
  [{ currency: 'eur' }, /ISO 4217/],
  [{ event: 'checkout_finished' }, /belongs to the server/],
])('%j is told of', (fields, text) => {
  expect(problemOf(event(fields))).toMatch(text)
})

test.each([
  {},
  { event: '$pageview' },
  { event: 'signup_completed' },
  { value: 4_990, currency: 'EUR' },
  { event: 'constructor' },
])('%j is fine', (fields) => {
  expect(problemOf(event(fields))).toBeUndefined()
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
  expect(problemOf(event({ event: 'plan_upgraded' }), catalogue)).toBe('plan: is required')
  expect(problemOf(event({ event: 'plan_upgraded', properties: { plan: 'pro' } }), catalogue)).toBeUndefined()
  expect(problemOf(event({ event: 'seat_billed', properties: { plan: 'pro' } }), catalogue)).toMatch(/server/)
})

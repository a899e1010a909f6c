import { expect, test } from 'vitest'
import { eventLine } from './event-line.ts'
import { matches } from './filter.ts'
import type { LiveEvent } from './live-events.ts'

const live: LiveEvent = {
  id: 'x',
  event: {
    event: 'purchase',
    eventId: 'e1',
    userId: 'user_42',
    value: 4990,
    currency: 'EUR',
    properties: { plan: 'pro' },
  },
  occurredAt: '2026-01-31T09:30:00.000Z',
  receivedAt: '2026-01-31T09:30:01.000Z',
  sender: 'server',
}

test('an event in one line', () => {
  expect(eventLine(live)).toBe('2026-01-31T09:30:00.000Z  server  purchase  user_42  49.90 EUR  {"plan":"pro"}')
})

test('what a sender put in it cannot steer the terminal or add a line', () => {
  const event = { event: 'a\nb', eventId: 'e1', anonymousId: '\u001b]0;x\u0007\u202e', path: '/\u009b2J' }
  const line = eventLine({ ...live, event })
  expect(line).toBe('2026-01-31T09:30:00.000Z  server  a\\u{a}b  \\u{1b}]0;x\\u{7}\\u{202e}  /\\u{9b}2J')
})

test('long properties are cut', () => {
  const line = eventLine({ ...live, event: { ...live.event, properties: { text: 'x'.repeat(1_000) } } })
  expect(line.length).toBeLessThan(300)
  expect(line).toMatch(/…$/)
})

test('filters by name, by person and by sender, all of which must fit', () => {
  expect(matches(live, {})).toBe(true)
  expect(matches(live, { event: ['signup_completed', 'purchase'], person: 'user_42', sender: 'server' })).toBe(true)
  expect(matches(live, { event: ['signup_completed'] })).toBe(false)
  expect(matches(live, { person: 'user_4' })).toBe(false)
  expect(matches(live, { sender: 'browser' })).toBe(false)
})

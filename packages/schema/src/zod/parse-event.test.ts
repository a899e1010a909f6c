import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIMITS } from '../limits.ts'
import { parseEvent } from './parse-event.ts'

const minimal = {
  eventId: '0198c0de-0000-7000-8000-000000000000',
  event: 'plan_viewed',
  anonymousId: 'visitor-1',
  timestamp: '2026-01-31T09:30:00.000Z',
}

const full = {
  ...minimal,
  userId: 'user_42',
  sessionId: 'session-1',
  properties: { plan: 'pro', seats: 3, tags: ['a', { deep: null }], gone: undefined },
  value: 4990,
  currency: 'EUR',
  email: 'jane@example.com',
  url: 'https://example.com/pricing?utm_source=news',
  path: '/pricing',
  title: 'Pricing',
  referrer: 'https://example.org/',
  utm: { source: 'news', medium: 'mail', campaign: 'spring', term: 't', content: 'c' },
  clickIds: { gclid: 'abc' },
  consent: { analytics: true, ads: false },
  context: {
    library: '@threadline/browser/1.0.0',
    locale: 'de-AT',
    timezone: 'Europe/Vienna',
    screen: { width: 390, height: 844 },
    automated: true,
    userAgent: 'Mozilla/5.0',
    ip: '203.0.113.7',
  },
}

function codeOf(value: unknown): string {
  const result = parseEvent(value)
  return result.ok ? 'ok' : result.code
}

describe('parseEvent takes', () => {
  test.each([
    ['the least there can be', minimal],
    ['every member', full],
    ['a user without a visitor', { ...minimal, anonymousId: undefined, userId: 'user_42' }],
    ['a system event', { ...minimal, event: '$identify', traits: { plan: 'pro' } }],
    ['money given back', { ...minimal, value: -500, currency: 'JPY' }],
    ['a number without a currency', { ...minimal, value: 12 }],
    ['a timestamp without a fraction', { ...minimal, timestamp: '2024-02-29T23:59:59Z' }],
    ["a caller's own id", { ...minimal, eventId: 'stripe:evt_1' }],
  ])('%s', (_, event) => {
    expect(parseEvent(event)).toEqual({ ok: true, event })
  })

  test('an event with members it does not know, without them', () => {
    expect(parseEvent({ ...minimal, futureMember: 1 })).toEqual({ ok: true, event: minimal })
  })
})

describe('parseEvent refuses', () => {
  test.each<[string, unknown, string]>([
    ['no object', 'text', 'validation_error'],
    ['null', null, 'validation_error'],
    ['an array', [minimal], 'validation_error'],
    ['no name', { ...minimal, event: undefined }, 'missing_event_name'],
    ['a number as name', { ...minimal, event: 1 }, 'missing_event_name'],
    ['a blank name', { ...minimal, event: ' ' }, 'missing_event_name'],
    ['a long name', { ...minimal, event: 'x'.repeat(129) }, 'event_name_too_long'],
    ['a reserved name', { ...minimal, event: '$purchase' }, 'reserved_event_name'],
    ['no event id', { ...minimal, eventId: undefined }, 'invalid_id'],
    ['a long event id', { ...minimal, eventId: 'x'.repeat(201) }, 'invalid_id'],
    ['a placeholder as visitor', { ...minimal, anonymousId: 'undefined' }, 'invalid_id'],
    ['a number as user', { ...minimal, userId: 42 }, 'invalid_id'],
    ['an empty session', { ...minimal, sessionId: '' }, 'invalid_id'],
    ['nobody', { ...minimal, anonymousId: undefined }, 'missing_identity'],
    ['no timestamp', { ...minimal, timestamp: undefined }, 'invalid_timestamp'],
    ['a local time', { ...minimal, timestamp: '2026-01-31T09:30:00+01:00' }, 'invalid_timestamp'],
    ['a day that is none', { ...minimal, timestamp: '2026-02-30T09:30:00Z' }, 'invalid_timestamp'],
    ['milliseconds', { ...minimal, timestamp: 1_769_851_800_000 }, 'invalid_timestamp'],
    ['a float', { ...minimal, value: 49.9, currency: 'EUR' }, 'invalid_value'],
    ['a string as value', { ...minimal, value: '4990' }, 'invalid_value'],
    ['an unsafe integer', { ...minimal, value: 2 ** 53, currency: 'EUR' }, 'invalid_value'],
    ['a lower-case currency', { ...minimal, value: 1, currency: 'eur' }, 'invalid_currency'],
    ['a currency that is none', { ...minimal, value: 1, currency: 'ABC' }, 'invalid_currency'],
    ['an array as properties', { ...minimal, properties: [] }, 'validation_error'],
    ['traits without $identify', { ...minimal, traits: {} }, 'validation_error'],
    ['a number as utm', { ...minimal, utm: { source: 1 } }, 'validation_error'],
    ['a number as click id', { ...minimal, clickIds: { gclid: 1 } }, 'validation_error'],
    ['denied consent', { ...minimal, consent: { analytics: false } }, 'consent_denied'],
    ['a Date', { ...minimal, properties: { at: new Date(0) } }, 'validation_error'],
    ['a function', { ...minimal, properties: { call: () => 1 } }, 'validation_error'],
    ['a BigInt', { ...minimal, properties: { big: 1n } }, 'validation_error'],
    ['NaN', { ...minimal, properties: { n: Number.NaN } }, 'validation_error'],
  ])('%s', (_, event, code) => {
    expect(codeOf(event)).toBe(code)
  })

  test.each([
    [49.9, 'EUR', 'value must be in integer minor units of the currency: 49.9 EUR is 4990'],
    [1.5, 'KWD', 'value must be in integer minor units of the currency: 1.5 KWD is 1500'],
    [1.005, 'EUR', 'value must be a number in integer minor units of the currency: 49.90 EUR is 4990'],
    [1.5, undefined, 'value must be a number in integer minor units of the currency: 49.90 EUR is 4990'],
    ['49.90', 'EUR', 'value must be a number in integer minor units of the currency: 49.90 EUR is 4990'],
  ])('%j %s with the amount it should be', (value, currency, message) => {
    expect(parseEvent({ ...minimal, value, currency })).toEqual({ ok: false, code: 'invalid_value', message })
  })
})

describe('sizes are UTF-8 bytes', () => {
  /** An object whose JSON takes so many bytes: `{"a":"…"}` is 8 without the text. */
  const sized = (bytes: number, character = 'x') => ({
    a: character.repeat((bytes - 8) / new TextEncoder().encode(character).length),
  })

  test.each(['x', 'ä', '€', '😀'])('properties of %s up to the limit and not one more', (character) => {
    // 32 760 divides by 1, 2, 3 and 4.
    const most = sized(LIMITS.propertiesBytes, character)
    expect(codeOf({ ...minimal, properties: most })).toBe('ok')
    expect(codeOf({ ...minimal, properties: { a: `${most.a}x` } })).toBe('props_too_large')
  })

  test('characters that JSON escapes count as escaped', () => {
    expect(codeOf({ ...minimal, properties: { a: '\0'.repeat(5_461) } })).toBe('props_too_large')
    expect(codeOf({ ...minimal, properties: { a: '\0'.repeat(5_460) } })).toBe('ok')
  })

  test('traits have the same limit', () => {
    const traits = sized(LIMITS.propertiesBytes + 1)
    expect(codeOf({ ...minimal, event: '$identify', traits })).toBe('props_too_large')
  })

  test('the event has one of its own', () => {
    const rest = new TextEncoder().encode(JSON.stringify({ ...minimal, url: '' })).length
    const most = 'x'.repeat(LIMITS.eventBytes - rest)
    expect(codeOf({ ...minimal, url: most })).toBe('ok')
    expect(codeOf({ ...minimal, url: `${most}x` })).toBe('payload_too_large')
  })
})

describe('hostile input', () => {
  test('nesting is bounded, however deep', () => {
    const nested = (levels: number) => {
      let value: object = {}
      for (let level = 1; level < levels; level += 1) value = { a: value }
      return value
    }
    // The event itself is the first level.
    expect(codeOf({ ...minimal, properties: nested(LIMITS.depth - 1) })).toBe('ok')
    expect(codeOf({ ...minimal, properties: nested(LIMITS.depth) })).toBe('validation_error')
    expect(codeOf({ ...minimal, properties: nested(100_000) })).toBe('validation_error')
  })

  test('a cycle is refused', () => {
    const properties: { [key: string]: unknown } = {}
    properties['a'] = properties
    properties['b'] = properties
    expect(codeOf({ ...minimal, properties })).toBe('validation_error')
  })

  test('a graph that would be 2^25 nodes as a tree is not walked to its end', () => {
    let shared: object = { leaf: 1 }
    for (let level = 0; level < 25; level += 1) shared = { a: shared, b: shared }
    expect(codeOf({ ...minimal, properties: shared })).toBe('props_too_large')
  })

  test('prototypes cannot be reached', () => {
    const own = JSON.parse(`{ "__proto__": { "userId": "admin-user" }, "event": "a", "eventId": "b",
      "timestamp": "2026-01-31T09:30:00Z" }`)
    expect(codeOf(own)).toBe('missing_identity')
    expect(codeOf({ ...minimal, properties: JSON.parse('{ "a": [{ "__proto__": {} }] }') })).toBe('validation_error')
    expect(codeOf({ ...minimal, properties: JSON.parse('{ "constructor": 1 }') })).toBe('ok')
  })

  test('any JSON gets an answer, and what passes passes again after a trip over the wire', () => {
    const member = (known: unknown) => fc.oneof({ weight: 20, arbitrary: fc.constant(known) }, fc.jsonValue())
    const anything = fc.record(Object.fromEntries(Object.entries(full).map(([name, value]) => [name, member(value)])), {
      requiredKeys: [],
    })
    fc.assert(
      fc.property(anything, (value) => {
        const result = parseEvent(value)
        if (result.ok) {
          const sent: unknown = JSON.parse(JSON.stringify(result.event))
          expect(parseEvent(sent)).toEqual({ ok: true, event: sent })
        } else {
          expect(result.message).not.toBe('')
        }
      }),
    )
  })
})

import type { Destination, EncodedEvent } from '@threadline/core'
import { SYSTEM_EVENTS, type TrackEvent, utf8Bytes } from '@threadline/schema'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  amplitude,
  analyse,
  funnelfizz,
  ga4,
  millimetric,
  mixpanel,
  plausible,
  posthog,
  segment,
  servoki,
  threadline,
  webAnalyzer,
} from '../src/index.ts'

const DESTINATIONS: readonly Destination[] = [
  threadline({ host: 'https://a.example', key: 'sk_1' }),
  funnelfizz({ baseUrl: 'https://a.example', cookie: 'c=1', workspaceId: 'w', siteId: 's' }),
  servoki({ site: 's', apiKey: 'servoki_x' }),
  millimetric({ key: 'sk_x' }),
  analyse({ publicKey: 'pk_x' }),
  webAnalyzer({ apiKey: 'waa_x', websiteId: 1, sendEventId: true }),
  segment({ writeKey: 'wk', consentCategories: { analytics: 'Analytics', ads: 'Advertising' } }),
  posthog({ key: 'phc_x' }),
  plausible({ domain: 'shop.example', sendEventId: true }),
  ga4({ measurementId: 'G-1', apiSecret: 's' }),
  mixpanel({ token: 't' }),
  amplitude({ apiKey: 'k' }),
]

const text = fc.string({ unit: 'binary', maxLength: 60 })
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const object = fc.dictionary(text, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 8 })

/** Whatever a sender may capture, and worse. */
const event: fc.Arbitrary<TrackEvent> = fc.record({
  eventId: fc.oneof(
    fc.uuid({ version: 7 }),
    text.filter((id) => id !== ''),
  ),
  event: fc.oneof(
    fc.constantFrom(...SYSTEM_EVENTS, 'purchase', 'refunded', 'checkout_started', 'constructor', '__proto__'),
    text,
  ),
  anonymousId: optional(text),
  userId: optional(text),
  sessionId: optional(fc.oneof(fc.uuid({ version: 7 }), text)),
  timestamp: fc
    .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((at) => at.toISOString()),
  properties: optional(
    fc.oneof(
      object,
      fc.record({ groupId: text, previousId: text, traits: object, items: fc.array(object), order_id: text }),
    ),
  ),
  value: optional(fc.oneof(fc.maxSafeInteger(), fc.double())),
  currency: optional(fc.constantFrom('EUR', 'JPY', 'KWD', ' eur ', 'ZZZ')),
  traits: optional(object),
  email: optional(text),
  url: optional(fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), text)),
  path: optional(text),
  title: optional(text),
  referrer: optional(fc.oneof(fc.webUrl(), text)),
  utm: optional(fc.record({ source: text, campaign: text }, { requiredKeys: [] })),
  clickIds: optional(fc.dictionary(text, text, { maxKeys: 3 })),
  consent: optional(fc.record({ analytics: fc.boolean(), ads: fc.boolean() }, { requiredKeys: [] })),
  context: optional(
    fc.record(
      {
        library: text,
        locale: text,
        timezone: text,
        userAgent: text,
        ip: text,
        screen: fc.record({ width: fc.nat(), height: fc.nat() }),
      },
      { requiredKeys: [] },
    ),
  ),
})

const context = { now: Date.parse('2026-01-31T09:30:00.000Z'), attempt: 1 }

/** On a machine that does other things, too. */
const TIMEOUT_MS = 30_000

describe.each(DESTINATIONS)('$name', (destination) => {
  const { limits } = destination

  test(
    'makes JSON of whatever is captured, or says why not',
    () => {
      fc.assert(
        fc.property(event, (captured) => {
          const encoding = destination.encode(captured)
          if ('refused' in encoding) {
            expect(encoding.message).not.toBe('')
            return
          }
          const { body, adjustments = [] } = encoding
          const request = destination.request([{ eventId: captured.eventId, body }], context)
          expect(() => JSON.parse(request.body)).not.toThrow()
          expect(utf8Bytes(request.body)).toBeLessThanOrEqual(limits.envelopeBytes + utf8Bytes(body))
          // Once, at capture: a resend is the same event to the service.
          expect(destination.encode(captured)).toEqual(encoding)
          for (const value of Object.values(request.headers)) expect(value).toMatch(/^[ -~]+$/)
          for (const { kind } of adjustments) expect(kind).toMatch(/^[a-z_]+$/)
        }),
        { numRuns: 150 },
      )
    },
    TIMEOUT_MS,
  )

  test.each(['constructor', 'valueOf', 'toString'])('an event called %s keeps its name', (name) => {
    const captured = { eventId: 'e1', event: name, anonymousId: 'visitor-1234', timestamp: '2026-01-31T09:30:00.000Z' }
    const encoding = destination.encode(captured)
    expect('body' in encoding && encoding.body).toContain(`"${name}"`)
  })

  test(
    'understands whatever answers, and never throws',
    () => {
      const batch: readonly EncodedEvent[] = [
        { eventId: 'a', body: '{"event":"x"}' },
        { eventId: 'b', body: '{"event":"y"}' },
      ]
      const body = fc.oneof(text, fc.json(), fc.constantFrom('null', '[]', '{"failed_records":[null]}', '{"error":{}}'))
      fc.assert(
        fc.property(fc.integer({ min: 200, max: 599 }), body, text, (status, answer, header) => {
          const verdict = destination.verdict({ status, header: () => header, body: answer }, batch, context.now)
          expect(['delivered', 'retry', 'split', 'pause', 'drop']).toContain(verdict.kind)
          // Whoever waits for one event must not be sent to halve it.
          const alone = destination.verdict(
            { status, header: () => header, body: answer },
            batch.slice(0, 1),
            context.now,
          )
          expect(alone.kind).not.toBe('split')
        }),
        { numRuns: 150 },
      )
    },
    TIMEOUT_MS,
  )

  test('tells its address before there is an event', () => {
    const { url } = destination.request([{ eventId: 'check', body: '{}' }], context)
    expect(url).toMatch(/^https:\/\//)
  })
})

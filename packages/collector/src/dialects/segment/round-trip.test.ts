import { segment } from '@threadline/destinations'
import { isUsableId, LIMITS, SYSTEM_EVENTS, type TrackEvent } from '@threadline/schema'
import { parseEvent } from '@threadline/schema/zod'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { segmentEvent } from './message.ts'

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const text = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
const id = fc.oneof(
  fc.uuid(),
  text.filter((value) => isUsableId(value)),
)
const time = fc
  .date({ min: new Date('1971-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString())

/** Names to which Segment's spec gives a meaning: it lifts them out, or repeats a page's facts under them. */
const MEANT = ['revenue', 'total', 'value', 'price', 'currency', 'url', 'path', 'title', 'referrer', 'search']
const free = text.filter((name) => !MEANT.includes(name) && name !== '__proto__')
/** An own `__proto__`, however deep, is refused by the canonical event. */
const json = fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes('__proto__'))
const members = fc.dictionary(free, json, { maxKeys: 5, minKeys: 1, noNullPrototype: true })

/** A double has 15 digits to give, two or three of them after the point. */
const money = fc.record({
  value: fc.integer({ min: -(10 ** 14), max: 10 ** 14 }),
  currency: optional(fc.constantFrom('EUR', 'USD', 'JPY', 'KWD', 'CLF')),
})

const name = fc.oneof(
  fc.constantFrom('$pageview', '$page_leave', 'purchase', 'checkout_finished', 'refunded', 'signup_completed'),
  text.filter((value) => !value.startsWith('$') && value.trim() !== '' && value.length <= LIMITS.eventNameLength),
)

/** Facts about visitor and page that every event may have. */
const common = {
  eventId: fc.oneof(fc.uuid({ version: 7 }), id),
  anonymousId: id,
  userId: optional(id),
  sessionId: optional(id),
  timestamp: time,
  stamped: optional(fc.constant(true as const)),
  url: optional(fc.webUrl({ withQueryParameters: true })),
  path: optional(text),
  title: optional(text),
  referrer: optional(fc.webUrl()),
  utm: optional(
    fc.record(
      { source: text, medium: text, campaign: text, term: text, content: text },
      { requiredKeys: ['source'], noNullPrototype: true },
    ),
  ),
  clickIds: optional(fc.dictionary(fc.constantFrom('gclid', 'fbclid'), text, { minKeys: 1, noNullPrototype: true })),
  consent: optional(fc.record({ analytics: fc.constant(true as const), ads: fc.boolean() }, { noNullPrototype: true })),
  context: fc.record(
    {
      // What our SDKs call themselves: by it the dialect knows them.
      library: fc.constantFrom('@threadline/browser/1.0.0', '@threadline/server/2.3.4-beta.1'),
      locale: text,
      timezone: text,
      screen: fc.record({ width: fc.nat(), height: fc.nat() }, { noNullPrototype: true }),
      automated: fc.boolean(),
      userAgent: text,
      ip: fc.ipV4(),
    },
    { requiredKeys: ['library'], noNullPrototype: true },
  ),
}

const email = optional(fc.emailAddress())

const ordinary = fc
  .record({ ...common, event: name, properties: optional(members), email, money: optional(money) })
  .map(({ money, ...event }) => ({ ...event, ...money }))

/** As `identify` of both SDKs makes it: the address is a trait too. */
const identify = fc.record({ ...common, email, traits: optional(members) }).map(({ email, traits, ...event }) => ({
  ...event,
  event: '$identify',
  traits: email === undefined ? withoutEmail(traits) : { ...traits, email },
  email,
}))

function withoutEmail(traits: TrackEvent['traits']): TrackEvent['traits'] {
  const { email: _, ...rest } = traits ?? {}
  return Object.keys(rest).length === 0 ? undefined : rest
}

const group = fc
  .record({ ...common, email, groupId: id, traits: optional(members) })
  .map(({ groupId, traits, ...event }) => ({
    ...event,
    event: '$group',
    properties: traits === undefined ? { groupId } : { groupId, traits },
  }))

const alias = fc
  .record({ ...common, email, userId: id, previousId: id })
  .map(({ previousId, ...event }) => ({ ...event, event: '$alias', properties: { previousId } }))

/** Without members that are undefined, and with what the schema leaves of it. */
function canonical(event: object): TrackEvent {
  const result = parseEvent(JSON.parse(JSON.stringify(event)))
  if (!result.ok) throw new Error(`${result.code}: ${result.message}`)
  return result.event
}

test('a canonical event that goes out by the destination and comes in by the dialect is the same', () => {
  const destination = segment({ writeKey: 'wk_1', baseUrl: 'https://events.example.com' })
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.oneof({ weight: 3, arbitrary: ordinary }, identify, group, alias), (made) => {
      const event = canonical(made)
      const encoded = destination.encode(event)
      if (!('body' in encoded)) throw new Error(`refused: ${encoded.refused}`)
      const { body } = destination.request([{ eventId: event.eventId, body: encoded.body }], { now: 0, attempt: 1 })
      const { batch } = JSON.parse(String(body))
      const back = segmentEvent(batch[0], { isTrusted: true, hasClock: true })
      expect(canonical(back)).toEqual(event)
      seen.add(event.event)
    }),
    { numRuns: 1_000 },
  )
  for (const event of SYSTEM_EVENTS) if (event !== '$forget_payment') expect(seen).toContain(event)
}, 60_000)

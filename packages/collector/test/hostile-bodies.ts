import fc from 'fast-check'
import { batch } from './collector-setup.ts'
import { trackEvent } from './events.ts'

/** What a body may be: bytes, and the headers that go with them. */
export interface HostileBody {
  readonly body: Uint8Array<ArrayBuffer>
  readonly headers: { readonly [name: string]: string }
}

const FIELDS = Object.keys(
  trackEvent({
    userId: 'u',
    sessionId: 's',
    properties: {},
    value: 1,
    currency: 'EUR',
    traits: {},
    utm: {},
    context: {},
  }),
)

/** Keys and texts that have broken parsers, prototypes and databases before. */
const nasty = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'null',
  '\0',
  '\ud800',
  "'; DROP TABLE events; --",
  '$1',
  '{{7*7}}',
  '\u202e',
  'x'.repeat(70_000),
)
const anything = fc.oneof(
  fc.jsonValue(),
  nasty,
  fc.dictionary(nasty, fc.jsonValue()),
  fc.double(),
  fc.constantFrom(1e308, -0, Number.MAX_SAFE_INTEGER + 2, '9'.repeat(400)),
)

/** A good event with some fields made bad, or an own `__proto__`. */
const damagedEvent = fc
  .dictionary(fc.oneof(fc.constantFrom(...FIELDS), nasty), anything, { maxKeys: 4 })
  .map((damage) => ({ ...trackEvent(), ...damage }))

const damagedBatch = fc
  .record({
    events: fc.oneof(fc.array(fc.oneof(damagedEvent, anything), { maxLength: 5 }), anything),
    fields: fc.dictionary(fc.constantFrom('sentAt', 'key', 'dropped', '__proto__'), anything, { maxKeys: 1 }),
  })
  .map(({ events, fields }) => JSON.stringify({ ...batch([]), events, ...fields }))

const truncated = fc
  .tuple(damagedBatch, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([text, part]) => text.slice(0, Math.floor(text.length * part)))

const nested = fc.constantFrom(10, 100, 100_000).map((depth) => {
  const properties = `${'{"a":['.repeat(depth)}1${']}'.repeat(depth)}`
  return JSON.stringify(batch([trackEvent()])).replace('"anonymousId"', `"properties":${properties},"anonymousId"`)
})

const bytes = fc.oneof(
  fc.oneof(damagedBatch, truncated, nested, fc.string()).map((text) => new Uint8Array(Buffer.from(text))),
  fc.uint8Array({ maxLength: 300 }).map((array) => new Uint8Array(array)),
)

const headers = fc.record(
  {
    'content-type': fc.constantFrom('application/json', 'text/plain', 'application/json; charset=utf-8', 'x', ''),
    'content-encoding': fc.constantFrom('identity', 'gzip', 'br', 'deflate', 'zstd', 'compress', '__proto__'),
  },
  { requiredKeys: [] },
)

/** Malformed, truncated, deeply nested, wrongly typed and hostile bodies, and some good ones among them. */
export const hostileBody: fc.Arbitrary<HostileBody> = fc.record({
  body: bytes,
  headers: fc.oneof(
    { arbitrary: fc.constant({ 'content-type': 'application/json' }), weight: 4 },
    { arbitrary: headers, weight: 1 },
  ),
})

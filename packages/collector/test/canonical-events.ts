import type { Json, TrackEvent } from '@threadline/schema'
import fc from 'fast-check'

// Canonical events as our SDKs make them, for what must lose nothing of them.

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
const CONTROL = /[\0-\x1f\x7f]/

/** Texts of any script, with what has broken encoders before, and never blank. */
export const text = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }),
    fc.constantFrom('Ä & "ö" \\ / <b>', '50 %', 'a+b=c&d', 'null', '0', '🧵 thread'),
  )
  .filter((value) => value.trim() !== '' && !CONTROL.test(value))

export const id = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.:-]{7,40}$/)

/** Names as people choose them, without those in `taken`. */
function propertyName(taken: readonly string[]): fc.Arbitrary<string> {
  return fc.stringMatching(/^[a-z][a-z0-9_]{0,14}$/).filter((name) => !taken.includes(name))
}

const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
)

const json: fc.Arbitrary<Json> = fc.letrec<{ readonly node: Json }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(propertyName([]), tie('node'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).node

/** At least one property. */
export function properties(taken: readonly string[], value: fc.Arbitrary<Json> = json) {
  return fc.dictionary(propertyName(taken), value, { minKeys: 1, maxKeys: 5, noNullPrototype: true })
}

/** Integer minor units of which fifteen digits of major units are exact. */
export const money = fc.record({
  value: fc.integer({ min: -999_999_999_999, max: 999_999_999_999 }),
  currency: fc.constantFrom('EUR', 'USD', 'JPY', 'KWD', 'CLF'),
})

const parameter = fc.stringMatching(/^[a-z0-9-]{1,10}$/)

export const utm: fc.Arbitrary<NonNullable<TrackEvent['utm']>> = fc
  .record(
    { source: parameter, medium: parameter, campaign: parameter, term: parameter, content: parameter },
    { requiredKeys: [] },
  )
  .filter((found) => Object.keys(found).length > 0)

export const url = fc
  .record({
    host: fc.constantFrom('shop.example', 'www.shop.example:8443'),
    path: fc.stringMatching(/^(\/[a-z0-9-]{1,8}){0,3}$/),
  })
  .map(({ host, path }) => ({ url: `https://${host}${path || '/'}`, path: path || '/' }))

export const referrer = fc.constantFrom(
  'https://news.example/post?id=1',
  'https://shop.example/',
  'android-app://com.example',
)

export const instant = fc
  .date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2026-01-31T09:30:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString())

/** Without members that are undefined: as JSON has it. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}

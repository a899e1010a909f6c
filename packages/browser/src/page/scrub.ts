import type { Json, JsonObject, TrackEvent } from '@threadline/schema'
import type { CaptureHook } from '../contract/settings.ts'

const REMOVED = '[removed]'

/** E-mail addresses, as they are and as they stand in an address bar. */
const EMAIL = /[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+/gi
/** 13 to 19 digits with blanks or dashes between them: a card number, if its check digit is right. */
const DIGITS = /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g

/** The check digit of ISO/IEC 7812, which tells card numbers from most other numbers. */
function isCardNumber(text: string): boolean {
  let sum = 0
  const digits = [...text.replace(/\D/g, '')].reverse()
  for (const [place, digit] of digits.entries()) {
    const value = place % 2 === 1 ? 2 * Number(digit) : Number(digit)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

function scrubText(text: string): string {
  return text.replace(EMAIL, REMOVED).replace(DIGITS, (digits) => (isCardNumber(digits) ? REMOVED : digits))
}

function scrubJson(value: Json | undefined): Json | undefined {
  if (typeof value === 'string') return scrubText(value)
  if (Array.isArray(value)) return value.map((item: Json) => scrubJson(item) ?? null)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scrubJson(item)]))
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * An `onCapture` hook that removes e-mail addresses and card numbers from properties, addresses, title and referrer.
 * Traits are left alone: who calls `identify` with an e-mail address means it.
 */
export const scrub: CaptureHook = (event) => {
  const properties = scrubJson(event.properties)
  const text = (value: string | undefined) => (value === undefined ? value : scrubText(value))
  return {
    ...event,
    ...(isObject(properties) && { properties }),
    url: text(event.url),
    path: text(event.path),
    title: text(event.title),
    referrer: text(event.referrer),
  }
}

function keepParams(address: string | undefined, isKept: (name: string) => boolean): string | undefined {
  if (!address || !URL.canParse(address)) return address
  const url = new URL(address)
  for (const name of [...url.searchParams.keys()]) if (!isKept(name)) url.searchParams.delete(name)
  return url.href
}

/**
 * Makes an `onCapture` hook that strips address parameters from `url` and `referrer`, all but those named and `utm_*`.
 *
 * @example
 * ```ts
 * init({ key, host, onCapture: chain(allowParams(['page', 'q']), scrub) })
 * ```
 */
export function allowParams(names: readonly string[]): CaptureHook {
  const isKept = (name: string) => names.includes(name) || name.startsWith('utm_')
  return (event) => ({
    ...event,
    url: keepParams(event.url, isKept),
    referrer: keepParams(event.referrer, isKept),
  })
}

/** Several `onCapture` hooks as one: each sees what the one before it returned, until one returns `null`. */
export function chain(...hooks: readonly CaptureHook[]): CaptureHook {
  return (event) => {
    let current: TrackEvent | null = event
    for (const hook of hooks) current = current && hook(current)
    return current
  }
}

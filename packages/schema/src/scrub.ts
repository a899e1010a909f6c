import type { TrackEvent } from './event.ts'

const REMOVED = '[removed]'

// Both expressions are linear: a run of characters that an address or a number may begin with is always taken whole, with
// or without the rest, so that none is looked at again from its second character. Both take other percent-encoded
// characters too, so that none is cut in two. No lookbehind: Safari before 16.4 refuses a script that has one.

/** What may stand before the @ of an e-mail address, encoded or not; in the group the rest of one, if it is one. */
const EMAIL =
  /(?:[\p{L}\p{M}\p{N}.!$'*+^_`{|}~-]+|%(?:25)*(?:2[147abde]|3\d|[46][1-9a-f]|5[\daef]|7[\dabcde]|[89a-f][\da-f]))+((?:[@＠]|%(?:25)*40)(?:[\p{L}\p{M}\p{N}_-]|%(?:25)*[89a-f][\da-f])+(?:(?:\.|%(?:25)*2e)(?:[\p{L}\p{M}\p{N}_-]|%(?:25)*[89a-f][\da-f])+)+)?|%(?:25)*[\da-f]{2}/giu
/** 13 digits or more, with single separators between them, encoded or not. */
const DIGITS = /\d(?:(?:[\s.+-]|%(?:25)*2[0bd])?\d){12,}|%(?:25)*[\da-f]{2}/gi
const DIGIT_GROUPS = /\d+|%(?:25)*2[0bd]/gi

/** First digits of the card schemes. Times in milliseconds start with another. */
const CARD_PREFIX = /^(?:2[2-7]|[3-6])/
const CARD_DIGITS_MIN = 13
const CARD_DIGITS_MAX = 19

/** System events whose properties are identities: what a caller says there is meant. */
const IDENTITIES: readonly string[] = ['$identify', '$alias', '$group']

/** Length, first digits and the check digit of ISO/IEC 7812, which tell card numbers from most other numbers. */
function isCardNumber(number: string): boolean {
  if (number.length < CARD_DIGITS_MIN || !CARD_PREFIX.test(number)) return false
  let sum = 0
  for (const [place, digit] of [...number].reverse().entries()) {
    const value = place % 2 === 1 ? 2 * Number(digit) : Number(digit)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

/** A run of digits without the card numbers in it, which begin and end where a group of digits does. */
function scrubDigits(run: string): string {
  const groups = [...run.matchAll(DIGIT_GROUPS)].filter(([text]) => !text.startsWith('%'))
  let scrubbed = ''
  let done = 0
  for (const [first, { index: start }] of groups.entries()) {
    if (start < done) continue
    let number = ''
    let end: number | undefined
    for (const { 0: digits, index } of groups.slice(first, first + CARD_DIGITS_MAX)) {
      number += digits
      if (number.length > CARD_DIGITS_MAX) break
      if (isCardNumber(number)) end = index + digits.length
    }
    if (end === undefined) continue
    scrubbed += run.slice(done, start) + REMOVED
    done = end
  }
  return scrubbed + run.slice(done)
}

function scrubText(text: string): string {
  return text
    .replace(EMAIL, (run: string, domain?: string) => (domain && !/\.\d+$/.test(domain) ? REMOVED : run))
    .replace(DIGITS, scrubDigits)
}

/** A copy of what JSON would make of a value, keys and text scrubbed. Throws when it would make nothing. */
function scrubJson<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_, item: unknown) => {
    if (typeof item === 'string') return scrubText(item)
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item
    return Object.fromEntries(Object.entries(item).map(([key, field]) => [scrubText(key), field]))
  })
}

/** Properties scrubbed, or as they stand: what cannot be serialised cannot be sent either, and encoding it says so. */
function scrubProperties(properties: TrackEvent['properties']): TrackEvent['properties'] {
  try {
    return scrubJson({ properties }).properties
  } catch {
    return properties
  }
}

/**
 * An `onCapture` hook that removes e-mail addresses and card numbers from properties, addresses, title, referrer and
 * campaign, percent-encoded ones too. Takes time in proportion to their length.
 *
 * `$identify`, `$alias` and `$group` keep their properties, and every event its ids and traits: who calls `identify` with
 * an e-mail address means it. Numbers are left alone, since ids and amounts can have a card's check digit.
 */
export function scrub(event: TrackEvent): TrackEvent {
  const { url, path, title, referrer, utm, clickIds, properties } = event
  return {
    ...event,
    ...scrubJson({ url, path, title, referrer, utm, clickIds }),
    ...(!IDENTITIES.includes(event.event) && { properties: scrubProperties(properties) }),
  }
}

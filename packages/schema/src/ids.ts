import { LIMITS } from './limits.ts'

/**
 * What broken code sends in place of an id, whole and in any case, bare or in quotes.
 *
 * The idea of such a list is PostHog's, whose ingestion refuses to merge people under words like these: one visitor
 * called `null` would become one person with everybody's events.
 */
const PLACEHOLDER =
  /^(["']?)(null|undefined|none|nil|nan|n\/a|guest|anon|anonymous|unknown|not[ _-]?authenticated|\(?not[ _-]?set\)?|(user|distinct|anonymous)?[ _-]?id|email|true|false|-1|[-0]+|\[object \w+\]|\{\}|\[\]|\.{1,2})\1$/i

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x1f\x7f]/

/**
 * Tells whether a value can identify a person, a session or an event.
 *
 * It must be a string of 1 to 200 UTF-16 code units that is not blank, holds no control character, and is no
 * placeholder: `null`, `undefined`, `none`, `nil`, `NaN`, `guest`, `anonymous`, `unknown`, `true`, `false`, `0`, `-1`,
 * `[object Object]`, `not set`, `id`, an all-zero UUID and the like, in any case and with blanks around them. Nor are `.` and
 * `..`, which no address can have in its path.
 */
export function isUsableId(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > LIMITS.idLength) return false
  const bare = value.trim()
  return bare !== '' && !CONTROL.test(value) && !PLACEHOLDER.test(bare)
}

/** What a carried id may be made of, and those of the placeholders that are made of it. */
const CARRIED = /^(?!(undefined|distinct[_-]?id|anonymous([_-]?id)?|not[_-]?authenticated|[-0]+)$)[\w.:-]{8,200}$/i

/**
 * Tells whether an id that anybody can forge (from a cookie, a header, a request body, a link) may be taken over:
 * 8 to 200 of `A-Z a-z 0-9 _ . : -`, and usable. Anything else is ignored, and a new id made.
 *
 * One expression instead of a call of `isUsableId`: a page reads carried ids and need not download the rest.
 */
export function isCarriedId(value: unknown): value is string {
  return typeof value === 'string' && CARRIED.test(value)
}

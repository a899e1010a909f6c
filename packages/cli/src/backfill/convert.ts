import { parseJson } from '../parse-json.ts'
import { RowError } from './row-error.ts'

/** Turns what a row holds (text from CSV, any JSON from NDJSON) into what an event wants. @throws RowError */
export type Convert<Result = unknown> = (value: unknown) => Result

/** As it is. */
export const toPlain: Convert = (value) => value

/** Databases count their users: 42 is the id `'42'`. A number beyond 2^53 may be another one's, too. */
export const toText: Convert<string> = (value) => {
  if (typeof value === 'string') return value
  if (typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value)
  if (typeof value === 'number') {
    throw new RowError('validation_error', `${value} is not exact above 2^53: export it as text`)
  }
  throw new RowError('validation_error', `text was expected: got ${shown(value)}`)
}

export const toNumber: Convert<number> = (value) => {
  if (typeof value === 'number') return value
  if (typeof value === 'string' && /^\s*-?\d+(\.\d+)?(e[+-]?\d+)?\s*$/i.test(value)) return Number(value)
  throw new RowError('validation_error', `a number was expected: got ${shown(value)}`)
}

/** Minor units. A fraction is no amount of them, and is not rounded. */
export const toInteger: Convert<number> = (value) => {
  const number = typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number
  throw new RowError('invalid_value', `value is in integer minor units, or use value:major: got ${shown(value)}`)
}

export const toBoolean: Convert<boolean> = (value) => {
  if (value === true || value === 'true' || value === '1' || value === 1) return true
  if (value === false || value === 'false' || value === '0' || value === 0) return false
  throw new RowError('validation_error', `true or false was expected: got ${shown(value)}`)
}

/** JSON as text; from NDJSON it has been read already. */
export const toJson: Convert = (value) => {
  if (typeof value !== 'string') return value
  const parsed = parseJson(value)
  if (parsed !== undefined) return parsed
  throw new RowError('validation_error', `JSON was expected: got ${shown(value)}`)
}

const DATE_AND_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/

/**
 * ISO 8601, which without a time zone is UTC, or a count since 1970-01-01: of seconds up to eleven digits, of
 * milliseconds with more. The result is ISO 8601 in UTC.
 */
export const toTime: Convert<string> = (value) => {
  const ms = typeof value === 'number' ? fromCount(value) : fromText(value)
  if (!Number.isNaN(new Date(ms).getTime())) return new Date(ms).toISOString()
  throw new RowError('invalid_timestamp', `a time was expected, such as 2026-01-31T09:30:00Z: got ${shown(value)}`)
}

function fromText(value: unknown): number {
  if (typeof value !== 'string') return Number.NaN
  const text = value.trim()
  if (/^\d{1,16}(\.\d+)?$/.test(text)) return fromCount(Number(text))
  const [, date, time = '00:00', zone = 'Z'] = DATE_AND_TIME.exec(text) ?? []
  if (date === undefined || !isDay(date)) return Number.NaN
  return Date.parse(`${date}T${time}${zone.replace(/(\d{2}):?(\d{2})$/, '$1:$2')}`)
}

/** `Date.parse` makes 30 February the 2nd of March. */
function isDay(date: string): boolean {
  const midnight = new Date(`${date}T00:00Z`)
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date)
}

function fromCount(count: number): number {
  return count < 100_000_000_000 ? Math.round(count * 1_000) : count
}

/** Cut, because a row may hold anything. */
function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  return JSON.stringify(value)?.slice(0, 40) ?? 'nothing'
}

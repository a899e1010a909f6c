import { EVENT_ID_PROPERTY } from '@threadline/destinations'
import { isCurrency, toMinorUnits, uuidv7 } from '@threadline/schema'
import { z } from 'zod'
import { DialectRefusal } from './dialect.ts'
import { keep } from './members.ts'

/** Properties as a service's body has them; what is in them is checked with the canonical event. */
export interface Properties {
  readonly [key: string]: unknown
}

export const properties: z.ZodType<Properties> = z.record(z.string(), z.unknown())

/** A time with any offset; absent means now. */
export const time: z.ZodType<string> = z.iso.datetime({ offset: true })

/** Reads a body by a service's own rules. @throws {@link DialectRefusal} `invalid`, with what is wrong field by field. */
export function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const fields: { [field: string]: string[] } = {}
  for (const { path, message } of result.error.issues) {
    const field = path.join('.')
    fields[field] = [...(fields[field] ?? []), message]
  }
  const [first] = result.error.issues
  const at = first?.path.join('.') || 'the body'
  throw new DialectRefusal('invalid', `${at}: ${first?.message ?? 'not valid'}`, { fields })
}

/** ISO 8601 without a zone, with a blank in place of the `T` as databases write it. */
const ZONELESS = /^(\d{4}-\d{2}-\d{2})[T ]([\d:.]+)$/

/** The text as ms since the epoch; NaN when it is no time. Without a zone it is UTC, wherever the collector runs. */
function parseTime(text: string): number {
  return Date.parse(text.replace(ZONELESS, '$1T$2Z'))
}

/** Whole seconds of today have ten digits, milliseconds thirteen. As milliseconds, less than this is before April of 1973. */
const FIRST_MS = 100_000_000_000

/** The years that ISO 8601 writes with four digits. */
const EARLIEST_MS = -62_167_219_200_000
const END_MS = 253_402_300_800_000

/**
 * A time as clients write it, in ms since the epoch: ISO 8601, or seconds or milliseconds since the epoch as a number or its digits.
 * Undefined when it is none of them.
 */
export function instantOf(time: unknown): number | undefined {
  const ms = typeof time === 'string' ? textMoment(time) : numberMoment(time)
  return ms >= EARLIEST_MS && ms < END_MS ? ms : undefined
}

/** A time in UTC as our SDKs write it, and most clients: valid as it stands, whatever the month. */
const PLAIN_UTC = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/

/** A time as {@link instantOf} reads it, as ISO 8601 in UTC. */
export function utcText(time: unknown): string | undefined {
  // Nearly all are. To read it and write it again takes longer than the whole rest of an event.
  if (typeof time === 'string' && PLAIN_UTC.test(time)) return time
  const ms = instantOf(time)
  return ms === undefined ? undefined : new Date(ms).toISOString()
}

function textMoment(text: string): number {
  return /^\d{9,16}(?:\.\d+)?$/.test(text) ? numberMoment(Number(text)) : parseTime(text)
}

function numberMoment(time: unknown): number {
  if (typeof time !== 'number' || time <= 0) return Number.NaN
  return time < FIRST_MS ? time * 1_000 : time
}

/**
 * Whether a number can be an id: databases count their users. Above 2^53 a double stands for several integers, and an id for several
 * people.
 */
export function isExact(id: unknown): id is number {
  return typeof id === 'number' && Math.abs(id) <= Number.MAX_SAFE_INTEGER
}

/** The text as a UTC time, and now when there is none. */
export function utcTime(text: string | undefined, now: number): string {
  return new Date(text ?? now).toISOString()
}

/** An id to dedupe by, and the properties without it. A sender that brings none gets a new one: nothing is deduped. */
export function takeEventId(
  all: Properties = {},
  now: number,
): { readonly eventId: string; readonly rest: Properties } {
  const { [EVENT_ID_PROPERTY]: carried, ...rest } = all
  return { eventId: typeof carried === 'string' ? carried : uuidv7(now), rest }
}

/** An event that names nobody is its own visitor: canonical events have an owner. */
export function newVisitor(now: number): string {
  return uuidv7(now)
}

/** Money among properties: lifted out when currency and amount are beyond doubt, left where it is otherwise. */
export interface Lifted {
  readonly value?: number
  readonly currency?: string
  readonly rest: Properties
}

/**
 * Lifts an amount and its `currency` out of properties.
 *
 * @param toMinor - Integer minor units of the amount; undefined when it is no amount of that currency.
 */
export function liftMoney(
  all: Properties,
  amountKey: string,
  toMinor: (amount: unknown, currency: string) => number | undefined,
): Lifted {
  const { [amountKey]: amount, currency: given, ...rest } = all
  const currency = typeof given === 'string' ? given.trim().toUpperCase() : undefined
  if (!isCurrency(currency)) return { rest: all }
  const value = toMinor(amount, currency)
  return value === undefined ? { rest: all } : { value, currency, rest }
}

/** Whether a member says anything. Clients send blanks and nulls for what there is not. */
export function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

/**
 * Lifts the amount, in major units, under the first of the names that says anything. When that is no amount of the currency none is
 * lifted: the next name may be the price of one piece, or the sum with its postage.
 */
export function liftFirst(all: Properties, names: readonly string[]): Lifted {
  const name = names.find((each) => isSaid(all[each]))
  return name === undefined ? { rest: all } : liftMoney(all, name, fromMajorUnits)
}

/** An amount that is in minor units already. */
export function minorUnits(amount: unknown): number | undefined {
  return typeof amount === 'number' && Number.isSafeInteger(amount) ? amount : undefined
}

/** The decimal digits that a double keeps whatever the number. Those after them are its error: of 3 × 1.1 it makes 3.3000000000000003. */
const DOUBLE_DIGITS = 15

/** An amount in major units, as a number or as text; undefined when it has more decimals than the currency. */
export function fromMajorUnits(amount: unknown, currency: string): number | undefined {
  if (typeof amount !== 'number') return typeof amount === 'string' ? exactly(amount.trim(), currency) : undefined
  return exactly(amount, currency) ?? exactly(Number(amount.toPrecision(DOUBLE_DIGITS)), currency)
}

function exactly(amount: number | string, currency: string): number | undefined {
  try {
    return toMinorUnits(amount, currency)
  } catch {
    return undefined
  }
}

/** Adds the members that are not undefined: checking those takes as long as checking others. Names are ours. */
export function addPresent(to: { [name: string]: unknown }, all: Properties): void {
  for (const name in all) if (all[name] !== undefined) to[name] = all[name]
}

/** An object without the members that are undefined; undefined when that leaves none. */
export function presentOrNothing<T extends object>(all: T): Partial<T> | undefined {
  let present: Partial<T> | undefined
  for (const name in all) {
    if (all[name] === undefined) continue
    present ??= {}
    present[name] = all[name]
  }
  return present
}

/** Adds what has no place anywhere else, under its own name or, when a property has that already, one beside it. */
export function withRest(all: Properties, rest: Properties | undefined): Properties {
  if (rest === undefined) return all
  const whole: { [name: string]: unknown } = { ...all }
  for (const [name, value] of Object.entries(rest)) {
    if (Object.hasOwn(whole, name) && whole[name] === value) continue
    let free = name
    while (Object.hasOwn(whole, free)) free = `${free}_`
    keep(whole, free, value)
  }
  return whole
}

/** The members that say anything, and are not among `names`; undefined when there is none. */
export function othersOf(all: Properties, names: readonly string[] = []): Properties | undefined {
  const others = Object.entries(all).filter(([name, value]) => isSaid(value) && !names.includes(name))
  return others.length === 0 ? undefined : Object.fromEntries(others)
}

/** Properties, or nothing where there are none. */
export function orNothing<T extends object>(all: T | undefined): T | undefined {
  return all === undefined || Object.keys(all).length === 0 ? undefined : all
}

/** What PostHog's and RudderStack's scripts call the referrer where nobody linked here. */
export function isDirect(referrer: unknown): referrer is string {
  return referrer === '$direct'
}

/** Campaign parameters under their full names, as `utm`; undefined when there is none. */
export function utmOf(parameter: (name: string) => unknown): { readonly [name: string]: string } | undefined {
  const utm: { [name: string]: string } = {}
  for (const name of ['source', 'medium', 'campaign', 'term', 'content']) {
    const value = parameter(`utm_${name}`)
    if (typeof value === 'string' && value !== '') utm[name] = value
  }
  return Object.keys(utm).length === 0 ? undefined : utm
}

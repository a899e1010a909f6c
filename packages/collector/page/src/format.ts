import { currencyExponent } from '@threadline/schema'

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const THIS_YEAR = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
})
const EARLIER = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** The time of day for today's events, with the date for others, in the reader's own zone. */
export function formatTime(iso: string): string {
  const date = new Date(iso)
  const today = new Date()
  if (date.toDateString() === today.toDateString()) return TIME.format(date)
  return (date.getFullYear() === today.getFullYear() ? THIS_YEAR : EARLIER).format(date)
}

const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', timeZone: 'UTC' })

/** A day of a report, `2026-01-31`, which is one in UTC. */
export function formatDay(day: string): string {
  return DAY.format(new Date(day))
}

/** The buckets of a report over time. */
export interface Buckets {
  readonly interval: 'hour' | 'day' | 'week'
  /** Where its days and hours are. */
  readonly timeZone: string
}

/** A bucket by its start: `Jan 31`, `Jan 31, 2:00 PM`, `week of Jan 26`. */
export function formatBucket(start: string, { interval, timeZone }: Buckets): string {
  const parts = { month: 'short', day: 'numeric', timeZone } as const
  const hour = { hour: 'numeric', minute: '2-digit' } as const
  const date = new Date(start)
  if (interval === 'hour') return new Intl.DateTimeFormat(undefined, { ...parts, ...hour }).format(date)
  const day = new Intl.DateTimeFormat(undefined, parts).format(date)
  return interval === 'week' ? `week of ${day}` : day
}

/** What stands under a chart: shorter than {@link formatBucket}. */
export function formatTick(start: string, { interval, timeZone }: Buckets): string {
  const parts = interval === 'hour' ? ({ hour: 'numeric' } as const) : ({ month: 'short', day: 'numeric' } as const)
  return new Intl.DateTimeFormat(undefined, { ...parts, timeZone }).format(new Date(start))
}

/** How long something took: `12 s`, `5 min`, `3 h 20 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

const COUNT = new Intl.NumberFormat()

export function formatCount(count: number): string {
  return COUNT.format(count)
}

/** Zero has no direction. */
const SIGNED = new Intl.NumberFormat(undefined, { signDisplay: 'exceptZero' })

/** How a number moved: `+12 %`; undefined where there is nothing to compare with. */
export function formatChange(now: number, before: number): string | undefined {
  if (before === 0) return undefined
  return `${SIGNED.format(Math.round((now / before - 1) * 100))} %`
}

/** How a part of a whole moved, in points of a hundred: from 0.4 to 0.43 is `+3 pts`. */
export function formatPoints(now: number, before: number): string {
  return `${SIGNED.format(Math.round(now * 100) - Math.round(before * 100))} pts`
}

/** A noun with its number: `1 event`, `2 events`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** `1 person`, `2 people`. */
export function peopleOf(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'person' : 'people'}`
}

/** A part of a whole: 0.123 as 12 %. */
export function formatPart(part: number): string {
  return `${Math.round(part * 100)} %`
}

/**
 * Minor units as people write them: 4990 EUR as 49.90 €.
 *
 * The decimals are those of the unit that the amount is counted in. What `Intl` shows unless told is how many people
 * write, which for the forint, the rupiah and others is none.
 */
export function formatMoney(minorUnits: number, currency: string): string {
  const decimals = currencyExponent(currency) ?? 0
  return moneyFormat(currency, decimals).format(minorUnits / 10 ** decimals)
}

/** From here on nobody reads the decimals of a sum. */
const ROUNDED_FROM = 1_000

/** Where there is little room: without decimals when they are zero, or nothing beside the rest. */
export function formatMoneyShort(minorUnits: number, currency: string): string {
  const decimals = currencyExponent(currency) ?? 0
  const amount = minorUnits / 10 ** decimals
  const isWhole = Number.isInteger(amount) || Math.abs(amount) >= ROUNDED_FROM
  return moneyFormat(currency, isWhole ? 0 : decimals).format(amount)
}

function moneyFormat(currency: string, decimals: number): Intl.NumberFormat {
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
  return new Intl.NumberFormat(undefined, { style: 'currency', currency, ...digits })
}

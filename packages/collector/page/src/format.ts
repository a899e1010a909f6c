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

/** A noun with its number: `1 event`, `2 events`. */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
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
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
  return new Intl.NumberFormat(undefined, { style: 'currency', currency, ...digits }).format(
    minorUnits / 10 ** decimals,
  )
}

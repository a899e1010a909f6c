import type { BillingInterval } from '@threadline/schema'

const DAY_SECONDS = 86_400
const MONTHS_OF_A_YEAR = 12

/** How often something is billed: `month` and 3 is each quarter. */
export interface Every {
  readonly interval: BillingInterval
  readonly intervalCount: number
}

/** As the MRR report has it. */
const A_YEAR = { day: 365, week: 52, month: MONTHS_OF_A_YEAR, year: 1 } as const

/** How often one interval comes in another: a month three times in a quarter. */
export function timesIn(whole: Every, part: Every): number {
  return (A_YEAR[part.interval] * whole.intervalCount) / (A_YEAR[whole.interval] * part.intervalCount)
}

/**
 * The interval that a period is one of, where only its start and end are known, in seconds since the epoch. Whole months and years are
 * told by the calendar: they end on the day of the month that they began on. Anything else is weeks or days. Four weeks
 * that begin on the first of a February with 28 days are the one period that is both: a month.
 */
export function periodInterval(start: number, end: number): Every | undefined {
  const days = Math.round((end - start) / DAY_SECONDS)
  if (days < 1) return undefined
  const months = calendarMonths(new Date(start * 1_000), new Date((start + days * DAY_SECONDS) * 1_000))
  if (months === undefined) {
    return days % 7 === 0 ? { interval: 'week', intervalCount: days / 7 } : { interval: 'day', intervalCount: days }
  }
  return months % MONTHS_OF_A_YEAR === 0
    ? { interval: 'year', intervalCount: months / MONTHS_OF_A_YEAR }
    : { interval: 'month', intervalCount: months }
}

/**
 * Whole months from one date to another. Who is billed on the 31st is billed on the last day of shorter months. Source:
 * https://docs.stripe.com/billing/subscriptions/billing-cycle.
 */
function calendarMonths(start: Date, end: Date): number | undefined {
  const months =
    (end.getUTCFullYear() - start.getUTCFullYear()) * MONTHS_OF_A_YEAR + end.getUTCMonth() - start.getUTCMonth()
  const [from, to] = [start.getUTCDate(), end.getUTCDate()]
  const isSameDay = from === to || (to < from && isLastOfMonth(end)) || (from < to && isLastOfMonth(start))
  return months >= 1 && isSameDay ? months : undefined
}

function isLastOfMonth(date: Date): boolean {
  return new Date(date.getTime() + DAY_SECONDS * 1_000).getUTCDate() === 1
}

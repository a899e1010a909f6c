import type { Recurring } from '../store/store.ts'

const MONTHS_OF_A_YEAR = 12
const WEEKS_OF_A_YEAR = 52
const DAYS_OF_A_YEAR = 365

/** How often an interval comes in a year. */
const A_YEAR: { readonly [interval: string]: number } = {
  day: DAYS_OF_A_YEAR,
  week: WEEKS_OF_A_YEAR,
  month: MONTHS_OF_A_YEAR,
  year: 1,
}

/** A plan as it is billed, and what it comes to in a month: rounded once, after adding up. */
export function recurringView(row: Recurring) {
  return { ...row, monthly: rounded(monthlyAmount(row)) }
}

/** The plans' months together, by currency and account. */
export function monthlyTotals(rows: readonly Recurring[]) {
  const totals = new Map<string, { currency: string; account: string | null; subscriptions: number; monthly: number }>()
  for (const row of rows) {
    const key = JSON.stringify([row.currency, row.account])
    const known = totals.get(key)
    totals.set(key, {
      currency: row.currency,
      account: row.account,
      subscriptions: row.subscriptions + (known?.subscriptions ?? 0),
      monthly: monthlyAmount(row) + (known?.monthly ?? 0),
    })
  }
  return [...totals.values()].map((total) => ({ ...total, monthly: rounded(total.monthly) }))
}

/** A year has 12 months, 52 weeks or 365 days. Not rounded. */
function monthlyAmount({ amount, interval, intervalCount }: Recurring): number {
  return (amount * (A_YEAR[interval] ?? 0)) / (MONTHS_OF_A_YEAR * intervalCount)
}

/** Stops where numbers are no longer exact, as sums in the database do. */
function rounded(amount: number): number {
  const most = Number.MAX_SAFE_INTEGER
  return Math.max(-most, Math.min(most, Math.round(amount)))
}

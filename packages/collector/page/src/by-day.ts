import type { DaysAnswer } from './api.ts'
import type { Series } from './chart.tsx'

export interface DayValue {
  readonly day: string
  readonly name: string
  readonly value: number
}

/** Names that a chart can still tell apart; the rest share one colour. */
const MAX_SERIES = 5

const OTHERS = 'others'

export interface ByDay {
  readonly days: readonly string[]
  /** The largest first, and what the smallest come to last. */
  readonly series: readonly Series[]
}

/** Turns rows into one series for each name, zero on days without a row. */
export function byDay(rows: readonly DayValue[], covered: DaysAnswer): ByDay {
  const days = daysBetween(covered)
  const place = new Map(days.map((day, index) => [day, index]))
  const names = [...totals(rows).keys()]
  const kept = names.length > MAX_SERIES + 1 ? names.slice(0, MAX_SERIES) : names
  const labels = kept.length < names.length ? [...kept, OTHERS] : kept
  const values = new Map(labels.map((label) => [label, days.map(() => 0)]))
  for (const { day, name, value } of rows) {
    const series = values.get(name) ?? values.get(OTHERS)
    const index = place.get(day)
    if (series && index !== undefined) series[index] = (series[index] ?? 0) + value
  }
  return { days, series: labels.map((label) => ({ label, values: values.get(label) ?? [] })) }
}

/** Sums by name, the largest first. */
export function totals(rows: readonly DayValue[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { name, value } of rows) sums.set(name, (sums.get(name) ?? 0) + value)
  return new Map([...sums].sort(([, a], [, b]) => b - a))
}

/** Days in UTC as `2026-01-31`, both ends included. */
function daysBetween({ from, to }: DaysAnswer): string[] {
  const days: string[] = []
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000)
    days.push(new Date(at).toISOString().slice(0, 10))
  return days
}

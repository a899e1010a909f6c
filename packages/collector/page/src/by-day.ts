import type { Series } from './chart.tsx'

export interface DayValue {
  readonly day: string
  readonly name: string
  readonly value: number
}

/** Lines that a chart can still tell apart. */
const MAX_SERIES = 5

export interface ByDay {
  readonly days: readonly string[]
  /** The largest first. */
  readonly series: readonly Series[]
}

/** What the reports cover when they are asked for no days. */
const DAYS = 30

/** Turns rows into one line for each name, zero on days without a row; the smallest names share one line. */
export function byDay(rows: readonly DayValue[]): ByDay {
  const days = lastDays()
  const place = new Map(days.map((day, index) => [day, index]))
  const kept = new Set([...totals(rows).keys()].slice(0, MAX_SERIES))
  const lines = new Map<string, number[]>()
  for (const { day, name, value } of rows) {
    const label = kept.has(name) ? name : 'others'
    const line = lines.get(label) ?? days.map(() => 0)
    const index = place.get(day) ?? 0
    line[index] = (line[index] ?? 0) + value
    lines.set(label, line)
  }
  return { days, series: Array.from(lines, ([label, values]) => ({ label, values })) }
}

/** Sums by name, the largest first. */
export function totals(rows: readonly DayValue[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const { name, value } of rows) sums.set(name, (sums.get(name) ?? 0) + value)
  return new Map([...sums].sort(([, a], [, b]) => b - a))
}

/** The last days in UTC, today included, as `2026-01-31`. */
function lastDays(): string[] {
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
  return Array.from({ length: DAYS }, (_, index) => ago(DAYS - 1 - index))
}

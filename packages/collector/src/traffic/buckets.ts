import type { Days } from '../store/reports.ts'
import { addDays, countDays, isMonday, type TimeZone } from './time-zone.ts'

export const INTERVALS = ['hour', 'day', 'week'] as const

export type Interval = (typeof INTERVALS)[number]

/** From an instant up to another, which is not in it any more; in ms since the epoch. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** The most buckets of one series: hours of twelve weeks, days of five years. */
export const MAX_BUCKETS = 2_016

/** The instants of days in a time zone. */
export function spanOf({ from, to }: Days, zone: TimeZone): Span {
  return { start: zone.startOf(from), end: zone.startOf(addDays(to, 1)) }
}

/** As many days that end where these begin. */
export function daysBefore({ from, to }: Days): Days {
  return { from: addDays(from, -countDays(from, to)), to: addDays(from, -1) }
}

/**
 * The hours, days or weeks of a period, one after the other without a gap. Weeks begin on Monday; the first and the last one
 * are cut where the period is. An hour in which clocks change is cut there, and a day has 23 or 25 of them.
 *
 * @returns undefined when there are more than {@link MAX_BUCKETS}.
 */
export function bucketsOf(days: Days, zone: TimeZone, interval: Interval): readonly Span[] | undefined {
  const { end } = spanOf(days, zone)
  const starts = interval === 'hour' ? hourStarts(spanOf(days, zone), zone) : dayStarts(days, zone, interval)
  if (starts === undefined) return undefined
  return starts
    .map((start, index) => ({ start, end: starts[index + 1] ?? end }))
    .filter((bucket) => bucket.start < bucket.end)
}

function hourStarts({ start, end }: Span, zone: TimeZone): readonly number[] | undefined {
  const starts: number[] = []
  for (let at = start; at < end; at = zone.hourAfter(at)) {
    if (starts.length === MAX_BUCKETS) return undefined
    starts.push(at)
  }
  return starts
}

function dayStarts({ from, to }: Days, zone: TimeZone, interval: 'day' | 'week'): readonly number[] | undefined {
  const count = countDays(from, to)
  if (count > MAX_BUCKETS * (interval === 'day' ? 1 : 7)) return undefined
  return Array.from({ length: Math.max(count, 0) }, (_, index) => addDays(from, index))
    .filter((day) => interval === 'day' || day === from || isMonday(day))
    .map(zone.startOf)
}

/** A grid that all buckets begin on, and the bucket that each of its steps is in. */
export interface Slots {
  /** Width of a step, in ms. */
  readonly stepMs: number
  /** For each step since the beginning of the first bucket, the bucket's index. */
  readonly buckets: readonly number[]
}

/**
 * Lays a grid under buckets that follow each other, as wide as all of them allow. A database finds the bucket of an event by one
 * equality then, where comparing it with the bounds of each takes as many comparisons as there are buckets.
 */
export function slotsOf(buckets: readonly Span[]): Slots {
  const stepMs = buckets.reduce((step, { start, end }) => greatestDivisor(step, end - start), 0)
  return {
    stepMs: stepMs || 1,
    buckets: buckets.flatMap(({ start, end }, index) => Array.from({ length: (end - start) / stepMs }, () => index)),
  }
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}

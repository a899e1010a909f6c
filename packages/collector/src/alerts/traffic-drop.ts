/** An hour, in ms: what traffic is counted by. */
export const HOUR_MS = 3_600_000
const DAY_HOURS = 24
const WEEK_HOURS = 168

/** Hours that are judged together. The shortest in which enough arrives is taken, so that a quiet night says nothing. */
const WINDOWS_HOURS = [1, 4, 24] as const

/** Events come in visits of about ten: below so many, their number goes up and down by chance. */
const LEAST_USUAL = 200

const WEEKS = 4
const LEAST_WEEKS = 2
const DAYS = 7
const LEAST_DAYS = 3

/** Hours that {@link judgeTraffic} looks back at most, the judged ones included. */
export const HISTORY_HOURS = WEEKS * WEEK_HOURS + DAY_HOURS

/** After so long, what is left of the traffic is what is usual. */
const SETTLES_MS = 14 * DAY_HOURS * HOUR_MS

export interface TrafficQuestion {
  /** Events by the start of the hour they arrived in; hours without any are absent. */
  readonly counts: ReadonlyMap<number, number>
  /** The end of the last whole hour, in ms since the epoch. */
  readonly until: number
  /** Fewer than so many percent of what is usual are a drop. */
  readonly percent: number
  /** The drop that lasts, if there is one: it is judged by the hours that it began with. */
  readonly current?: { readonly startedAt: number; readonly windowHours: number } | undefined
}

/** What arrived, and what usually does. */
export interface TrafficFigures {
  readonly windowHours: number
  readonly events: number
  readonly usual: number
}

/** `unknown`: too little arrives, or too little is known of earlier weeks, to tell. */
export type TrafficJudgement =
  | { readonly state: 'dropped'; readonly figures: TrafficFigures }
  | { readonly state: 'fine'; readonly figures?: TrafficFigures }
  | { readonly state: 'unknown' }

/**
 * Compares the last hours with the same hours of the same weekday: the second lowest of four weeks (the lowest of two), which neither an outage
 * nor a campaign in one of them moves. Where less than two weeks are known, with the lowest of the same hours of up to seven days, of
 * three at least.
 */
export function judgeTraffic({ counts, until, percent, current }: TrafficQuestion): TrafficJudgement {
  if (current && until - current.startedAt > SETTLES_MS) return { state: 'fine' }
  const first = Math.min(...counts.keys())
  const windows = current ? [current.windowHours] : WINDOWS_HOURS
  for (const windowHours of windows) {
    const usual = usualOf({ counts, until, first, windowHours })
    if (usual === undefined || usual < LEAST_USUAL) continue
    const figures = { windowHours, events: sum(counts, until, windowHours), usual }
    return { state: figures.events * 100 < usual * percent ? 'dropped' : 'fine', figures }
  }
  return { state: 'unknown' }
}

interface Window {
  readonly counts: ReadonlyMap<number, number>
  readonly until: number
  /** The first hour that anything is known of. */
  readonly first: number
  readonly windowHours: number
}

function usualOf({ counts, until, first, windowHours }: Window): number | undefined {
  const before = (hours: number, times: number) =>
    Array.from({ length: times }, (_, index) => until - (index + 1) * hours * HOUR_MS)
      .filter((end) => end - windowHours * HOUR_MS >= first)
      .map((end) => sum(counts, end, windowHours))
      .sort((a, b) => a - b)
  const weeks = before(WEEK_HOURS, WEEKS)
  if (weeks.length >= LEAST_WEEKS) return weeks[Math.floor((weeks.length - 1) / 2)]
  const days = before(DAY_HOURS, DAYS)
  return days.length >= LEAST_DAYS ? days[0] : undefined
}

function sum(counts: ReadonlyMap<number, number>, until: number, hours: number): number {
  let total = 0
  for (let hour = 1; hour <= hours; hour += 1) total += counts.get(until - hour * HOUR_MS) ?? 0
  return total
}

export interface Arrived {
  /** When the bucket starts, as an ISO 8601 instant. */
  readonly start: string
  readonly events: number
}

/** Buckets in a row in which nothing arrived: positions of the first and the last one. */
export interface QuietTime {
  readonly first: number
  readonly last: number
}

export interface QuietOptions {
  /** Something arrived before the first bucket: then silence from the start on is one too. */
  readonly hadTraffic: boolean
  readonly now: Date
  /**
   * How many events would have arrived in a silence by the period's average, at least: shorter ones are what small sites have by
   * chance, and others at night.
   *
   * @defaultValue 0
   */
  readonly leastExpected?: number
}

/**
 * Where a site that had traffic went quiet: buckets without any event, after the first one that has some. Those that
 * have not ended yet say nothing.
 *
 * @param points - without gaps, in order.
 */
export function quietTimes(
  points: readonly Arrived[],
  { hadTraffic, now, leastExpected = 0 }: QuietOptions,
): QuietTime[] {
  const starts = points.map(({ start }) => Date.parse(start))
  const ended = starts.filter((_, at) => endOf(starts, at) <= now.getTime()).length
  const begun = hadTraffic ? 0 : points.findIndex(({ events }) => events > 0)
  if (begun === -1) return []
  const quiet: QuietTime[] = []
  for (let at = begun; at < ended; at += 1) {
    if (points[at]?.events !== 0) continue
    const before = quiet.at(-1)
    if (before?.last === at - 1) quiet[quiet.length - 1] = { first: before.first, last: at }
    else quiet.push({ first: at, last: at })
  }
  const arrived = points.slice(begun, ended).reduce((sum, { events }) => sum + events, 0)
  const usual = arrived / Math.max(1, ended - begun)
  return quiet.filter(({ first, last }) => (last - first + 1) * usual >= leastExpected)
}

/** The last bucket is as long as the one before it. */
function endOf(starts: readonly number[], at: number): number {
  const [before = 0, start = 0, next] = [starts[at - 1], starts[at], starts[at + 1]]
  return next ?? 2 * start - before
}

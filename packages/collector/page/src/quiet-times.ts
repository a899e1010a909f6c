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
}

/**
 * Where a site that had traffic went quiet: buckets without any event, after the first one that has some. Those that
 * have not ended yet say nothing.
 *
 * @param points - without gaps, in order.
 */
export function quietTimes(points: readonly Arrived[], { hadTraffic, now }: QuietOptions): QuietTime[] {
  const ended = points.filter(({ start }) => Date.parse(start) <= now.getTime()).length - 1
  const begun = hadTraffic ? 0 : points.findIndex(({ events }) => events > 0)
  if (begun === -1) return []
  const quiet: QuietTime[] = []
  for (let at = begun; at < ended; at += 1) {
    if (points[at]?.events !== 0) continue
    const before = quiet.at(-1)
    if (before?.last === at - 1) quiet[quiet.length - 1] = { first: before.first, last: at }
    else quiet.push({ first: at, last: at })
  }
  return quiet
}

import { DialectRefusal } from './dialect.ts'

/** Requests that may come at once, and how many come back each second. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** A token bucket for each sender. Senders are configured, so their number is bounded. */
export interface RateLimit {
  /** @throws {@link DialectRefusal} `rate_limited`, with the seconds until a request passes. */
  take(sender: string): void
}

export function createRateLimit({ burst, perSecond }: Rate, now: () => number): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return {
    take(sender) {
      const at = now()
      const bucket = buckets.get(sender) ?? { tokens: burst, at }
      // A clock that was set back gives nothing and takes nothing.
      const elapsedMs = Math.max(0, at - bucket.at)
      const tokens = Math.min(burst, bucket.tokens + (elapsedMs / 1_000) * perSecond)
      const passes = tokens >= 1
      buckets.set(sender, { tokens: passes ? tokens - 1 : tokens, at })
      if (passes) return
      const retryAfterS = Math.ceil((1 - tokens) / perSecond)
      throw new DialectRefusal('rate_limited', `too many requests; wait ${retryAfterS} s`, { retryAfterS })
    },
  }
}

import { createTokenBucket, type Rate, type TokenBucket } from '../http/token-bucket.ts'
import { DialectRefusal } from './dialect.ts'

/** A token bucket for each sender. Senders are known by their credentials, so their number is bounded. */
export interface RateLimit {
  /** @throws {@link DialectRefusal} `rate_limited`, with the seconds until a request passes. */
  take(sender: unknown): void
}

export function createRateLimit(rate: Rate, now: () => number): RateLimit {
  const buckets = new Map<unknown, TokenBucket>()
  return {
    take(sender) {
      const bucket = buckets.get(sender) ?? createTokenBucket(rate, now)
      buckets.set(sender, bucket)
      const retryAfterS = bucket()
      if (retryAfterS === 0) return
      throw new DialectRefusal('rate_limited', `too many requests; wait ${retryAfterS} s`, { retryAfterS })
    },
  }
}

import type { Access, KeyKind } from '../keys.ts'
import { RequestError } from './request-error.ts'
import { createTokenBucket, type Rate, type TokenBucket } from './token-bucket.ts'

/** Limits by kind of key, for each key on its own; a kind that is not named has none. */
export type RateLimits = { readonly [Kind in KeyKind]?: Rate }

/** All visitors of a site share a `pk_`, so its limit only stops a flood; a server is trusted with its own pace. */
export const DEFAULT_RATE_LIMITS: RateLimits = {
  pk: { burst: 2_000, perSecond: 1_000 },
  rk: { burst: 200, perSecond: 50 },
}

/**
 * Attempts to open the live page from one address, right or wrong: an office may share an address. Forged cookies have
 * the same, so that a browser that still has one from another database can log in anew.
 */
export const LOGIN_RATE: Rate = { burst: 20, perSecond: 0.5 }

export interface RateLimiter {
  /** @throws {@link RequestError} `rate_limited`, with the seconds until a request passes. */
  take(access: Access): void
}

/** A token bucket for each key. Accesses live as long as their keys are known, and the buckets with them. */
export function createRateLimiter(limits: RateLimits, now: () => number): RateLimiter {
  const buckets = new WeakMap<Access, TokenBucket>()
  return {
    take(access) {
      const rate = limits[access.kind]
      if (!rate) return
      const bucket = buckets.get(access) ?? createTokenBucket(rate, now)
      buckets.set(access, bucket)
      const retryAfterS = bucket()
      if (retryAfterS === 0) return
      throw new RequestError('rate_limited', `too many requests with this key; wait ${retryAfterS} s`, { retryAfterS })
    },
  }
}

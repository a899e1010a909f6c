/** Says whether one more may pass at `now`, in milliseconds. */
export type TokenBucket = (now: number) => boolean

/** Lets `burst` pass at once and `perSecond` in the long run. */
export function createTokenBucket(burst: number, perSecond: number): TokenBucket {
  let tokens = burst
  let filledAt = 0
  return (now) => {
    // A clock that was set back must not take tokens away.
    tokens = Math.min(burst, tokens + (Math.max(0, now - filledAt) * perSecond) / 1_000)
    filledAt = now
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}

/** Requests that may come at once, and how many come back each second. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** Takes one request and returns 0, or takes none and returns the whole seconds until one passes. */
export type TokenBucket = () => number

export function createTokenBucket({ burst, perSecond }: Rate, now: () => number): TokenBucket {
  let tokens = burst
  let at = now()
  return () => {
    const time = now()
    // A clock that was set back gives nothing and takes nothing.
    tokens = Math.min(burst, tokens + (Math.max(0, time - at) / 1_000) * perSecond)
    at = time
    if (tokens < 1) return Math.ceil((1 - tokens) / perSecond)
    tokens -= 1
    return 0
  }
}

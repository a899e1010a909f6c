import { RequestError } from './request-error.ts'
import { createTokenBucket, type Rate, type TokenBucket } from './token-bucket.ts'

/** Addresses that are remembered. Beyond that the one that was quiet for longest starts anew. */
const MAX_ADDRESSES = 10_000

export interface AddressLimit {
  /** @throws {@link RequestError} `rate_limited`, with the seconds until another try passes. */
  take(address: string): void
}

/** A token bucket for each address, in bounded memory: whoever sends chooses how many addresses there are. */
export function createAddressLimit(rate: Rate, now: () => number): AddressLimit {
  const buckets = new Map<string, TokenBucket>()
  return {
    take(address) {
      const bucket = buckets.get(address) ?? createTokenBucket(rate, now)
      buckets.delete(address)
      buckets.set(address, bucket)
      const [quietest] = buckets.keys()
      if (buckets.size > MAX_ADDRESSES && quietest !== undefined) buckets.delete(quietest)
      const retryAfterS = bucket()
      if (retryAfterS === 0) return
      throw new RequestError('rate_limited', `too many attempts from this address; wait ${retryAfterS} s`, {
        retryAfterS,
      })
    },
  }
}

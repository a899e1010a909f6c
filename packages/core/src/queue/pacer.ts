import type { DestinationLimits } from '../destination.ts'
import type { Pacer } from './contract.ts'

/** Allows `requests` in any window of `intervalMs`, so that a known limit is met without running into 429. */
export function createPacer({ requests, intervalMs }: NonNullable<DestinationLimits['rate']>): Pacer {
  /** When the last `requests` requests started, oldest first. */
  const starts: number[] = []
  return {
    wait(now) {
      const oldest = starts.length < requests ? undefined : starts[0]
      return oldest === undefined ? 0 : Math.min(intervalMs, Math.max(0, oldest + intervalMs - now))
    },
    started(now) {
      if (starts.push(now) > requests) starts.shift()
    },
  }
}

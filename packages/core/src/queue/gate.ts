import { backoffMs } from '../backoff.ts'
import type { Pacer } from './contract.ts'

/** Longest wait that a server's `Retry-After` can impose, in milliseconds. */
export const RETRY_AFTER_MAX_MS = 300_000
/** How often a paused queue tries again, in milliseconds. */
export const PROBE_INTERVAL_MS = 60_000

/** Decides when the next request may start: own backoff, a server's wish, a pause, the rate the service allows. */
export interface Gate {
  /** Failures since the last answer that was not one. */
  failures: number
  /** Milliseconds from `now` until a request may start; 0 when it may start at once. */
  wait(now: number): number
  /** The part of `wait` that the server demands, whatever the caller's hurry. */
  imposed(now: number): number
  failed(now: number, retryAfterMs?: number): void
  pause(now: number): void
  /** Forgets the own backoff: it worked, or somebody is waiting for the result. */
  hurry(): void
}

export function createGate(random: () => number, pacer: Pacer | undefined): Gate {
  let backoffUntil = 0
  let imposedUntil = 0

  function left(until: number, now: number): number {
    // Nothing can ask for more: a longer wait comes from a clock that was set back.
    return until - now > RETRY_AFTER_MAX_MS ? 0 : Math.max(0, until - now)
  }

  const gate: Gate = {
    failures: 0,
    imposed: (now) => left(imposedUntil, now),
    wait: (now) => Math.max(left(backoffUntil, now), left(imposedUntil, now), pacer?.wait(now) ?? 0),
    failed(now, retryAfterMs = 0) {
      gate.failures += 1
      backoffUntil = now + backoffMs(gate.failures, random)
      imposedUntil = Math.max(imposedUntil, now + Math.min(retryAfterMs, RETRY_AFTER_MAX_MS))
    },
    pause(now) {
      imposedUntil = now + PROBE_INTERVAL_MS
    },
    hurry() {
      backoffUntil = 0
    },
  }
  return gate
}

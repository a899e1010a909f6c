import { backoffMs } from '../backoff.ts'
import type { Clock } from '../clock.ts'

/** Longest wait that a server's `Retry-After` can impose, in milliseconds. */
const RETRY_AFTER_MAX_MS = 300_000
/** How often a paused engine tries again, in milliseconds. */
const PROBE_INTERVAL_MS = 60_000
/** How often callers in a hurry can make it try before it would by itself, in milliseconds. */
const HURRY_INTERVAL_MS = 1_000

/** When the next request may start, by what became of the last ones. */
export interface NextStart {
  /** Milliseconds until then; not more than 0 when one may start at once. */
  wait(): number
  /** The endpoint failed: waits longer each time. */
  failed(): void
  /** The endpoint refuses the configuration: waits for somebody to mend it. */
  refused(): void
  /** The endpoint works. */
  worked(): void
  /** The server demands a wait, which no hurry skips. */
  impose(ms?: number): void
  /** Cuts the own wait short: to now, or to a second after it was last cut short. */
  hurry(): void
}

export function createNextStart({ now }: Pick<Clock, 'now'>, random: () => number): NextStart {
  /** Failures since the last answer that was not one. */
  let failures = 0
  let ownUntil = 0
  let imposedUntil = 0
  let hurriedAt = 0

  /** Milliseconds until `time`. Nothing can ask for more than the maximum: that comes from a clock set back. */
  function left(time: number): number {
    const ms = time - now()
    return ms > RETRY_AFTER_MAX_MS ? 0 : ms
  }

  return {
    wait: () => Math.max(left(ownUntil), left(imposedUntil)),
    failed() {
      failures += 1
      ownUntil = now() + backoffMs(failures, random)
    },
    refused() {
      ownUntil = now() + PROBE_INTERVAL_MS
    },
    worked() {
      failures = 0
      ownUntil = 0
    },
    impose(ms = 0) {
      imposedUntil = Math.max(imposedUntil, now() + Math.min(ms, RETRY_AFTER_MAX_MS))
    },
    hurry() {
      // Not more than the interval, even when the clock was set back.
      const at = now() + Math.max(0, Math.min(HURRY_INTERVAL_MS, hurriedAt + HURRY_INTERVAL_MS - now()))
      if (left(ownUntil) <= left(at)) return
      ownUntil = at
      hurriedAt = at
    },
  }
}

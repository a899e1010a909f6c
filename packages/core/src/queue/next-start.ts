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

interface Wait {
  /** Milliseconds since the Unix epoch. */
  readonly until: number
  /** How long it was when it began. */
  readonly ms: number
}

const NONE: Wait = { until: 0, ms: 0 }

export function createNextStart({ now }: Pick<Clock, 'now'>, random: () => number): NextStart {
  /** Failures since the last answer that was not one. */
  let failures = 0
  let own = NONE
  let imposed = NONE
  let hurriedAt = 0

  function from(fraction: number): Wait {
    // Whole milliseconds: with a time of today, a fraction comes back as another one.
    const ms = Math.round(fraction)
    return { until: now() + ms, ms }
  }

  /** Milliseconds that are left of a wait. More than was asked for comes from a clock set back: then it is over. */
  function left({ until, ms }: Wait): number {
    const leftMs = until - now()
    return leftMs > ms ? 0 : leftMs
  }

  return {
    wait: () => Math.max(left(own), left(imposed)),
    failed() {
      failures += 1
      own = from(backoffMs(failures, random))
    },
    refused() {
      own = from(PROBE_INTERVAL_MS)
    },
    worked() {
      failures = 0
      own = NONE
    },
    impose(ms = 0) {
      const wait = from(Math.min(ms, RETRY_AFTER_MAX_MS))
      if (left(wait) > left(imposed)) imposed = wait
    },
    hurry() {
      // Not more than the interval, even when the clock was set back.
      const ms = Math.max(0, Math.min(HURRY_INTERVAL_MS, hurriedAt + HURRY_INTERVAL_MS - now()))
      if (left(own) <= ms) return
      own = from(ms)
      hurriedAt = own.until
    },
  }
}

import { setTimeout as sleep } from 'node:timers/promises'

export interface PaceOptions {
  readonly perSecond: number
  /** The clock, in ms. */
  readonly now: () => number
  /** Resolves after so many ms; rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Resolves when one more may go. */
export type Pace = (signal: AbortSignal) => Promise<void>

/** Longest time whose unused turns may be caught up, so that a stall is not followed by a flood. */
const CATCH_UP_MS = 1_000

/** Lets at most `perSecond` through, evenly. */
export function createPace({ perSecond, now, sleep: wait }: PaceOptions): Pace {
  const intervalMs = 1_000 / perSecond
  let next = now()
  return async (signal) => {
    const at = now()
    next = Math.max(next, at - CATCH_UP_MS)
    if (next > at) await wait(next - at, signal)
    next += intervalMs
  }
}

/** At most `perSecond` by the system's clock; everything at once when it is undefined. */
export function systemPace(perSecond: number | undefined): Pace {
  if (perSecond === undefined) return () => Promise.resolve()
  return createPace({
    perSecond,
    now: () => performance.now(),
    sleep: async (ms, signal) => {
      await sleep(ms, undefined, { signal })
    },
  })
}

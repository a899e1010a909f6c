import type { Clock } from '@threadline/core'

/** Time by two clocks: one can be set, the other stands still with its machine. */
export interface ForwardClock extends Clock {
  /** Milliseconds since any moment. Never goes back. */
  monotonic(): number
}

export const systemClock: ForwardClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run, background) {
    const timer = setTimeout(run, ms)
    if (background) timer.unref()
    return () => clearTimeout(timer)
  },
}

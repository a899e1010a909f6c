import type { Clock } from '@threadline/core'

/** The page's time. Every timer ends with the page, so that none is in the background. */
export const clock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

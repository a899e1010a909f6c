import type { Clock } from '@threadline/core'

/** Most causes that are told apart: a message that differs each time must not fill the memory, or the log. */
export const MOST_CAUSES = 100

/** How long a cause that goes on losing events is not told again, in milliseconds. */
const AGAIN_AFTER_MS = 600_000

/** All causes beyond those. */
const OTHERS = ''

/** What an error is about, without the values in its message: the same mistake with another value is the same. */
export function causeOf(code: string, message: string): string {
  return `${code} ${message.replace(/"[^"]*"|\d{4,}/g, '')}`
}

export interface Causes {
  /** Counts lost events. Gives how many to tell of now: all since the last time, or 0 while that is recent. */
  lost(cause: string, count: number): number
}

export function createCauses(clock: Clock): Causes {
  const told = new Map<string, { at: number; untold: number }>()
  return {
    lost(cause, count) {
      const now = clock.now()
      const key = told.has(cause) || told.size < MOST_CAUSES ? cause : OTHERS
      const known = told.get(key)
      if (!known) {
        told.set(key, { at: now, untold: 0 })
        return count
      }
      known.untold += count
      // Once more than needed, when the clock was set back.
      if (now >= known.at && now - known.at < AGAIN_AFTER_MS) return 0
      const { untold } = known
      told.set(key, { at: now, untold: 0 })
      return untold
    },
  }
}

import type { ForwardOutcomes } from '../store/stored-forward.ts'
import { utcDay } from '../store/utc-day.ts'

/** What became of events since it was noted last. */
export interface OutcomeCounts {
  add(outcome: string): void
  read(): readonly ForwardOutcomes[]
  clear(): void
}

export function createOutcomeCounts(now: () => number): OutcomeCounts {
  const counts = new Map<string, ForwardOutcomes>()
  return {
    add(outcome) {
      const day = utcDay(now())
      const key = `${day} ${outcome}`
      counts.set(key, { day, outcome, count: (counts.get(key)?.count ?? 0) + 1 })
    },
    read: () => [...counts.values()],
    clear: () => counts.clear(),
  }
}

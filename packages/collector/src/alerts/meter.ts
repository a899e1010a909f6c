import type { AppendOutcome, Count, EventRow, Store } from '../store/store.ts'
import type { TrafficCount } from '../store/stored-alerts.ts'
import { startOf } from './conditions.ts'

export interface Meter {
  /** The same store, of which is counted what it stores and refuses. */
  watched(store: Store): Store
  /** Counts an answer to a request that brought something. */
  answered(status: number): void
  /** What was counted and is not written yet. */
  unwritten(): readonly TrafficCount[]
  /** Hands on what was counted, and keeps it when that fails. */
  write(to: (counts: readonly TrafficCount[]) => Promise<void>): Promise<void>
}

/**
 * Counts in memory what arrives in each hour, so that storing events costs nothing more. What was counted in the last minute is lost
 * with a process that is killed.
 */
export function createMeter(now: () => number): Meter {
  let tally = new Map<string, TrafficCount>()

  function add(count: TrafficCount): void {
    const key = [count.project, count.hour, count.name].join('\0')
    tally.set(key, { ...count, count: count.count + (tally.get(key)?.count ?? 0) })
  }

  function appended(rows: readonly EventRow[], counts: readonly Count[], outcomes: readonly AppendOutcome[]): void {
    const hour = startOf(now())
    rows.forEach(({ project, sender }, index) => {
      if (outcomes[index] === true) add({ project, hour, name: sender === 'pk' ? 'browser' : 'server', count: 1 })
    })
    for (const { project, kind, count } of counts) {
      const name = NAMES[kind]
      if (name !== undefined) add({ project, hour, name, count })
    }
  }

  return {
    watched: (store) => ({
      ...store,
      async append(rows, counts = []) {
        const outcomes = await store.append(rows, counts)
        appended(rows, counts, outcomes)
        return outcomes
      },
    }),
    answered(status) {
      const hour = startOf(now())
      add({ project: '', hour, name: 'requests', count: 1 })
      if (status >= 500) add({ project: '', hour, name: 'failed', count: 1 })
    },
    unwritten: () => [...tally.values()],
    async write(to) {
      const counted = [...tally.values()]
      tally = new Map()
      try {
        await to(counted)
      } catch (error) {
        for (const count of counted) add(count)
        throw error
      }
    },
  }
}

/** Kinds of counts that are errors. A misplaced event is invalid, too, and counted there. */
const NAMES: { readonly [kind: string]: string } = { invalid: 'refused', lost: 'lost' }

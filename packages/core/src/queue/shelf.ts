import { backoffMs } from '../backoff.ts'
import type { Clock } from '../clock.ts'
import type { Entry } from './contract.ts'

/** Failures of the same events, by 5xx or without an answer, after which others get ahead of them. */
const MOST_STRIKES = 3
/** Most splits before a request gets through: in an outage they would only make more requests of as many events. */
const MOST_SPLITS = 32
/** Longest that one batch keeps the others of the shelf waiting for its result, in milliseconds. */
const TURN_MS = 30_000
/** How often callers in a hurry can make a turn come early, in milliseconds. */
const HURRY_INTERVAL_MS = 1_000

/**
 * Batches that the server failed on time and again, by 5xx or without an answer, while others may get through: one event
 * in them may be what it fails on.
 *
 * Nothing on it is given up. One batch at a time gets its turn, halved after each failure until the bad event is alone, and
 * both halves go behind the others; the wait between turns grows as it does in an outage, until one gets through.
 */
export interface Shelf {
  /** Batches on it. */
  readonly batches: Entry[][]
  /** Counts a failure of a batch, and takes the batch when there have been too many. */
  take(batch: Entry[]): boolean
  /** Whether a batch has been on it before. */
  knows(batch: readonly Entry[]): boolean
  /** Hands out the batch whose turn has come, if it has. */
  release(): Entry[] | undefined
  /** When the next turn comes: milliseconds since the Unix epoch. */
  readonly turnAt: number
  /** A request got through. */
  worked(batch: readonly Entry[]): void
  /** The next turn is now, or a second after it was last hurried. */
  hurry(): void
  /** Takes out the entry that came first to it. */
  evict(): Entry | undefined
}

export function createShelf(clock: Clock, random: () => number): Shelf {
  const batches: Entry[][] = []
  let turnAt = 0
  let hurriedAt = 0
  /** Turns in a row that failed. */
  let failures = 0
  /** Splits since a request got through. */
  let splits = 0

  function knows([first]: readonly Entry[]): boolean {
    return (first?.strikes ?? 0) >= MOST_STRIKES
  }

  return {
    batches,
    knows,
    get turnAt() {
      return turnAt
    },
    take(batch) {
      for (const entry of batch) entry.strikes = (entry.strikes ?? 0) + 1
      if (!knows(batch)) return false
      failures += 1
      turnAt = clock.now() + backoffMs(failures, random)
      if (batch.length > 1 && splits < MOST_SPLITS) {
        splits += 1
        const half = batch.length >> 1
        batches.push(batch.slice(0, half), batch.slice(half))
      } else batches.push(batch)
      return true
    },
    release() {
      const left = turnAt - clock.now()
      // More than a turn is left only when the clock was set back.
      if (left > 0 && left <= TURN_MS) return undefined
      const batch = batches.shift()
      if (batch) turnAt = clock.now() + TURN_MS
      return batch
    },
    worked(batch) {
      splits = 0
      if (!knows(batch)) return
      failures = 0
      turnAt = 0
    },
    hurry() {
      const now = clock.now()
      const at = now + Math.max(0, Math.min(HURRY_INTERVAL_MS, hurriedAt + HURRY_INTERVAL_MS - now))
      if (turnAt <= at) return
      turnAt = at
      hurriedAt = at
    },
    evict() {
      const entry = batches[0]?.shift()
      if (batches[0]?.length === 0) batches.shift()
      return entry
    },
  }
}

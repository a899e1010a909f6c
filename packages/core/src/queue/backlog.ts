import type { DestinationLimits } from '../destination.ts'
import type { Entry } from './contract.ts'

/**
 * What waits to be sent: fresh entries in order, and before them batches that came back.
 *
 * A batch that came back keeps its composition: a split stays split, and the first request after an outage is small.
 */
export interface Backlog {
  /** Fresh entries, batches that came back not counted. */
  fresh(): number
  /** The oldest entry's place in the order, 0 for a batch that came back, `undefined` when nothing waits. */
  next(): number | undefined
  push(entry: Entry): void
  giveBack(batch: Entry[]): void
  /** Takes the next batch, within the limits. Empty when nothing waits. */
  take(): Entry[]
  /** Removes the oldest entry. */
  evict(): Entry | undefined
  /** Everything that waits. */
  all(): Entry[]
}

/** Slots freed at the front before the array is cut: cutting one by one would copy its whole length each time. */
const COMPACT_AT = 1_024

export function createBacklog(limits: DestinationLimits, maxRequestBytes: number): Backlog {
  const returned: Entry[][] = []
  let waiting: (Entry | undefined)[] = []
  let head = 0

  function remove(count: number): Entry[] {
    const removed = waiting.slice(head, head + count) as Entry[]
    // Freed at once: the array is cut only now and then, the bodies must not live until it is.
    waiting.fill(undefined, head, head + count)
    head = Math.min(head + count, waiting.length)
    if (head > COMPACT_AT && head * 2 > waiting.length) {
      waiting = waiting.slice(head)
      head = 0
    }
    return removed
  }

  /** How many of the fresh entries fit into one request. */
  function fitting(): number {
    // Each event brings a comma but the first.
    let bytes = limits.envelopeBytes - 1
    let count = 0
    for (let entry = waiting[head]; entry && count < limits.maxEvents; entry = waiting[head + count]) {
      const { item } = entry
      bytes += item.bytes + 1
      if (count && (item.alone || bytes > maxRequestBytes)) break
      count += 1
      if (item.alone) break
    }
    return count
  }

  return {
    fresh: () => waiting.length - head,
    next: () => (returned[0] ? 0 : waiting[head]?.seq),
    push(entry) {
      waiting.push(entry)
    },
    giveBack(batch) {
      returned.push(batch)
      // Several requests in flight may fail in any order.
      returned.sort(([a], [b]) => (a && b ? a.seq - b.seq : 0))
    },
    take: () => returned.shift() ?? remove(fitting()),
    evict() {
      const [again] = returned
      if (again?.length === 1) returned.shift()
      return again ? again.shift() : remove(1)[0]
    },
    all: () => [...returned.flat(), ...(waiting.slice(head) as Entry[])],
  }
}

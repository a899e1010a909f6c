import { createMarks, type Flushable, MAX_NAMED_IDS, type Outcome, type Queue } from '@threadline/core'
import type { Deliver } from '../capture/intake.ts'

/** Shared queues as one request, or one event, sees them: to wait for its own events costs nothing for all the others. */
export interface View {
  /** Queues an event as one of its own. */
  readonly deliver: Deliver
  /** The queues with nothing in them but its own events. */
  readonly queues: readonly Flushable[]
}

/** Its own events in one queue. */
interface Tally extends Flushable {
  /** Counts an event in; the returned function counts it out. */
  count(eventId: string): (kind: Outcome['kind']) => void
}

/**
 * @param queues - By destination name.
 * @param deliver - Puts an event into the queues.
 */
export function createView(queues: ReadonlyMap<string, Queue>, deliver: Deliver): View {
  const tallies = new Map([...queues].map(([name, queue]) => [name, createTally(queue)]))
  return {
    queues: [...tallies.values()],
    deliver(event, at, settled) {
      const leave = new Map([...tallies].map(([name, tally]) => [name, tally.count(event.eventId)]))
      let isQueued = false
      try {
        const refusal = deliver(event, at, (eventId, destination, outcome) => {
          leave.get(destination)?.(outcome.kind)
          settled?.(eventId, destination, outcome)
        })
        isQueued = refusal === undefined
        return refusal
      } finally {
        if (!isQueued) for (const each of leave.values()) each('dropped')
      }
    },
  }
}

function createTally(queue: Queue): Tally {
  const marks = createMarks()
  /** Ids by place. */
  const held = new Map<number, string>()
  return {
    count(eventId) {
      const seq = marks.add()
      held.set(seq, eventId)
      return (kind) => {
        // An event that a later destination refused has left the ones before it.
        if (held.delete(seq)) marks.settle([{ seq }], kind)
      }
    },
    get lastError() {
      return queue.lastError
    },
    wake: queue.wake,
    wait({ settled, stopped }) {
      const unwatch = queue.watch(stopped)
      const mark = marks.wait((result) => {
        unwatch()
        settled(result)
      })
      return {
        left() {
          const eventIds: string[] = []
          for (const [seq, eventId] of held) {
            if (seq > mark.until || eventIds.length === MAX_NAMED_IDS) break
            eventIds.push(eventId)
          }
          return { count: mark.left(), eventIds }
        },
        cancel() {
          unwatch()
          mark.cancel()
        },
      }
    },
  }
}

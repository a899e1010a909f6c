import type { Destination } from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'

/** A destination that keeps what it is given, in memory. */
export interface MemoryDestination extends Destination {
  /** Every event since the start or the last `clear`, in the order of capture, as it would have been sent. */
  readonly events: readonly TrackEvent[]
  clear(): void
}

/**
 * Makes a destination that stores events at the moment they are captured: a test sees them without a flush.
 *
 * Events that the client refuses (too large, say) do not get here.
 */
export function memoryDestination(): MemoryDestination {
  const events: TrackEvent[] = []
  return {
    name: 'memory',
    dedupes: true,
    limits: {
      maxEvents: 1_000,
      maxRequestBytes: 10_000_000,
      maxEventBytes: 65_536,
      envelopeBytes: 0,
    },
    events,
    clear() {
      events.length = 0
    },
    encode(event) {
      const body = JSON.stringify(event)
      // What would have arrived, without `undefined` and dates: a copy the test's subject cannot change any more.
      events.push(JSON.parse(body) as TrackEvent)
      return { body }
    },
    request: () => ({ method: 'POST', url: 'memory:', headers: {}, body: '' }),
    verdict: () => ({ kind: 'delivered' }),
  }
}

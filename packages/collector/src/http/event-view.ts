import type { TrackEvent } from '@threadline/schema'
import type { StoredEvent } from '../store/store.ts'

/** An event as the read API gives it: what was captured, and beside it what the collector knows. */
export interface EventView {
  readonly event: TrackEvent
  /** When it happened, corrected for the sender's clock: ISO 8601. `event.timestamp` is by the sender's clock. */
  readonly occurredAt: string
  /** When it arrived: ISO 8601. */
  readonly receivedAt: string
  /** Whether a `pk_` or an `sk_` key brought it. */
  readonly sender: 'browser' | 'server'
}

export function eventView(stored: StoredEvent): EventView {
  return {
    event: JSON.parse(stored.body),
    occurredAt: new Date(stored.ts).toISOString(),
    receivedAt: new Date(stored.receivedAt).toISOString(),
    sender: stored.sender === 'pk' ? 'browser' : 'server',
  }
}

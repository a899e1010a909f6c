import type { TrackEvent } from '@threadline/schema'
import type { StoredDerived, StoredEvent } from '../store/store.ts'

/** An event as the read API gives it: what was captured, and beside it what the collector knows. */
export interface EventView {
  readonly event: TrackEvent
  /** When it happened, corrected for the sender's clock: ISO 8601. `event.timestamp` is by the sender's clock. */
  readonly occurredAt: string
  /** When it arrived: ISO 8601. */
  readonly receivedAt: string
  /** Whether a `pk_` or an `sk_` key brought it. */
  readonly sender: 'browser' | 'server'
  /** What was derived from the event and its request, as far as anything was. */
  readonly derived?: DerivedView
}

/** How somebody came who came with this event, with what, and from where. What is not known is absent. */
export type DerivedView = { readonly [Fact in Exclude<keyof StoredDerived, 'userAgent'>]?: string }

export function eventView(stored: StoredEvent): EventView {
  return {
    event: JSON.parse(stored.body),
    occurredAt: new Date(stored.ts).toISOString(),
    receivedAt: new Date(stored.receivedAt).toISOString(),
    sender: stored.sender === 'pk' ? 'browser' : 'server',
    ...derivedView(stored.derived),
  }
}

function derivedView({ userAgent, ...facts }: StoredDerived): Pick<EventView, 'derived'> {
  const known = Object.entries(facts).filter(([, value]) => value !== null)
  return known.length === 0 ? {} : { derived: Object.fromEntries(known) }
}

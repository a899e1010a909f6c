import type { Consent, TrackEvent } from '@threadline/schema'
import type { StoredEvent } from '../store/store.ts'
import type { Forward } from './forward-options.ts'

/** What an event becomes for one destination. */
export type Selected =
  | { readonly event: TrackEvent }
  /** It is not among those that were asked for, or somebody has refused. */
  | { readonly left: 'not_selected' | 'consent_denied' }

/** What of {@link Forward} decides about single events. */
export type Rules = Pick<Forward, 'events' | 'consent' | 'from'>

/**
 * A stored event as destinations get it: as it was captured, with the time at which it happened by the collector's clock, and with the
 * browser that sent it, where the event does not name one itself.
 */
export function parseStored({ body, ts, derived: { userAgent } }: Stored): TrackEvent {
  const event: TrackEvent = { ...JSON.parse(body), timestamp: new Date(ts).toISOString() }
  return userAgent === null ? event : { ...event, context: { userAgent, ...event.context } }
}

type Stored = Pick<StoredEvent, 'body' | 'ts'> & { readonly derived: Pick<StoredEvent['derived'], 'userAgent'> }

/**
 * Tells whether an event is forwarded, as things stand now. What a person has said since is stronger than what they said with
 * the event when it is a no: a yes does not reach back.
 */
export function select(event: TrackEvent, ts: number, rules: Rules, later: Consent): Selected {
  if (rules.events?.has(event.event) === false) return { left: 'not_selected' }
  if (rules.from !== null && ts < rules.from) return { left: 'not_selected' }
  const consent = restricted(event.consent ?? {}, later)
  if (consent.analytics === false) return { left: 'consent_denied' }
  if (rules.consent === 'ads' && consent.ads !== true) return { left: 'consent_denied' }
  return { event: later.ads === false ? { ...event, consent } : event }
}

function restricted(own: Consent, later: Consent): Consent {
  return {
    ...own,
    ...(later.analytics === false && { analytics: false }),
    ...(later.ads === false && { ads: false }),
  }
}

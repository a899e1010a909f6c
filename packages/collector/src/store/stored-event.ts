import type { Derived } from '../enrich/derived.ts'

/** What a reader gets: the canonical event's JSON and what the collector knows about it. */
export interface StoredEvent {
  /** The event as it was captured, as JSON text. */
  readonly body: string
  readonly ts: number
  readonly sentAt: number | null
  readonly receivedAt: number
  /** When it was written, by the clock of the collector that wrote it. */
  readonly storedAt: number
  /** Its place in the order of storage, which all that was stored in one transaction shares; 0 before there were any. */
  readonly position: number
  readonly event: string
  readonly eventId: string
  readonly sender: string
  readonly derived: StoredDerived
}

/** What was derived from an event, and what it was derived from beside the event. */
export type StoredDerived = Pick<
  Derived,
  'channel' | 'origin' | 'device' | 'browser' | 'os' | 'bot' | 'country' | 'region' | 'city'
> & { readonly userAgent: string | null }

/** A place among the events, by the order of storage (for the tail) or by the time they happened (for a timeline). */
export type EventPlace = Pick<StoredEvent, 'ts' | 'storedAt' | 'position' | 'event' | 'eventId'>

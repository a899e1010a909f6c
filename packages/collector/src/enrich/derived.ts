import type { TrackEvent } from '@threadline/schema'

// Without imports of Node's: the live page reads these types too.

/** Where somebody is, as far as it is known. */
export interface Place {
  /** ISO 3166-1, two capital letters. */
  readonly country: string
  /** ISO 3166-2 with its country (`US-CA`) where a code is known, else a name. */
  readonly region?: string
  readonly city?: string
}

/** What the request of a page tells of its visitor, beside the events. */
export interface Visitor {
  readonly userAgent: string
  readonly clientHints?: string
  /** Their address, where it is known. */
  readonly address?: string
  readonly place?: Place
}

/** What is derived from an event and the request that brought it, as columns. Null where it is not known. */
export interface Derived {
  /** `utm.source` of this event. */
  readonly source: string | null
  readonly medium: string | null
  readonly campaign: string | null
  /** Where from: a well-known site's name, else `utm.source`, else the host that linked here. */
  readonly origin: string | null
  /** Host of the page elsewhere that linked here. */
  readonly referrer_host: string | null
  /** How somebody came who came with this event, as `docs/channels.md` has it; null for events that tell no page. */
  readonly channel: string | null
  /** The path of the page it happened on; null when it tells none. */
  readonly path: string | null
  /** What it is among arrivals, as `arrivalOf` tells: 2, 1 or 0. */
  readonly arrival: number
  /** `desktop`, `mobile`, `tablet`, `tv`, `bot` or `other`. */
  readonly device: string | null
  readonly browser: string | null
  readonly os: string | null
  /** The bot's name; null for people, and for events from before this was looked at. */
  readonly bot: string | null
  /** ISO 3166-1. */
  readonly country: string | null
  /** ISO 3166-2, or a name. */
  readonly region: string | null
  readonly city: string | null
  /** What it was derived by, see `revision` of `Enrichment`; null in rows of earlier collectors. */
  readonly enriched: number | null
}

/** An event and what is known beside it. */
export interface Known {
  readonly project: string
  /** Undefined for events of servers: the request says nothing about the visitor then. */
  readonly visitor?: Partial<Visitor> | undefined
}

/** Derives columns. What the event says itself comes before what its request says. Never throws. */
export type Derive = (event: TrackEvent, known: Known) => Derived

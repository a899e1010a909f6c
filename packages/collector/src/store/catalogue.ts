import type { Among, Days } from './reports.ts'

/** Which names are looked for. */
export interface CatalogueQuery extends Among {
  readonly days: Days
  /** Most names; those with the most events come first. */
  readonly limit: number
}

/** What a project's events are called, and what they hold. */
export interface Catalogue {
  catalogue(project: string, query: CatalogueQuery): Promise<readonly SeenEvent[]>
}

export interface SeenEvent {
  readonly event: string
  readonly count: number
  /** In ms since the epoch, within the days asked for. */
  readonly firstSeen: number
  readonly lastSeen: number
  readonly senders: readonly ('browser' | 'server')[]
  /** How many events were looked into for the properties. */
  readonly lookedInto: number
  /** Those seen most often first; at most {@link MAX_PROPERTIES}. */
  readonly properties: readonly SeenProperty[]
  /** How many more there were. */
  readonly moreProperties: number
}

/** A property by its name. Its values are not told: they may be somebody's. */
export interface SeenProperty {
  readonly name: string
  readonly types: readonly PropertyType[]
  /** In how many of the events that were looked into. */
  readonly seen: number
}

/** Properties of one event that are told. */
export const MAX_PROPERTIES = 100

export const PROPERTY_TYPES = ['string', 'number', 'boolean', 'null', 'list', 'object'] as const

export type PropertyType = (typeof PROPERTY_TYPES)[number]

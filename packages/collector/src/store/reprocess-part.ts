import type { Derive } from '../enrich/derived.ts'
import type { EventPlace } from './stored-event.ts'

/** Which events are derived anew. */
export interface ReprocessQuery {
  /** The `revision` of the project's `Enrichment`: what has another one is old. */
  readonly revision: number
  /** Only what happened at this instant or later, in ms since the epoch. */
  readonly since: number
  /** What was stored up to this instant is derived anew whatever its revision; in ms since the epoch. */
  readonly allUntil?: number
}

export interface ReprocessPart extends ReprocessQuery {
  readonly derive: Derive
  /** Goes on after this place in the order of storage. */
  readonly after: EventPlace
  /** Events at once, which are one transaction. */
  readonly limit: number
}

/** Columns of stored events that are derived anew. */
export interface ReprocessStore {
  /** Those that have events. */
  projects(): Promise<readonly string[]>
  /** How many events of a project {@link ReprocessStore.reprocess} would derive anew. */
  countOld(project: string, query: ReprocessQuery): Promise<number>
  /**
   * Derives columns of some stored events anew, in one transaction: how many it were, and where to go on; null when there are no
   * more. What is done is not old any more, so whoever was ended begins anew and misses nothing.
   */
  reprocess(
    project: string,
    part: ReprocessPart,
  ): Promise<{ readonly events: number; readonly next: EventPlace | null }>
}

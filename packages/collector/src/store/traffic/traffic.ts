import type { ArrivalDimension, Attribution } from '../../traffic/attribution.ts'
import type { Slots, Span } from '../../traffic/buckets.ts'
import type { Dimension, Filter, Goal } from '../../traffic/filters.ts'
import type { Among, PersonSummary } from '../reports.ts'
import type { EventPlace, StoredEvent } from '../stored-event.ts'

export interface TrafficQuery extends Among {
  readonly span: Span
  /** All of them hold. */
  readonly filters: readonly Filter[]
  readonly goal?: Goal | undefined
}

/** What events that match come to. */
export interface TrafficCounts {
  /** People with any of them. */
  readonly visitors: number
  readonly sessions: number
  readonly pageviews: number
  readonly events: number
  /** Of the visitors, those who reached the goal in the period, by whichever event; only when a goal was asked for. */
  readonly conversions?: number
}

export interface TrafficTotals extends TrafficCounts {
  /** Of the sessions, those with any page view. */
  readonly pageSessions: number
  /** Of these, those with one page view and nothing else but events of the SDK itself. */
  readonly bounces: number
  /** From the first event of a session to its last one; null without sessions. */
  readonly medianSessionMs: number | null
  /**
   * The project's own money in live mode, in minor units, by currency; with filters, that of the visitors. Money is money: who bots
   * are makes no difference.
   */
  readonly revenue: readonly { readonly currency: string; readonly amount: number }[]
}

export interface TrafficRow extends TrafficCounts {
  readonly value: string | null
}

/** What an arrival brought. */
export interface TrafficCredit {
  readonly value: string | null
  /** People who reached the goal; only with one. */
  readonly conversions?: number
  readonly revenue: TrafficTotals['revenue']
}

/** The people whom the project saw for the first time in one week. */
export interface Cohort {
  readonly people: number
  /** How many of them were there so many weeks later; 0 is the week itself. Weeks without any are missing. */
  readonly active: ReadonlyMap<number, number>
}

/**
 * Reads of what happened on a site in a period. Links are resolved as they stand now.
 *
 * What is told of a session (how it came, its first and last page, its length) is told of all its events from a day before the period
 * to a day after it, so that midnight cuts none of them.
 */
export interface Traffic {
  overview(project: string, query: TrafficQuery): Promise<TrafficTotals>
  /**
   * The same by bucket of `slots`, which begin with the span and fill it; those without anything are zero. Conversions are the people
   * who reached the goal in the bucket, of the visitors of the whole period.
   */
  series(project: string, query: TrafficQuery & { readonly slots: Slots }): Promise<ReadonlyMap<number, TrafficCounts>>
  /** Most visitors first, then by value. */
  breakdown(
    project: string,
    query: TrafficQuery & { readonly dimension: Dimension; readonly limit: number },
  ): Promise<readonly TrafficRow[]>
  /**
   * The people whom the visitors of {@link Traffic.overview} are, who was seen last first; with a goal those of them who reached it.
   * What is told of each is told of all their events.
   */
  people(
    project: string,
    query: TrafficQuery & { readonly search: string; readonly limit: number },
  ): Promise<readonly PersonSummary[]>
  /** The events that are counted there, the latest `limit` before a place; with a goal those of the people who reached it. */
  events(
    project: string,
    query: TrafficQuery & { readonly limit: number; readonly before?: EventPlace | undefined },
  ): Promise<readonly StoredEvent[]>
  /**
   * Conversions and revenue of {@link Traffic.overview} by an arrival of the person: the first or the last up to when they first reached the
   * goal in the span, or when the money came or went back. An arrival is an event with a campaign or a click id, or one with
   * a referrer that is the first of its session to tell a channel. Without any up to then, it is the person's first event that tells a channel. All
   * time counts, not the span alone. Most conversions first, then by the greatest amount of any currency, then by value.
   */
  attribution(
    project: string,
    query: TrafficQuery & { readonly dimension: ArrivalDimension; readonly attribution: Attribution },
  ): Promise<readonly TrafficCredit[]>
  /**
   * Cohorts by bucket of `slots`, which begin with the span, fill it and are weeks: the people whose first event of all is in that week, and who
   * have one in it that matches. Any event counts as being there; with a goal, reaching it.
   */
  retention(project: string, query: TrafficQuery & { readonly slots: Slots }): Promise<ReadonlyMap<number, Cohort>>
  /** People with any event in a span, bots left out. */
  online(project: string, span: Span): Promise<number>
}

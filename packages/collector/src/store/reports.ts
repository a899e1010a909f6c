import type { Stage } from '../stage.ts'

/** Days from the first to the last, both included, as yyyymmdd. */
export interface Days {
  readonly from: number
  readonly to: number
}

export interface PersonSummary {
  /** The user id, or the visitor's anonymous id. */
  readonly id: string
  readonly identified: boolean
  readonly email: string | null
  /** In ms since the epoch. */
  readonly firstSeen: number
  readonly lastSeen: number
  readonly events: number
  readonly stage: Stage
}

/** Which events a report looks at. */
export interface Among {
  /** Those of bots as well. @defaultValue false */
  readonly withBots?: boolean
}

export interface PeopleQuery extends Among {
  /** A part of a name, an id or an e-mail address, in any case; empty for all. */
  readonly search: string
  readonly limit: number
  /** Only people who belong to this group. */
  readonly groupId?: string
}

export interface FunnelQuery extends Among {
  /** Event names in order, each once; at least one. */
  readonly steps: readonly string[]
  /** Time from the first step to the last. */
  readonly windowMs: number
  readonly days: Days
}

/** Reads over all people of a project. Links are resolved as they stand now. */
export interface Reports {
  /** Who was seen last, first. */
  people(project: string, query: PeopleQuery): Promise<readonly PersonSummary[]>
  /** By day and name. Of more than `limit` rows those of the latest days, and of one day the most frequent. */
  eventCounts(
    project: string,
    days: Days,
    among?: Among & { readonly limit?: number },
  ): Promise<readonly { readonly day: number; readonly event: string; readonly count: number }[]>
  /** How many people got to each step: in order, within the window of any of their first steps. */
  funnel(project: string, query: FunnelQuery): Promise<readonly { readonly event: string; readonly people: number }[]>
  /**
   * Payments less what was given back by day, currency, connected account and the source (`utm.source`) that first brought
   * the person, in live or in test mode. Amounts are in minor units; currencies are never added up. Money is money: who bots are
   * makes no difference.
   */
  revenue(project: string, query: RevenueQuery): Promise<readonly Revenue[]>
  /** What the subscriptions that are billed now come to, by plan and interval. */
  recurring(project: string, mode: PaymentMode): Promise<readonly Recurring[]>
  /** People by the furthest stage they reached, all four in order. */
  stages(project: string, among?: Among): Promise<readonly { readonly stage: Stage; readonly people: number }[]>
}

/** Whether money has moved, or only in a provider's test mode. */
export type PaymentMode = 'live' | 'test'

export interface RevenueQuery {
  readonly days: Days
  readonly mode: PaymentMode
}

export interface Revenue {
  readonly day: number
  readonly currency: string
  readonly source: string | null
  /** The connected account; null for the project's own. */
  readonly account: string | null
  /** Payments less what was given back. */
  readonly amount: number
  /** How many payments, refunds, disputes and reversals make up the amount. */
  readonly payments: number
  /** What was given back, in refunds and disputes, less what of that came back. In `amount` already. */
  readonly refunded: number
  /** Refunds and disputes of payments that were never seen. Not in `amount`. */
  readonly unmatched: number
}

/** Subscriptions of one plan, interval, currency and account. */
export interface Recurring {
  readonly plan: string
  readonly interval: string
  readonly intervalCount: number
  readonly currency: string
  readonly account: string | null
  readonly subscriptions: number
  /** What one interval of them all comes to, at list prices, in minor units: exact. */
  readonly amount: number
  /** Of them, those whose price is unknown, as with tiers; they add nothing. */
  readonly unpriced: number
}

import type { DaysAnswer } from './api.ts'
import type { Buckets } from './format.ts'

/** People who reached the goal at least once; only where one was asked for. */
interface Conversions {
  readonly conversions?: number
  /** A part of the visitors, 0 to 1; null where there were none. */
  readonly conversionRate?: number | null
}

export interface Totals extends Conversions {
  readonly visitors: number
  readonly sessions: number
  readonly pageviews: number
  readonly events: number
  /** 0 to 1; null without sessions. */
  readonly bounceRate: number | null
  readonly medianSessionSeconds: number | null
  /** In minor units. */
  readonly revenue: readonly { readonly currency: string; readonly amount: number }[]
}

export interface OverviewAnswer extends DaysAnswer {
  readonly totals: Totals
  /** Those of the same length before; null where they were not asked for. */
  readonly previous: (DaysAnswer & { readonly totals: Totals }) | null
}

export interface SeriesAnswer extends DaysAnswer, Buckets {
  /** All of the period, also the empty ones. */
  readonly points: readonly {
    readonly start: string
    readonly visitors: number
    readonly events: number
  }[]
}

export interface BreakdownRow extends Conversions {
  readonly value: string | null
  readonly visitors: number
  readonly events: number
}

export interface BreakdownAnswer {
  /** Most visitors first. */
  readonly rows: readonly BreakdownRow[]
  readonly more: boolean
}

export interface OnlineAnswer {
  readonly people: number
}

/** The unit that a subscription is billed in. `interval_count`, where it is not 1, says how many of them. */
export type BillingInterval = 'day' | 'week' | 'month' | 'year'

/** What a subscription costs, and whether it is billed. */
export interface SubscriptionTerms {
  /** Whether it is billed now: neither a trial, nor paused, nor ended. */
  readonly billed: boolean
  readonly plan: string
  /** With `intervalCount`, how often it is billed: `month` and 3 is each quarter. */
  readonly interval: BillingInterval
  /** 1 or more. */
  readonly intervalCount: number
  /** What one interval costs at list price, all seats together, in integer minor units of `currency`. Absent when unknown. */
  readonly amount?: number | undefined
}

/** How a subscription stands after an event, as far as recurring revenue is concerned. */
export interface SubscriptionState extends SubscriptionTerms {
  /** The provider's id of it, with the provider's name in front: `stripe:sub_1`. */
  readonly id: string
  /**
   * When it came to be so: ISO 8601, UTC. The latest state counts, in whatever order events arrive. Where a provider's
   * clock has seconds, use the milliseconds to keep its own events in order.
   */
  readonly changedAt: string
  /** ISO 4217 code in upper case. */
  readonly currency: string
  /** How it stood before, where the provider says so: puts changes of one instant in order. */
  readonly previous?: SubscriptionTerms | undefined
}

/**
 * What an event says about a payment: by what ids its provider knows it, so that a payment of which several webhooks
 * tell counts once, on one person, less its own refunds. Only servers may send it.
 *
 * Ids have the provider's name in front, such as `stripe:pi_1`: at most 10 in each list.
 */
export interface Billing {
  /** The payment. Events that share any of these ids, or lead to each other through a third, are about one payment. */
  readonly paymentIds?: readonly string[] | undefined
  /**
   * Who pays and for what, the best known first: customer, subscription. An event that names no user and no visitor has
   * the first of these as its `anonymousId`; it belongs to whom any other event names beside the same ids.
   */
  readonly payerIds?: readonly string[] | undefined
  /**
   * What told of the payment. Where several did, the amount of the invoice counts, else the sum of the single payments
   * (an invoice may be paid in parts), else the greatest sum that `capture` tells (what was captured so far, of a payment that
   * is captured several times), else what the checkout came to.
   */
  readonly toldBy?: 'invoice' | 'payment' | 'capture' | 'checkout' | undefined
  /** The refund or dispute that the event is about. Each counts once, and not at all when it failed or was won. */
  readonly refundId?: string | undefined
  /**
   * What has been given back of the charge so far, this refund included, in minor units: where the provider tells the sum
   * instead of, or besides, the refund. Only without `refundId`.
   */
  readonly refundedTotal?: number | undefined
  /**
   * What was authorised for the payment and is released without having been captured, in minor units, where the provider
   * tells of that as a refund: the first refund of this amount lowers nothing.
   */
  readonly released?: number | undefined
  /** The connected account that the money belongs to. Absent: your own. */
  readonly account?: string | undefined
  /** `false` in a provider's test mode, which counts neither as revenue nor for a stage. */
  readonly livemode?: boolean | undefined
  readonly subscription?: SubscriptionState | undefined
}

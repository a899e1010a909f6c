import type { Derived } from '../enrich/derived.ts'
import type { CountKind } from './count-kinds.ts'

/** One event as it is written: the parts that queries need as columns, the whole event as JSON in `body`. */
export interface EventRow extends Derived {
  readonly project: string
  readonly event: string
  readonly event_id: string
  /** Of an event that names nobody, the id of the payment or subscription that it is about; see `BillingFacts`. */
  readonly anonymous_id: string | null
  readonly user_id: string | null
  readonly session_id: string | null
  /** When it happened, in ms since the epoch, corrected for the sender's clock. */
  readonly ts: number
  /** The request's `sentAt` by the sender's clock, in ms since the epoch. */
  readonly sent_at: number | null
  /** When the request arrived, in ms since the epoch. */
  readonly received_at: number
  /** The UTC day of `ts` as yyyymmdd, for example 20260131. */
  readonly day: number
  readonly value: number | null
  readonly currency: string | null
  readonly email: string | null
  /** What the request of the visitor's browser said, to derive from again; null where the event says it or nobody does. */
  readonly user_agent: string | null
  readonly client_hints: string | null
  /** The other id that an event is about: the previous id of an `$alias`, the group of a `$group`. */
  readonly other_id: string | null
  /** Any id of the payment it is about; the payment is what `BillingFacts` say that it leads to. */
  readonly payment_ref: string | null
  /** The refund or dispute it is about. */
  readonly refund_ref: string | null
  /** What its charge had given back then, in minor units; null where the event does not say. */
  readonly refunded_total: number | null
  /** What was authorised for the payment and never captured, in minor units, where its release may look like a refund. */
  readonly released: number | null
  /** What told of the payment: `invoice`, `payment`, `capture` or `checkout`. */
  readonly told_by: string | null
  /** The connected account that the money belongs to. */
  readonly account: string | null
  /** 0 in a provider's test mode. */
  readonly livemode: number | null
  /** Kind of the key that sent it: `pk` for browsers, `sk` for servers. */
  readonly sender: string
  readonly body: string
  /** What it says about payments and who made them; no column. */
  readonly billing?: BillingFacts
  /** The id of the e-mail address that joins its visitor or user to others who have it; no column. Of trusted senders only. */
  readonly addressId?: string
}

/** What an event says of a payment, kept apart from it: it holds for every event about the same payment, and for ever. */
export interface BillingFacts {
  readonly paymentIds: readonly string[]
  readonly payerIds: readonly string[]
  /** The one of `payerIds` that is a subscription. */
  readonly subscriptionId: string | null
  /** The id of what it is about: the payment, failing that the subscription, failing that the payer. */
  readonly about: string | null
  /** It is a payment that was made. */
  readonly paid: boolean
  /** It says only that nothing may be kept of these ids, and is no event itself. */
  readonly refuses: boolean
  /** Whom it names besides; both null when all it has is the payer's ids. */
  readonly visitor: string | null
  readonly user: string | null
  readonly subscription: SubscriptionRow | null
}

/** How a subscription stands since `changed_at`. */
export interface SubscriptionRow {
  /** The event that says so, by name and id; empty in rows that were stored before it was kept. */
  readonly event: string
  /** How it stood before, as `termsKey` has it; null where the event does not say. */
  readonly previous: string | null
  readonly project: string
  readonly subscription: string
  /** In ms since the epoch, by the provider's clock. */
  readonly changed_at: number
  /** 1 while it is billed. */
  readonly billed: number
  readonly plan: string
  readonly billing_interval: string
  readonly interval_count: number
  /** Null when the price is unknown. */
  readonly amount: number | null
  readonly currency: string
  readonly account: string | null
  readonly livemode: number
}

/** Something counted that did not become an event. */
export interface Count {
  readonly project: string
  /** The UTC day it was noticed, as yyyymmdd. */
  readonly day: number
  readonly kind: CountKind
  readonly name: string
  readonly count: number
}

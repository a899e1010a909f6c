import type { Billing, BillingInterval, JsonObject, StandardEventName, StandardEvents } from '@threadline/schema'
import type { EventFields } from '../capture/input.ts'
import type { ClientReference, StripeVisitor } from './visitor.ts'

export interface FromStripeOptions {
  /**
   * Names of your plans by the ids of their prices: `{ price_1Nabc: 'pro' }`. Where a price is not named here, its
   * `lookup_key`, its nickname or its id is the plan, whichever the webhook has.
   */
  readonly plans?: { readonly [priceId: string]: string } | undefined
  /**
   * Which webhooks are captured as payments. Stripe tells of one payment in up to four of them, and Threadline's collector
   * counts it once. A service that cannot do that needs one kind: `payment` for intents and charges, `invoice` for shops
   * that write an invoice for everything, `checkout` for Checkout sessions and the invoices of later periods.
   *
   * @defaultValue `'all'`
   */
  readonly payments?: 'all' | 'checkout' | 'invoice' | 'payment' | undefined
  /**
   * What a `client_reference_id` means where the metadata names no visitor: the visitor's id, or something of yours.
   *
   * @defaultValue `'visitor'`
   */
  readonly clientReference?: ClientReference | undefined
  /**
   * Told of what cannot be used and is captured without it: an amount that cannot be read exactly, as of an unknown
   * currency (there is no `value` then; what Stripe wrote is in `stripe_amount` and `stripe_currency`), and a `userOf`
   * that returned no usable id. Told as well of an intent or a charge that may be an invoice's and does not say so, as in API
   * versions from 2025-03-31 to 2025-09-30: that is not captured, since it could count twice.
   */
  readonly onUnreadable?: ((error: RangeError) => void) | undefined
}

/** Money is absent only where Stripe's amount cannot be read exactly. */
type Standard<Name extends StandardEventName> = EventFields & { readonly event: Name } & (Record<
    string,
    never
  > extends StandardEvents[Name]
    ? { readonly properties?: StandardEvents[Name] | undefined }
    : { readonly properties: StandardEvents[Name] })

type Own<Name extends string, Properties> = EventFields & {
  readonly event: Name
  readonly properties: JsonObject & Properties
}

/** A payment was tried and failed. `amount_due` is in minor units. */
export type InvoicePaymentFailed = Own<
  'invoice_payment_failed',
  {
    readonly invoice_id: string
    readonly subscription_id?: string | undefined
    readonly amount_due?: number | undefined
    readonly currency?: string | undefined
    /** 1 for the first try. */
    readonly attempt?: number | undefined
    /** Absent when Stripe has given up. */
    readonly next_attempt_at?: string | undefined
  }
>

/** A checkout was finished and is still to be paid. `amount_due` is in minor units. */
export type CheckoutPending = Own<
  'checkout_pending',
  {
    readonly checkout_id: string
    readonly plan?: string | undefined
    readonly amount_due?: number | undefined
    readonly currency?: string | undefined
  }
>

/** An authorisation ended without a capture: no money has moved. `amount_held` is in minor units. */
export type PaymentVoided = Own<
  'payment_voided',
  { readonly order_id: string; readonly amount_held?: number | undefined; readonly currency?: string | undefined }
>

interface SubscriptionProperties {
  readonly plan: string
  readonly subscription_id: string
  readonly billing_interval: BillingInterval
  /** Absent for 1. */
  readonly interval_count?: number | undefined
  readonly quantity: number
}

/** Another plan, price, interval or number of seats, of any item of a subscription. */
export type SubscriptionChanged = Own<
  'subscription_changed',
  SubscriptionProperties & {
    readonly previous_plan: string
    readonly previous_quantity: number
    /** List price of one interval with all seats, in minor units. Absent when unknown. */
    readonly amount?: number | undefined
    readonly previous_amount?: number | undefined
  }
>

/** Anything else has changed, such as the card or the period. Its `billing` says how the subscription stands. */
export type SubscriptionUpdated = Own<'subscription_updated', SubscriptionProperties>

/** A payment is overdue. */
export type SubscriptionPastDue = Own<'subscription_past_due', SubscriptionProperties>
/** What was overdue has been paid. */
export type SubscriptionRecovered = Own<'subscription_recovered', SubscriptionProperties>
export type SubscriptionPaused = Own<'subscription_paused', SubscriptionProperties>
export type SubscriptionResumed = Own<'subscription_resumed', SubscriptionProperties>
/** It will end at `effective_at` unless that is withdrawn; `subscription_cancelled` comes when it does. */
export type SubscriptionCancelScheduled = Own<
  'subscription_cancel_scheduled',
  SubscriptionProperties & { readonly effective_at?: string | undefined; readonly reason: CancelReason }
>
export type SubscriptionCancelWithdrawn = Own<'subscription_cancel_withdrawn', SubscriptionProperties>

export type CancelReason = 'user_request' | 'payment_failed' | 'other'

interface ReversalProperties {
  readonly order_id?: string | undefined
  readonly reason?: string | undefined
}

/** A refund did not reach the customer. `value` is what came back, positive. */
export type RefundFailed = Own<'refund_failed', ReversalProperties>
/** A payment is disputed, and its money withdrawn meanwhile. `value` is that money, positive. */
export type PaymentDisputed = Own<'payment_disputed', ReversalProperties & { readonly dispute_id: string }>
/** A dispute ended in your favour. `value` is what came back, positive. */
export type DisputeWon = Own<'dispute_won', ReversalProperties & { readonly dispute_id: string }>

/**
 * The visitor of a checkout refused: nothing of the payment or the subscription in `billing` may be kept, whichever webhook
 * told of it. It has no money, and names nobody.
 */
export interface ForgetPayment extends EventFields {
  readonly event: '$forget_payment'
  readonly properties?: undefined
}

/** What a webhook of Stripe's becomes. */
export type StripeCapture =
  | Standard<'checkout_finished'>
  | Standard<'checkout_cancelled'>
  | Standard<'purchase'>
  | Standard<'invoice_paid'>
  | Standard<'subscription_renewed'>
  | Standard<'refunded'>
  | Standard<'subscription_started'>
  | Standard<'subscription_cancelled'>
  | Standard<'trial_started'>
  | Standard<'trial_ended'>
  | InvoicePaymentFailed
  | CheckoutPending
  | PaymentVoided
  | SubscriptionChanged
  | SubscriptionUpdated
  | SubscriptionPastDue
  | SubscriptionRecovered
  | SubscriptionPaused
  | SubscriptionResumed
  | SubscriptionCancelScheduled
  | SubscriptionCancelWithdrawn
  | RefundFailed
  | PaymentDisputed
  | DisputeWon
  | ForgetPayment

/** A capture without its envelope: id, time, visitor and where it happened. */
export interface Draft {
  readonly visitor: StripeVisitor
  readonly capture: StripeCapture
  /** The thing of Stripe's that this is about and that any webhook about it names; the webhook's own id unless given. */
  readonly fact?: string | undefined
  readonly billing: Billing
  /** Why the amount could not be read. */
  readonly unreadable?: string | undefined
}

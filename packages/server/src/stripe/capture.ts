import type { JsonObject, StandardEventName } from '@threadline/schema'
import type { EventFields } from '../capture/input.ts'
import type { StandardInput } from '../client/captures.ts'
import type { ClientReference, StripeVisitor } from './visitor.ts'

export interface FromStripeOptions {
  /**
   * Names of your plans by the ids of their prices: `{ price_1Nabc: 'pro' }`. Where a price is not named here, its
   * `lookup_key`, its nickname or its id is the plan, whichever the webhook has.
   */
  readonly plans?: { readonly [priceId: string]: string } | undefined
  /**
   * What stands for the first payment of a subscription, of which Stripe tells twice. `checkout` counts the Checkout
   * Session and leaves its first invoice out; `invoice` is for apps that create subscriptions without Checkout.
   *
   * @defaultValue `'checkout'`
   */
  readonly firstPayment?: 'checkout' | 'invoice' | undefined
  /**
   * What a `client_reference_id` means where the metadata names no visitor: the visitor's id, or something of yours.
   *
   * @defaultValue `'visitor'`
   */
  readonly clientReference?: ClientReference | undefined
}

type Standard<Name extends StandardEventName> = StandardInput<Name> & { readonly event: Name }

/** A payment was tried and failed. `amount_due` is in minor units. */
export interface InvoicePaymentFailed extends EventFields {
  readonly event: 'invoice_payment_failed'
  readonly properties: JsonObject & {
    readonly invoice_id: string
    readonly subscription_id?: string | undefined
    readonly amount_due: number
    readonly currency: string
    /** 1 for the first try. */
    readonly attempt: number
    /** Absent when Stripe has given up. */
    readonly next_attempt_at?: string | undefined
  }
}

/** A subscription has another plan. */
export interface SubscriptionChanged extends EventFields {
  readonly event: 'subscription_changed'
  readonly properties: JsonObject & {
    readonly plan: string
    readonly previous_plan: string
    readonly subscription_id: string
  }
}

/** What a webhook of Stripe's becomes. */
export type StripeCapture =
  | Standard<'checkout_finished'>
  | Standard<'purchase'>
  | Standard<'invoice_paid'>
  | Standard<'subscription_renewed'>
  | Standard<'refunded'>
  | Standard<'subscription_started'>
  | Standard<'subscription_cancelled'>
  | Standard<'trial_started'>
  | Standard<'trial_ended'>
  | InvoicePaymentFailed
  | SubscriptionChanged

/** A capture without its envelope: id, time and visitor. */
export interface Draft {
  readonly visitor: StripeVisitor
  readonly capture: StripeCapture
}

import type { BillingInterval } from './billing.ts'
import type { EventCatalogue } from './define-events.ts'
import type { JsonObject } from './event.ts'
import type { StandardSchema } from './standard-schema.ts'

// The properties of the standard events. Money is never among them: it is the event's own `value` and `currency`.
// Each extends JsonObject, so more properties may be added to any of them.

/** Something to read was opened. */
export interface ContentViewedProperties extends JsonObject {
  readonly content_id: string
  readonly content_type?: 'blog_post' | 'article' | 'page' | 'doc' | undefined
  readonly title?: string | undefined
}

/** An account was made. */
export interface SignupCompletedProperties extends JsonObject {
  readonly method?: 'email' | 'oauth' | 'invite' | 'sso' | undefined
  readonly plan?: string | undefined
  /** Length of the trial that starts with it, in days; 0 when there is none. */
  readonly trial_days?: number | undefined
}

/** A visitor asked to be contacted. */
export interface LeadCreatedProperties extends JsonObject {
  /** The form or page it came from. */
  readonly source?: string | undefined
  readonly form_id?: string | undefined
}

/** A user used a part of the product. */
export interface FeatureUsedProperties extends JsonObject {
  readonly feature: string
  readonly plan?: string | undefined
}

interface CheckoutBase extends JsonObject {
  /** The same in every event of one checkout: funnels join by it. */
  readonly checkout_id?: string | undefined
  readonly product_id?: string | undefined
  readonly plan?: string | undefined
  readonly items_count?: number | undefined
  readonly coupon?: string | undefined
}

interface OneTimeCheckout extends CheckoutBase {
  readonly payment_type: 'one_time'
  /** Only subscriptions are billed in intervals. */
  readonly billing_interval?: undefined
}

interface SubscriptionCheckout extends CheckoutBase {
  readonly payment_type: 'subscription'
  readonly billing_interval: BillingInterval
}

/** What every checkout event says: either paid once, or a subscription billed in an interval. */
export type CheckoutProperties = OneTimeCheckout | SubscriptionCheckout

/** A payment form was opened. */
export type CheckoutStartedProperties = CheckoutProperties

interface Cancelled extends JsonObject {
  readonly reason?: 'user_abandoned' | 'payment_failed' | 'validation_error' | 'other' | undefined
  /** Where in the form it ended. */
  readonly step?: string | undefined
}

/** Who tells that a checkout ran out of time, such as a payment provider, may not know the interval. */
interface CancelledSubscription extends CheckoutBase {
  readonly payment_type: 'subscription'
  readonly billing_interval?: BillingInterval | undefined
}

/** A checkout was given up, by the visitor or by the payment. */
export type CheckoutCancelledProperties = (OneTimeCheckout | CancelledSubscription) & Cancelled

interface FinishedOnce extends OneTimeCheckout {
  readonly order_id?: string | undefined
  readonly subscription_id?: undefined
}

interface FinishedSubscription extends SubscriptionCheckout {
  readonly order_id?: string | undefined
  readonly subscription_id?: string | undefined
}

/** A checkout was paid. `value` is what was paid. */
export type CheckoutFinishedProperties = FinishedOnce | FinishedSubscription

export interface TrialStartedProperties extends JsonObject {
  readonly plan: string
  readonly trial_days: number
  readonly payment_type?: 'subscription' | undefined
}

export interface TrialEndedProperties extends JsonObject {
  readonly plan: string
  /** It became a paid subscription. */
  readonly converted: boolean
  readonly reason?: 'expired' | 'converted' | 'cancelled' | undefined
  readonly payment_type?: 'subscription' | undefined
}

/** A subscription began. `value` is the price of one interval, not a payment: that is `checkout_finished`. */
export interface SubscriptionStartedProperties extends JsonObject {
  readonly plan: string
  readonly billing_interval: BillingInterval
  readonly subscription_id?: string | undefined
}

/** A subscription was paid for another interval. `value` is that payment; do not send it as `invoice_paid` too. */
export interface SubscriptionRenewedProperties extends JsonObject {
  readonly plan: string
  readonly billing_interval: BillingInterval
  readonly subscription_id?: string | undefined
}

/** A subscription was ended, now or at `effective_at`. */
export interface SubscriptionCancelledProperties extends JsonObject {
  readonly plan: string
  readonly payment_type: 'subscription'
  readonly billing_interval?: BillingInterval | undefined
  readonly reason?: 'user_request' | 'payment_failed' | 'admin' | 'other' | undefined
  /** When it stops: an ISO 8601 date or date and time. */
  readonly effective_at?: string | undefined
  readonly subscription_id?: string | undefined
}

/** Something was bought, outside a checkout that sends `checkout_finished`. `value` is what was paid. */
export interface PurchaseProperties extends JsonObject {
  readonly order_id?: string | undefined
  readonly product_id?: string | undefined
  readonly items_count?: number | undefined
  readonly coupon?: string | undefined
}

/** Money was given back. `value` is the amount given back, as a positive number. */
export interface RefundedProperties extends JsonObject {
  readonly order_id?: string | undefined
  readonly subscription_id?: string | undefined
  readonly invoice_id?: string | undefined
  readonly reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer' | 'other' | undefined
}

/** An invoice was paid, one that no checkout or renewal event stands for. `value` is what was paid. */
export interface InvoicePaidProperties extends JsonObject {
  readonly invoice_id: string
  readonly subscription_id?: string | undefined
  readonly plan?: string | undefined
  readonly billing_interval?: BillingInterval | undefined
}

/** The standard catalogue: the properties of each event by its name. */
export interface StandardEvents {
  readonly content_viewed: ContentViewedProperties
  readonly signup_completed: SignupCompletedProperties
  readonly lead_created: LeadCreatedProperties
  readonly feature_used: FeatureUsedProperties
  readonly checkout_started: CheckoutStartedProperties
  readonly checkout_cancelled: CheckoutCancelledProperties
  readonly checkout_finished: CheckoutFinishedProperties
  readonly trial_started: TrialStartedProperties
  readonly trial_ended: TrialEndedProperties
  readonly subscription_started: SubscriptionStartedProperties
  readonly subscription_renewed: SubscriptionRenewedProperties
  readonly subscription_cancelled: SubscriptionCancelledProperties
  readonly purchase: PurchaseProperties
  readonly refunded: RefundedProperties
  readonly invoice_paid: InvoicePaidProperties
}

export type StandardEventName = keyof StandardEvents

/** Whether an event carries `value` and `currency`: always, when known, or never. */
export type MoneyRule = 'required' | 'optional' | 'none'

/**
 * Who captures a standard event, and whether it carries money.
 *
 * Money that has moved is the server's: a browser can be closed before the payment settles, and anybody can forge its
 * requests. The rest may be captured on either side; where both do, give them one `eventId` so that they count once.
 *
 * `value` is a payment in `checkout_finished`, `purchase`, `subscription_renewed` and `invoice_paid` (one of them for
 * each payment), money given back in `refunded`, and only a price in the others.
 */
export const STANDARD_EVENTS = {
  content_viewed: { source: 'both', money: 'none' },
  signup_completed: { source: 'both', money: 'none' },
  lead_created: { source: 'both', money: 'optional' },
  feature_used: { source: 'both', money: 'none' },
  checkout_started: { source: 'both', money: 'optional' },
  checkout_cancelled: { source: 'both', money: 'optional' },
  checkout_finished: { source: 'server', money: 'required' },
  trial_started: { source: 'both', money: 'none' },
  trial_ended: { source: 'server', money: 'none' },
  subscription_started: { source: 'server', money: 'optional' },
  subscription_renewed: { source: 'server', money: 'required' },
  subscription_cancelled: { source: 'both', money: 'none' },
  purchase: { source: 'server', money: 'required' },
  refunded: { source: 'server', money: 'required' },
  invoice_paid: { source: 'server', money: 'required' },
} as const

/** The standard events' names. */
export const STANDARD_EVENT_NAMES: readonly StandardEventName[] = [
  'content_viewed',
  'signup_completed',
  'lead_created',
  'feature_used',
  'checkout_started',
  'checkout_cancelled',
  'checkout_finished',
  'trial_started',
  'trial_ended',
  'subscription_started',
  'subscription_renewed',
  'subscription_cancelled',
  'purchase',
  'refunded',
  'invoice_paid',
]

/** An amount in integer minor units of its currency, an ISO 4217 code. One without the other is a mistake. */
export interface Money {
  readonly value: number
  readonly currency: string
}

/** Neither amount nor currency. */
export interface NoMoney {
  readonly value?: undefined
  readonly currency?: undefined
}

interface MoneyByRule {
  readonly required: Money
  readonly optional: Money | NoMoney
  readonly none: NoMoney
}

/** The `value` and `currency` of a standard event, as its {@link MoneyRule} has it. */
export type StandardEventMoney<Name extends StandardEventName> = MoneyByRule[(typeof STANDARD_EVENTS)[Name]['money']]

/** The standard catalogue as a type, for clients that do not load zod. `@threadline/schema/zod` has it as a value. */
export type StandardCatalogue = EventCatalogue<
  {
    readonly [Name in StandardEventName]: {
      readonly schema: StandardSchema<StandardEvents[Name]>
      readonly source: (typeof STANDARD_EVENTS)[Name]['source']
    }
  },
  false
>

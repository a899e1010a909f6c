import type { NotInCatalogue, StandardCatalogue, StandardEventName } from '@threadline/schema'
import { type CaptureFields, type EventFields, readable } from '../capture/input.ts'

/** A client or a scope, as far as a helper needs one: it captures this event. One with a closed catalogue may not. */
export interface Capturer<Name extends StandardEventName = StandardEventName> {
  capture(input: StandardInput<Name> & { readonly event: Name }): void
}

/** What a typed helper takes: the event's fields, its own properties, and money where the event has any. */
export type StandardInput<Name extends StandardEventName> = CaptureFields<StandardCatalogue, Name>

type StandardCapture<Name extends StandardEventName> = <Through extends { capture(input: never): void }>(
  capturer: Through & (Through extends Capturer<Name> ? unknown : NotInCatalogue<Name>),
  input: StandardInput<Name>,
) => void

function helper<Name extends StandardEventName>(event: Name): StandardCapture<Name> {
  // The types have said that it takes this event.
  return (capturer, input) =>
    Reflect.apply(capturer.capture, capturer, [readable(() => ({ ...(input as EventFields), event }))])
}

/** Captures `content_viewed`: something to read was opened. */
export const captureContentViewed = helper('content_viewed')
/** Captures `signup_completed`: an account was made. */
export const captureSignedUp = helper('signup_completed')
/** Captures `lead_created`: a visitor asked to be contacted. */
export const captureLeadCreated = helper('lead_created')
/** Captures `feature_used`: a user used a part of the product. */
export const captureFeatureUsed = helper('feature_used')
/** Captures `checkout_started`: a payment form was opened. */
export const captureCheckoutStarted = helper('checkout_started')
/** Captures `checkout_cancelled`: a checkout was given up, by the visitor or by the payment. */
export const captureCheckoutCancelled = helper('checkout_cancelled')
/** Captures `checkout_finished`: a checkout was paid. `value` is what was paid, in minor units. */
export const captureCheckoutFinished = helper('checkout_finished')
/** Captures `trial_started`. */
export const captureTrialStarted = helper('trial_started')
/** Captures `trial_ended`: it expired, was cancelled, or became a paid subscription. */
export const captureTrialEnded = helper('trial_ended')
/** Captures `subscription_started`. `value` is the price of one interval, not a payment. */
export const captureSubscriptionStarted = helper('subscription_started')
/** Captures `subscription_renewed`. `value` is the payment for the new interval, in minor units. */
export const captureSubscriptionRenewed = helper('subscription_renewed')
/** Captures `subscription_cancelled`: it ends now, or at `effective_at`. */
export const captureSubscriptionCancelled = helper('subscription_cancelled')
/** Captures `purchase`: something was bought outside a checkout. `value` is what was paid, in minor units. */
export const capturePurchase = helper('purchase')
/** Captures `refunded`. `value` is the amount given back, a positive number of minor units. */
export const captureRefunded = helper('refunded')
/** Captures `invoice_paid`: an invoice that no checkout or renewal event stands for. `value` is what was paid. */
export const captureInvoicePaid = helper('invoice_paid')

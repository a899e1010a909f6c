import type { StandardEventMoney, StandardEventName, StandardEvents } from '@threadline/schema'
import { type EventFields, readable, type UncheckedInput } from '../capture/input.ts'

/** A client or a scope, as far as these helpers need one. */
export interface Capturer {
  capture(input: UncheckedInput): void
}

type NothingRequired = Record<string, never>

/** What a typed helper takes: the event's fields, its own properties, and money where the event has any. */
export type StandardInput<Name extends StandardEventName> = Omit<EventFields, 'value' | 'currency'> &
  StandardEventMoney<Name> &
  (NothingRequired extends StandardEvents[Name]
    ? { readonly properties?: StandardEvents[Name] | undefined }
    : { readonly properties: StandardEvents[Name] })

type StandardCapture<Name extends StandardEventName> = (capturer: Capturer, input: StandardInput<Name>) => void

function helper<Name extends StandardEventName>(event: Name): StandardCapture<Name> {
  return (capturer, input) => capturer.capture(readable(() => ({ ...input, event })))
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

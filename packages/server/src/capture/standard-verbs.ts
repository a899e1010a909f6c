import type { EventCatalogue, StandardCatalogue, StandardEventName, VerbOf } from '@threadline/schema'
import { type CaptureFields, type EventFields, readable, type UncheckedInput } from './input.ts'

/** Takes the event's fields, properties and money, unless the catalogue is closed and does not have the event. */
export type StandardVerb<Catalogue extends EventCatalogue, Name extends StandardEventName> = VerbOf<
  Catalogue,
  Name,
  (input: CaptureFields<Catalogue, Name>) => void
>

/** A verb for each standard event, on a client and on a scope. */
export interface StandardVerbs<Catalogue extends EventCatalogue = StandardCatalogue> {
  /** Captures `content_viewed`: something to read was opened. */
  readonly contentViewed: StandardVerb<Catalogue, 'content_viewed'>
  /** Captures `signup_completed`: an account was made. */
  readonly signedUp: StandardVerb<Catalogue, 'signup_completed'>
  /** Captures `lead_created`: a visitor asked to be contacted. */
  readonly leadCreated: StandardVerb<Catalogue, 'lead_created'>
  /** Captures `feature_used`: a user used a part of the product. */
  readonly featureUsed: StandardVerb<Catalogue, 'feature_used'>
  /** Captures `checkout_started`: a payment form was opened. */
  readonly checkoutStarted: StandardVerb<Catalogue, 'checkout_started'>
  /** Captures `checkout_cancelled`: a checkout was given up, by the visitor or by the payment. */
  readonly checkoutCancelled: StandardVerb<Catalogue, 'checkout_cancelled'>
  /** Captures `checkout_finished`: a checkout was paid. `value` is what was paid, in minor units. */
  readonly checkoutFinished: StandardVerb<Catalogue, 'checkout_finished'>
  /** Captures `trial_started`. */
  readonly trialStarted: StandardVerb<Catalogue, 'trial_started'>
  /** Captures `trial_ended`: it expired, was cancelled, or became a paid subscription. */
  readonly trialEnded: StandardVerb<Catalogue, 'trial_ended'>
  /** Captures `subscription_started`. `value` is the price of one interval, not a payment. */
  readonly subscriptionStarted: StandardVerb<Catalogue, 'subscription_started'>
  /** Captures `subscription_renewed`. `value` is the payment for the new interval, in minor units. */
  readonly subscriptionRenewed: StandardVerb<Catalogue, 'subscription_renewed'>
  /** Captures `subscription_cancelled`: it ends now, or at `effective_at`. */
  readonly subscriptionCancelled: StandardVerb<Catalogue, 'subscription_cancelled'>
  /** Captures `purchase`: something was bought outside a checkout. `value` is what was paid, in minor units. */
  readonly purchase: StandardVerb<Catalogue, 'purchase'>
  /** Captures `refunded`. `value` is the amount given back, a positive number of minor units. */
  readonly refunded: StandardVerb<Catalogue, 'refunded'>
  /** Captures `invoice_paid`: an invoice that no checkout or renewal event stands for. `value` is what was paid. */
  readonly invoicePaid: StandardVerb<Catalogue, 'invoice_paid'>
}

/** The verbs, which capture through `capture`. */
export function standardVerbs<Catalogue extends EventCatalogue>(
  capture: (input: UncheckedInput) => void,
): StandardVerbs<Catalogue> {
  const verb = (event: StandardEventName) => (input: EventFields) => capture(readable(() => ({ ...input, event })))
  const verbs = {
    contentViewed: verb('content_viewed'),
    signedUp: verb('signup_completed'),
    leadCreated: verb('lead_created'),
    featureUsed: verb('feature_used'),
    checkoutStarted: verb('checkout_started'),
    checkoutCancelled: verb('checkout_cancelled'),
    checkoutFinished: verb('checkout_finished'),
    trialStarted: verb('trial_started'),
    trialEnded: verb('trial_ended'),
    subscriptionStarted: verb('subscription_started'),
    subscriptionRenewed: verb('subscription_renewed'),
    subscriptionCancelled: verb('subscription_cancelled'),
    purchase: verb('purchase'),
    refunded: verb('refunded'),
    invoicePaid: verb('invoice_paid'),
  } satisfies StandardVerbs
  // What a closed catalogue lacks, its types do not let through.
  return verbs as unknown as StandardVerbs<Catalogue>
}

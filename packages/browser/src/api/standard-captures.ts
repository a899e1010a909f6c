import type { Loose, StandardEventName, StandardEvents } from '@threadline/schema'
import type { OptionsOf } from './capture-types.ts'
import { capture } from './singleton.ts'

// The standard events that a page may capture, as functions. Those that tell of money moved belong to the server.

type Properties<Name extends StandardEventName> = Loose<StandardEvents[Name]>

/** Captures `content_viewed`. */
export const contentViewed = (properties: Properties<'content_viewed'>, options?: OptionsOf<'content_viewed'>): void =>
  capture('content_viewed', properties, options)

/** Captures `signup_completed`. */
export const signedUp = (properties?: Properties<'signup_completed'>, options?: OptionsOf<'signup_completed'>): void =>
  capture('signup_completed', properties, options)

/** Captures `lead_created`. */
export const leadCreated = (properties?: Properties<'lead_created'>, options?: OptionsOf<'lead_created'>): void =>
  capture('lead_created', properties, options)

/** Captures `feature_used`. */
export const featureUsed = (properties: Properties<'feature_used'>, options?: OptionsOf<'feature_used'>): void =>
  capture('feature_used', properties, options)

/** Captures `checkout_started`. A price goes into the options: `{ value: 4900, currency: 'USD' }`. */
export const checkoutStarted = (
  properties: Properties<'checkout_started'>,
  options?: OptionsOf<'checkout_started'>,
): void => capture('checkout_started', properties, options)

/** Captures `checkout_cancelled`. */
export const checkoutCancelled = (
  properties: Properties<'checkout_cancelled'>,
  options?: OptionsOf<'checkout_cancelled'>,
): void => capture('checkout_cancelled', properties, options)

/** Captures `trial_started`. */
export const trialStarted = (properties: Properties<'trial_started'>, options?: OptionsOf<'trial_started'>): void =>
  capture('trial_started', properties, options)

/** Captures `subscription_cancelled`. */
export const subscriptionCancelled = (
  properties: Properties<'subscription_cancelled'>,
  options?: OptionsOf<'subscription_cancelled'>,
): void => capture('subscription_cancelled', properties, options)

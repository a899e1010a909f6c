import type { StandardEventName, StandardEvents } from '@threadline/schema'
import type { CaptureOptions } from '../contract/instance.ts'
import { capture } from './singleton.ts'

// The standard events that a page may capture, as functions. Those that tell of money moved belong to the server.

type Properties<Name extends StandardEventName> = StandardEvents[Name]

/** Captures `content_viewed`. */
export const contentViewed = (properties: Properties<'content_viewed'>, options?: CaptureOptions): void =>
  capture('content_viewed', properties, options)

/** Captures `signup_completed`. */
export const signedUp = (properties?: Properties<'signup_completed'>, options?: CaptureOptions): void =>
  capture('signup_completed', properties, options)

/** Captures `lead_created`. */
export const leadCreated = (properties?: Properties<'lead_created'>, options?: CaptureOptions): void =>
  capture('lead_created', properties, options)

/** Captures `feature_used`. */
export const featureUsed = (properties: Properties<'feature_used'>, options?: CaptureOptions): void =>
  capture('feature_used', properties, options)

/** Captures `checkout_started`. A price goes into the options: `{ value: 4900, currency: 'USD' }`. */
export const checkoutStarted = (properties: Properties<'checkout_started'>, options?: CaptureOptions): void =>
  capture('checkout_started', properties, options)

/** Captures `checkout_cancelled`. */
export const checkoutCancelled = (properties: Properties<'checkout_cancelled'>, options?: CaptureOptions): void =>
  capture('checkout_cancelled', properties, options)

/** Captures `trial_started`. */
export const trialStarted = (properties: Properties<'trial_started'>, options?: CaptureOptions): void =>
  capture('trial_started', properties, options)

/** Captures `subscription_cancelled`. */
export const subscriptionCancelled = (
  properties: Properties<'subscription_cancelled'>,
  options?: CaptureOptions,
): void => capture('subscription_cancelled', properties, options)

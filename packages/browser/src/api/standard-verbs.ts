import type { EventCatalogue, JsonObject, StandardEventName } from '@threadline/schema'
import type { CaptureOptions } from '../contract/instance.ts'
import type { StandardVerbs } from './capture-types.ts'

const VERBS = {
  contentViewed: 'content_viewed',
  signedUp: 'signup_completed',
  leadCreated: 'lead_created',
  featureUsed: 'feature_used',
  checkoutStarted: 'checkout_started',
  checkoutCancelled: 'checkout_cancelled',
  trialStarted: 'trial_started',
  subscriptionCancelled: 'subscription_cancelled',
} as const satisfies { readonly [Verb in keyof StandardVerbs]: StandardEventName }

/** The verbs of the standard events, which capture through `capture`. */
export function standardVerbs<Catalogue extends EventCatalogue>(
  capture: (event: string, properties?: JsonObject, options?: CaptureOptions) => void,
): StandardVerbs<Catalogue> {
  const verbs: { [verb: string]: (properties?: JsonObject, options?: CaptureOptions) => void } = {}
  for (const [verb, event] of Object.entries(VERBS)) {
    verbs[verb] = (properties, options) => capture(event, properties, options)
  }
  // One for each of the table, which has them all.
  return verbs as unknown as StandardVerbs<Catalogue>
}

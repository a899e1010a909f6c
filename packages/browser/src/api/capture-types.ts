import type {
  EventCatalogue,
  MoneyFor,
  NameOf,
  PropertiesFor,
  StandardCatalogue,
  StandardEventName,
  VerbOf,
} from '@threadline/schema'
import type { CaptureOptions } from '../contract/instance.ts'

/** Names that may be captured with a catalogue: any, unless it is closed. Editors complete those that it types. */
export type CapturableName<Catalogue extends EventCatalogue> = NameOf<Catalogue>

/** What may be said about an event besides its properties; money as its name has it. */
export type OptionsOf<Name> = Omit<CaptureOptions, 'value' | 'currency'> & MoneyFor<Name>

/** What follows the name in `capture`: properties as the catalogue has them, optional when all of them are. */
export type CaptureArguments<Catalogue extends EventCatalogue, Name> =
  Record<string, never> extends PropertiesFor<Catalogue, Name>
    ? [properties?: PropertiesFor<Catalogue, Name> | undefined, options?: OptionsOf<Name> | undefined]
    : [properties: PropertiesFor<Catalogue, Name>, options?: OptionsOf<Name> | undefined]

/**
 * Captures an event. Returns at once, never throws, does no network I/O; what it refuses goes to `onDrop` and `onError`.
 *
 * Properties are serialised before it returns, so that changing them later changes nothing. `options` carry what is
 * not a property: your own `eventId`, `value` in integer minor units with its `currency`, a `timestamp` in the past.
 */
export type Capture<Catalogue extends EventCatalogue = StandardCatalogue> = <
  const Name extends CapturableName<Catalogue>,
>(
  event: Name,
  ...rest: CaptureArguments<Catalogue, Name>
) => void

/** Captures one standard event, unless the catalogue is closed and does not have it. */
export type StandardVerb<Catalogue extends EventCatalogue, Name extends StandardEventName> = VerbOf<
  Catalogue,
  Name,
  (...rest: CaptureArguments<Catalogue, Name>) => void
>

/** A verb for each standard event that a page may capture. Those that tell of money moved belong to the server. */
export interface StandardVerbs<Catalogue extends EventCatalogue = StandardCatalogue> {
  /** Captures `content_viewed`: something to read was opened. */
  readonly contentViewed: StandardVerb<Catalogue, 'content_viewed'>
  /** Captures `signup_completed`: an account was made. */
  readonly signedUp: StandardVerb<Catalogue, 'signup_completed'>
  /** Captures `lead_created`: a visitor asked to be contacted. */
  readonly leadCreated: StandardVerb<Catalogue, 'lead_created'>
  /** Captures `feature_used`: a user used a part of the product. */
  readonly featureUsed: StandardVerb<Catalogue, 'feature_used'>
  /** Captures `checkout_started`: a payment form was opened. A price goes into the options. */
  readonly checkoutStarted: StandardVerb<Catalogue, 'checkout_started'>
  /** Captures `checkout_cancelled`: a checkout was given up, by the visitor or by the payment. */
  readonly checkoutCancelled: StandardVerb<Catalogue, 'checkout_cancelled'>
  /** Captures `trial_started`. */
  readonly trialStarted: StandardVerb<Catalogue, 'trial_started'>
  /** Captures `subscription_cancelled`: it ends now, or at `effective_at`. */
  readonly subscriptionCancelled: StandardVerb<Catalogue, 'subscription_cancelled'>
}

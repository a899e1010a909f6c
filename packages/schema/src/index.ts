export type { Billing, BillingInterval, SubscriptionState, SubscriptionTerms } from './billing.ts'
export { ID_HEADER, ID_NAME, OPTED_OUT_NAME, SESSION_HEADER, SESSION_NAME } from './carriers.ts'
export {
  defineEvents,
  type EventCatalogue,
  type EventDefinition,
  type EventDefinitions,
  type EventNameOf,
  type EventSource,
  eventSource,
  type PropertiesOf,
} from './define-events.ts'
export {
  type Consent,
  type EventContext,
  type EventInput,
  type Json,
  type JsonObject,
  SYSTEM_EVENTS,
  type SystemEventName,
  type TrackEvent,
  type Utm,
} from './event.ts'
export { isCarriedId, isUsableId } from './ids.ts'
export { BATCH_LIMITS, LIMITS } from './limits.ts'
export { currencyExponent, isCurrency, toMajorNumber, toMajorUnits, toMinorUnits } from './money.ts'
export { isWithin, PAYMENT_AND_SIGN_IN } from './referrers.ts'
export { scrub } from './scrub.ts'
export {
  type CheckoutCancelledProperties,
  type CheckoutFinishedProperties,
  type CheckoutProperties,
  type CheckoutStartedProperties,
  type ContentViewedProperties,
  type FeatureUsedProperties,
  type InvoicePaidProperties,
  type LeadCreatedProperties,
  type Money,
  type MoneyRule,
  type NoMoney,
  type PurchaseProperties,
  type RefundedProperties,
  type SignupCompletedProperties,
  STANDARD_EVENT_NAMES,
  STANDARD_EVENTS,
  type StandardCatalogue,
  type StandardEventMoney,
  type StandardEventName,
  type StandardEvents,
  type SubscriptionCancelledProperties,
  type SubscriptionRenewedProperties,
  type SubscriptionStartedProperties,
  type TrialEndedProperties,
  type TrialStartedProperties,
} from './standard-events.ts'
export type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.ts'
export type {
  AnyProperties,
  Loose,
  MoneyFor,
  NameOf,
  NotInCatalogue,
  PropertiesFor,
  ThreadlineTypeError,
  TypedName,
  VerbOf,
} from './typed-capture.ts'
export { utf8Bytes } from './utf8.ts'
export { createUuidv7, type RandomSource, type TextOf, uuidv7 } from './uuid.ts'
export { describeIssues, type PropertiesResult, validateProperties } from './validate-properties.ts'
export {
  type BatchRequest,
  type BatchResponse,
  DROP_REASONS,
  type ErrorResponse,
  EVENT_ERROR_CODES,
  type EventErrorCode,
  type InvalidEvent,
  REQUEST_ERROR_CODES,
  type RequestErrorCode,
} from './wire.ts'

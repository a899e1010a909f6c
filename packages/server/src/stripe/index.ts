export type { Recorded } from '../webhooks/record.ts'
export type {
  CancelReason,
  CheckoutPending,
  DisputeWon,
  ForgetPayment,
  FromStripeOptions,
  InvoicePaymentFailed,
  PaymentDisputed,
  PaymentVoided,
  RefundFailed,
  StripeCapture,
  SubscriptionCancelScheduled,
  SubscriptionCancelWithdrawn,
  SubscriptionChanged,
  SubscriptionPastDue,
  SubscriptionPaused,
  SubscriptionRecovered,
  SubscriptionResumed,
  SubscriptionUpdated,
} from './capture.ts'
export {
  type CheckoutParams,
  checkoutIdentity,
  paymentLinkUrl,
  stripeMetadata,
} from './checkout-identity.ts'
export { fromStripe, type UserLookup } from './from-stripe.ts'
export type { CheckoutFacts, CheckoutVisitor, StripeMetadata } from './metadata.ts'
export type { StripeEvent } from './stripe-event.ts'
export { stripeIntake } from './stripe-intake.ts'
export { type StripeCaptureOptions, type StripeWebhookOptions, stripeWebhook } from './stripe-webhook.ts'
export type { ClientReference } from './visitor.ts'

export type {
  FromStripeOptions,
  InvoicePaymentFailed,
  StripeCapture,
  SubscriptionChanged,
} from './capture.ts'
export {
  type CheckoutIdentity,
  type CheckoutIdentityOptions,
  checkoutIdentity,
  paymentLinkUrl,
} from './checkout-identity.ts'
export { fromStripe, type UserLookup } from './from-stripe.ts'
export type { CheckoutFacts, CheckoutVisitor, StripeMetadata } from './metadata.ts'
export { type StripeWebhookOptions, stripeWebhook } from './stripe-webhook.ts'
export type { ClientReference } from './visitor.ts'

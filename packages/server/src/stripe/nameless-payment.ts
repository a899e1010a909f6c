import { customerOf, namesInvoice } from './references.ts'
import { objectAt, type StripeEvent, type StripeObject, textAt } from './stripe-event.ts'

/**
 * From this version on, intents and charges have no `invoice`. Source:
 * https://docs.stripe.com/changelog/basil/2025-03-31/add-support-for-multiple-partial-payments-on-invoices.
 */
const WITHOUT_INVOICE = '2025-03-31'

/** From this version on, an invoice's intent, though not its charge, has the invoice in `payment_details.order_reference`. */
const WITH_ORDER_REFERENCE = '2025-10-29'

/**
 * Whether a payment may be an invoice's without saying so: then it would count beside the invoice, and stay when the
 * checkout was refused. Why, for people to read; undefined where it is surely none, or names the invoice.
 *
 * An invoice has a customer, and Stripe writes no metadata on the intent that it makes for one: so a guest's payment and
 * one with metadata are the app's own.
 */
export function unclearInvoice({ api_version }: StripeEvent, payment: StripeObject): string | undefined {
  const version = api_version ?? ''
  if (version < WITHOUT_INVOICE || customerOf(payment) === undefined || namesInvoice(payment)) return undefined
  if (Object.keys(objectAt(payment, 'metadata') ?? {}).length > 0) return undefined
  const isCharge = textAt(payment, 'object') === 'charge'
  if (isCharge && textAt(payment, 'payment_intent') === undefined) return undefined
  if (isCharge && version >= WITH_ORDER_REFERENCE) {
    return `a charge of API version ${version} does not say whether it is an invoice's. Subscribe to payment_intent.succeeded instead`
  }
  if (version >= WITH_ORDER_REFERENCE) return undefined
  return `an intent or charge of API version ${version} does not say whether it is an invoice's. Subscribe to invoice_payment.paid, give intents of your own the metadata of stripeMetadata(), or set the endpoint's API version to ${WITH_ORDER_REFERENCE} or later`
}

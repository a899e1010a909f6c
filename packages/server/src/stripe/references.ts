import { type Billing, isUsableId, LIMITS } from '@threadline/schema'
import { idAt, listAt, type StripeObject, storableText, textAt } from './stripe-event.ts'

/** Longest id that the canonical event takes; only an e-mail address can be longer. */
const MAX_ID = 200

type Ids = readonly (string | undefined)[]

/** What the ids of a payment lead to, first the ones that most webhooks have. */
export function paymentIdsOf(object: StripeObject): Billing['paymentIds'] {
  const ids = PAYMENT_IDS[textAt(object, 'object') ?? '']?.(object) ?? []
  return named(ids)
}

/** Who pays and for what: the customer first, or a guest's e-mail address; then the subscription. */
export function payerIdsOf(object: StripeObject): Billing['payerIds'] {
  const customer = customerOf(object) ?? (isSubscription(object) ? undefined : guestIdOf(object))
  return named([customer, idAt(object, 'customer_account'), ownSubscription(object)])
}

/** The subscription alone, where there is one: nothing that leads to other payments of the same person. */
export function subscriptionIdsOf(object: StripeObject): Billing['payerIds'] {
  return named([ownSubscription(object)])
}

function ownSubscription(object: StripeObject): string | undefined {
  return isSubscription(object) ? idAt(object, 'id') : subscriptionOf(object)
}

function isSubscription(object: StripeObject): boolean {
  return textAt(object, 'object') === 'subscription'
}

/** The customer, or the account that newer API versions have in their place. */
export function customerOf(object: StripeObject): string | undefined {
  return idAt(object, 'customer') ?? idAt(object, 'customer_account')
}

/** Longest address that any mailbox can have. Source: RFC 5321, section 4.5.3.1.3. */
const MAX_EMAIL = 254

/** Where an object may have the address of a guest, the best known first. */
const EMAIL_PATHS = [
  ['customer_details', 'email'],
  ['customer_email'],
  ['billing_details', 'email'],
  ['receipt_email'],
] as const

/** The address of somebody who pays without being a customer. One that no mailbox has is none: cut off, it could be somebody else's. */
export function guestEmailOf(object: StripeObject): string | undefined {
  if (customerOf(object) !== undefined) return undefined
  const emails = EMAIL_PATHS.map((path) =>
    textAt(object, ...path)
      ?.trim()
      .toLowerCase(),
  )
  return emails.find((email) => email !== undefined && email !== '' && email.length <= MAX_EMAIL)
}

/** The address, unless it is too long for an id. */
function guestIdOf(object: StripeObject): string | undefined {
  const email = guestEmailOf(object)
  return email !== undefined && testReference(reference(email)).endsWith(email) ? email : undefined
}

/** In `parent` since 2025-03-31 (basil), on the invoice itself before. */
export function subscriptionOf(object: StripeObject): string | undefined {
  return idAt(object, 'parent', 'subscription_details', 'subscription') ?? idAt(object, 'subscription')
}

export function reference(id: string): string {
  return storableText(`stripe:${id}`.slice(0, MAX_ID)) ?? ''
}

/**
 * The ids of test mode as ids of their own. An e-mail address is the same in both modes, and would make one payer of a test
 * and a customer; nothing says that Stripe's own ids never are.
 */
export function inTestMode({ paymentIds, payerIds, refundId, subscription, ...rest }: Billing): Billing {
  return {
    ...rest,
    paymentIds: paymentIds?.map(testReference),
    payerIds: payerIds?.map(testReference),
    refundId: refundId && testReference(refundId),
    subscription: subscription && { ...subscription, id: testReference(subscription.id) },
  }
}

function testReference(id: string): string {
  return reference(`test:${id.slice(reference('').length)}`)
}

/**
 * Which ids each object knows. API versions before 2025-03-31 (basil) name the invoice on intents and charges, and the
 * intent on invoices. Later ones name neither: there `invoice_payment.paid` has both ids, and an intent that Stripe made
 * for an invoice has its id as `payment_details.order_reference`.
 *
 * Sources: https://docs.stripe.com/changelog/basil/2025-03-31/add-support-for-multiple-partial-payments-on-invoices;
 * for `order_reference` the recorded webhooks in zulip/zulip (corporate/tests/stripe_fixtures) and in
 * woocommerce/woocommerce-gateway-stripe, since Stripe's reference does not say it.
 */
const PAYMENT_IDS: { readonly [object: string]: (object: StripeObject) => Ids } = {
  'checkout.session': (session) => [idAt(session, 'payment_intent'), idAt(session, 'invoice'), idAt(session, 'id')],
  invoice: (invoice) => [
    idAt(invoice, 'id'),
    idAt(invoice, 'payment_intent'),
    idAt(invoice, 'charge'),
    ...listAt(invoice, 'payments').flatMap((payment) => paidBy(payment)),
  ],
  payment_intent: (intent) => [
    idAt(intent, 'id'),
    idAt(intent, 'invoice'),
    orderOf(intent),
    idAt(intent, 'latest_charge'),
  ],
  charge: (charge) => [idAt(charge, 'payment_intent'), idAt(charge, 'invoice'), orderOf(charge), idAt(charge, 'id')],
  invoice_payment: (payment) => [...paidBy(payment), idAt(payment, 'invoice')],
  refund: (refund) => [idAt(refund, 'payment_intent'), idAt(refund, 'charge')],
  dispute: (dispute) => [idAt(dispute, 'payment_intent'), idAt(dispute, 'charge')],
}

/** Whether an intent or a charge says what it pays. */
export function namesInvoice(payment: StripeObject): boolean {
  return (idAt(payment, 'invoice') ?? orderOf(payment)) !== undefined
}

/** What paid a part of an invoice. */
export function paidBy(payment: StripeObject): Ids {
  return ['payment_intent', 'charge', 'payment_record'].map((kind) => idAt(payment, 'payment', kind))
}

/** The order reference is a field for everyone: only what looks like an id of Stripe's is taken for one. */
function orderOf(object: StripeObject): string | undefined {
  const reference = textAt(object, 'payment_details', 'order_reference')
  return reference !== undefined && /^(in|cs)(_test|_live)?_[A-Za-z0-9]{8,}$/.test(reference) ? reference : undefined
}

function named(ids: Ids): readonly string[] | undefined {
  const known = [...new Set(ids.filter((id) => id !== undefined))]
    .map(reference)
    .filter(isUsableId)
    .slice(0, LIMITS.billingIds)
  return known.length === 0 ? undefined : known
}

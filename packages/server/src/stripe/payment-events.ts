import type { Billing, BillingInterval } from '@threadline/schema'
import { readAmount } from './amount.ts'
import type { Draft, FromStripeOptions } from './capture.ts'
import { readFacts } from './metadata.ts'
import { paidBy, payerIdsOf, paymentIdsOf, subscriptionOf } from './references.ts'
import { idAt, numberAt, type StripeObject, textAt, valueAt } from './stripe-event.ts'
import { laterVisitor, sessionVisitor } from './visitor.ts'

/** What a payment's webhook says of it: its ids, and whom it leads to. */
export function billingOf(object: StripeObject, toldBy?: Billing['toldBy']): Billing {
  return { paymentIds: paymentIdsOf(object), payerIds: payerIdsOf(object), toldBy }
}

/**
 * A checkout that was paid, or needed no payment. One that is still to be paid, as with manual capture or a bank transfer, is
 * none yet; but often it alone names the visitor, or says that they refused.
 */
export function checkoutFinished(session: StripeObject, options: FromStripeOptions): Draft | undefined {
  const mode = textAt(session, 'mode')
  const amount = numberAt(session, 'amount_total')
  if (mode === 'setup' || amount === undefined) return undefined
  if (textAt(session, 'payment_status') === 'unpaid') return checkoutPending(session, options)
  const { plan, billingInterval } = readFacts(valueAt(session, 'metadata'))
  const { money, noted, unreadable } = readAmount(amount, textAt(session, 'currency'))
  const checkout_id = idAt(session, 'id')
  const order_id = idAt(session, 'payment_intent') ?? checkout_id
  const told = {
    visitor: sessionVisitor(session, options.clientReference ?? 'visitor'),
    billing: billingOf(session, 'checkout'),
    fact: idAt(session, 'invoice') ?? order_id,
    unreadable,
  }
  const checkout = { checkout_id, ...(plan && { plan }), ...noted }
  if (mode !== 'subscription') {
    const properties = { ...checkout, payment_type: 'one_time', order_id } as const
    return { ...told, capture: { event: 'checkout_finished', ...money, properties } }
  }
  if (!billingInterval) {
    // Without an interval it would be no valid `checkout_finished`; the money counts all the same.
    return { ...told, capture: { event: 'purchase', ...money, properties: { ...checkout, order_id } } }
  }
  const subscription_id = idAt(session, 'subscription')
  const properties = {
    ...checkout,
    ...subscribed(billingInterval),
    ...(subscription_id && { subscription_id }),
  } as const
  return { ...told, capture: { event: 'checkout_finished', ...money, properties } }
}

/** No money has moved, so the amount is a property. */
function checkoutPending(session: StripeObject, options: FromStripeOptions): Draft | undefined {
  const checkout_id = idAt(session, 'id')
  if (checkout_id === undefined) return undefined
  const { plan } = readFacts(valueAt(session, 'metadata'))
  const { money, noted } = readAmount(numberAt(session, 'amount_total'), textAt(session, 'currency'))
  const due = money && { amount_due: money.value, currency: money.currency }
  return {
    visitor: sessionVisitor(session, options.clientReference ?? 'visitor'),
    billing: billingOf(session),
    fact: `${checkout_id}:pending`,
    capture: { event: 'checkout_pending', properties: { checkout_id, ...(plan && { plan }), ...due, ...noted } },
  }
}

/** A checkout that ran out of time, or whose payment failed after it. */
export function checkoutCancelled(
  session: StripeObject,
  reason: 'user_abandoned' | 'payment_failed',
  options: FromStripeOptions,
): Draft | undefined {
  const mode = textAt(session, 'mode')
  if (mode === 'setup') return undefined
  const { plan, billingInterval } = readFacts(valueAt(session, 'metadata'))
  const { money } = readAmount(numberAt(session, 'amount_total'), textAt(session, 'currency'))
  const checkout = { checkout_id: idAt(session, 'id'), ...(plan && { plan }), reason }
  const kind =
    mode === 'subscription'
      ? ({ payment_type: 'subscription', ...(billingInterval && { billing_interval: billingInterval }) } as const)
      : ({ payment_type: 'one_time' } as const)
  return {
    visitor: sessionVisitor(session, options.clientReference ?? 'visitor'),
    billing: billingOf(session),
    capture: { event: 'checkout_cancelled', ...money, properties: { ...checkout, ...kind } },
  }
}

function subscribed(billing_interval: BillingInterval) {
  return { payment_type: 'subscription', billing_interval } as const
}

/** A payment by the intent that an app made itself, or that Stripe made for a checkout or an invoice. */
export function intentSucceeded(intent: StripeObject, apiVersion: string): Draft | undefined {
  const id = idAt(intent, 'id')
  const amount = numberAt(intent, 'amount_received') ?? numberAt(intent, 'amount')
  return id === undefined || amount === 0 ? undefined : purchase(intent, { id, amount, apiVersion })
}

/** A charge is what an intent comes to, so it is the same payment; or a payment of its own, in old integrations. */
export function chargeSucceeded(charge: StripeObject, apiVersion: string): Draft | undefined {
  const id = idAt(charge, 'payment_intent') ?? idAt(charge, 'id')
  const isCaptured = valueAt(charge, 'captured') !== false
  const amount = numberAt(charge, 'amount_captured') ?? numberAt(charge, 'amount')
  if (id === undefined || !isCaptured || amount === 0) return undefined
  const draft = purchase(charge, { id, amount, apiVersion })
  if (!isCapturedInParts(charge)) return draft
  return { ...draft, fact: `${id}:captured:${amount}`, billing: { ...draft.billing, toldBy: 'capture' } }
}

/**
 * Another capture of a charge, which has the sum so far. An update of anything else is none.
 *
 * Stripe's reference says of `charge.updated` that it comes with an asynchronous capture; that it comes with each of several, too,
 * is from stripe/stripe-commercetools-connect-app (docs/multiple-refunds-multicapture.md).
 */
export function chargeUpdated(
  charge: StripeObject,
  before: StripeObject | undefined,
  apiVersion: string,
): Draft | undefined {
  return numberAt(before, 'amount_captured') === undefined ? undefined : chargeSucceeded(charge, apiVersion)
}

/** The intent succeeds only with the last capture. Source: https://docs.stripe.com/payments/multicapture. */
function isCapturedInParts(charge: StripeObject): boolean {
  return textAt(charge, 'payment_method_details', 'card', 'multicapture', 'status') === 'available'
}

function purchase(
  object: StripeObject,
  { id, amount, apiVersion }: { readonly id: string; readonly amount: number | undefined; readonly apiVersion: string },
): Draft {
  const { money, noted, unreadable } = readAmount(amount, textAt(object, 'currency'))
  const { plan } = readFacts(valueAt(object, 'metadata'))
  return {
    visitor: laterVisitor(object),
    capture: { event: 'purchase', ...money, properties: { order_id: id, ...(plan && { plan }), ...noted } },
    fact: id,
    billing: { ...billingOf(object, 'payment'), released: releasedBy(object, apiVersion) },
    unreadable,
  }
}

/**
 * From this version on, the release of what was not captured makes no refund. Source:
 * https://docs.stripe.com/changelog/basil/2025-03-31/remove-refund-from-partial-capture-and-payment-cancellation-flow.
 */
const WITHOUT_RELEASE = '2025-03-31'

/** What a payment that was captured in part leaves, where Stripe makes a refund for it. */
function releasedBy(payment: StripeObject, apiVersion: string): number | undefined {
  const captured = numberAt(payment, 'amount_received') ?? numberAt(payment, 'amount_captured')
  const rest = (numberAt(payment, 'amount') ?? 0) - (captured ?? 0)
  const isOld = apiVersion !== '' && apiVersion < WITHOUT_RELEASE
  if (captured === undefined || rest <= 0 || !(isOld || (numberAt(payment, 'amount_refunded') ?? 0) >= rest))
    return undefined
  return readAmount(rest, textAt(payment, 'currency')).money?.value
}

/** A part of an invoice was paid, often the whole of it. Only here do newer API versions name intent and invoice together. */
export function invoicePartPaid(payment: StripeObject): Draft | undefined {
  const invoice_id = idAt(payment, 'invoice')
  const fact = paidBy(payment).find((id) => id !== undefined)
  const amount = numberAt(payment, 'amount_paid')
  if (invoice_id === undefined || !amount) return undefined
  const { money, noted, unreadable } = readAmount(amount, textAt(payment, 'currency'))
  const subscription_id = subscriptionOf(payment)
  const properties = { invoice_id, ...(subscription_id && { subscription_id }), ...noted }
  return {
    visitor: laterVisitor(payment),
    capture: { event: 'invoice_paid', ...money, properties },
    fact: fact ?? idAt(payment, 'id'),
    billing: billingOf(payment, 'payment'),
    unreadable,
  }
}

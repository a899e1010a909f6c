import { readAmount } from './amount.ts'
import type { Draft, FromStripeOptions } from './capture.ts'
import { billingOf } from './payment-events.ts'
import { billedPlan, planProperties } from './plan.ts'
import { subscriptionOf } from './references.ts'
import { idAt, numberAt, type StripeObject, textAt } from './stripe-event.ts'
import { invoiceVisitor } from './visitor.ts'

/** Why the invoices of a Checkout session are written: for its subscription, or by `invoice_creation`. */
const OF_A_CHECKOUT = ['subscription_create', 'manual']

/** A paid invoice; none for one without money, as of a trial. */
export function invoicePaid(invoice: StripeObject, options: FromStripeOptions): Draft | undefined {
  const invoice_id = idAt(invoice, 'id')
  const reason = textAt(invoice, 'billing_reason') ?? ''
  const amount = numberAt(invoice, 'amount_paid')
  if (invoice_id === undefined || amount === 0) return undefined
  if (options.payments === 'checkout' && OF_A_CHECKOUT.includes(reason)) return undefined
  const { money, noted, unreadable } = readAmount(amount, textAt(invoice, 'currency'))
  const told = {
    visitor: invoiceVisitor(invoice),
    billing: billingOf(invoice, 'invoice'),
    fact: invoice_id,
    unreadable,
  }
  const subscription_id = subscriptionOf(invoice)
  const plan = billedPlan(invoice, options)
  const shared = { invoice_id, ...(subscription_id && { subscription_id }), ...noted }
  if (reason === 'subscription_cycle' && plan) {
    const properties = { ...shared, ...planProperties(plan) }
    return { ...told, capture: { event: 'subscription_renewed', ...money, properties } }
  }
  const properties = { ...shared, ...(plan && planProperties(plan)) }
  return { ...told, capture: { event: 'invoice_paid', ...money, properties } }
}

/** No money has moved, so the amount is a property. */
export function invoicePaymentFailed(invoice: StripeObject): Draft | undefined {
  const invoice_id = idAt(invoice, 'id')
  if (invoice_id === undefined) return undefined
  const { money, noted } = readAmount(numberAt(invoice, 'amount_due'), textAt(invoice, 'currency'))
  const nextAttempt = numberAt(invoice, 'next_payment_attempt')
  const properties = {
    invoice_id,
    subscription_id: subscriptionOf(invoice),
    ...(money && { amount_due: money.value, currency: money.currency }),
    ...noted,
    attempt: numberAt(invoice, 'attempt_count'),
    next_attempt_at: nextAttempt === undefined ? undefined : new Date(nextAttempt * 1_000).toISOString(),
  }
  return {
    visitor: invoiceVisitor(invoice),
    capture: { event: 'invoice_payment_failed', properties },
    billing: billingOf(invoice),
  }
}

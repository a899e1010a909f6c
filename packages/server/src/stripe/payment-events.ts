import type { BillingInterval } from '@threadline/schema'
import type Stripe from 'stripe'
import { fromStripeAmount } from './amount.ts'
import type { Draft, FromStripeOptions } from './capture.ts'
import { readFacts } from './metadata.ts'
import { chargeVisitor, idOf, invoiceVisitor, sessionVisitor, subscriptionOf } from './visitor.ts'

const DAY_SECONDS = 86_400

/** A checkout that was paid, or needed no payment. One that is still to be paid is none yet. */
export function checkoutFinished(session: Stripe.Checkout.Session, options: FromStripeOptions): Draft | undefined {
  const { mode, payment_status, amount_total, currency } = session
  const isSubscription = mode === 'subscription'
  if (payment_status === 'unpaid' || mode === 'setup' || amount_total === null || currency === null) return undefined
  if (isSubscription && options.firstPayment === 'invoice') return undefined
  const { plan, billingInterval } = readFacts(session.metadata)
  const visitor = sessionVisitor(session, options.clientReference ?? 'visitor')
  const money = fromStripeAmount(amount_total, currency)
  const order_id = idOf(session.payment_intent) ?? session.id
  const checkout = { checkout_id: session.id, ...(plan && { plan }) }
  if (!isSubscription) {
    const properties = { ...checkout, payment_type: 'one_time', order_id } as const
    return { visitor, capture: { event: 'checkout_finished', ...money, properties } }
  }
  if (!billingInterval) {
    // Without an interval it would be no valid `checkout_finished`; the money counts all the same.
    return { visitor, capture: { event: 'purchase', ...money, properties: { ...checkout, order_id: session.id } } }
  }
  const subscription_id = idOf(session.subscription)
  const properties = {
    ...checkout,
    payment_type: 'subscription',
    billing_interval: billingInterval,
    ...(subscription_id && { subscription_id }),
  } as const
  return { visitor, capture: { event: 'checkout_finished', ...money, properties } }
}

/** A paid invoice; none for one without money, and for the first of a subscription, whose checkout stands for it. */
export function invoicePaid(invoice: Stripe.Invoice, options: FromStripeOptions): Draft | undefined {
  const isFirst = invoice.billing_reason === 'subscription_create'
  if (invoice.amount_paid === 0 || (isFirst && options.firstPayment !== 'invoice')) return undefined
  const visitor = invoiceVisitor(invoice)
  const money = fromStripeAmount(invoice.amount_paid, invoice.currency)
  const subscription_id = subscriptionOf(invoice)
  const { plan, billing_interval } = billedPlan(invoice, options)
  const shared = { invoice_id: invoice.id, ...(subscription_id && { subscription_id }) }
  if (invoice.billing_reason === 'subscription_cycle' && plan && billing_interval) {
    return {
      visitor,
      capture: { event: 'subscription_renewed', ...money, properties: { ...shared, plan, billing_interval } },
    }
  }
  const properties = { ...shared, ...(plan && { plan }), ...(billing_interval && { billing_interval }) }
  return { visitor, capture: { event: 'invoice_paid', ...money, properties } }
}

/** No money has moved, so the amount is a property. */
export function invoicePaymentFailed(invoice: Stripe.Invoice): Draft {
  const { value, currency } = fromStripeAmount(invoice.amount_due, invoice.currency)
  const { next_payment_attempt: nextAttempt } = invoice
  const properties = {
    invoice_id: invoice.id,
    subscription_id: subscriptionOf(invoice),
    amount_due: value,
    currency,
    attempt: invoice.attempt_count,
    next_attempt_at: nextAttempt === null ? undefined : new Date(nextAttempt * 1_000).toISOString(),
  }
  return { visitor: invoiceVisitor(invoice), capture: { event: 'invoice_payment_failed', properties } }
}

const REFUND_REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const

/** What this refund gave back. A charge's own amount is the sum of all its refunds so far. */
export function refunded({
  object: charge,
  previous_attributes: before,
}: Stripe.ChargeRefundedEvent.Data): Draft | undefined {
  const amount = charge.amount_refunded - (before?.amount_refunded ?? 0)
  if (amount <= 0) return undefined
  const given = charge.refunds?.data[0]?.reason
  const reason = REFUND_REASONS.find((known) => known === given)
  const properties = { order_id: idOf(charge.payment_intent) ?? charge.id, ...(reason && { reason }) }
  const money = fromStripeAmount(amount, charge.currency)
  return { visitor: chargeVisitor(charge), capture: { event: 'refunded', ...money, properties } }
}

/** The plan that an invoice bills: by the first line whose period is a whole interval, which prorations are not. */
function billedPlan(
  invoice: Stripe.Invoice,
  { plans = {} }: FromStripeOptions,
): { readonly plan?: string; readonly billing_interval?: BillingInterval } {
  for (const { period, pricing } of invoice.lines?.data ?? []) {
    const billing_interval = intervalOf(period.end - period.start)
    const price = idOf(pricing?.price_details?.price)
    if (billing_interval && price) return { plan: plans[price] ?? price, billing_interval }
  }
  return {}
}

/** The interval that lasts so many seconds: months have 28 to 31 days, and clocks change. */
function intervalOf(seconds: number): BillingInterval | undefined {
  const days = Math.round(seconds / DAY_SECONDS)
  if (days === 7) return 'week'
  if (days >= 28 && days <= 31) return 'month'
  return days === 365 || days === 366 ? 'year' : undefined
}

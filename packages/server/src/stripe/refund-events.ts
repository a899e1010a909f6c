import { readAmount } from './amount.ts'
import type { Draft } from './capture.ts'
import { billingOf } from './payment-events.ts'
import { reference } from './references.ts'
import { idAt, listAt, numberAt, type StripeObject, textAt, valueAt } from './stripe-event.ts'
import { laterVisitor } from './visitor.ts'

const REFUND_REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'] as const

/**
 * What this refund gave back. A charge's own amount is the sum of all its refunds so far, so the sum before is taken off.
 * `refund.created` tells of the same refund: whichever of the two a payment has more of is what counts.
 *
 * Stripe also calls refunded what was authorised and never captured: the rest of a charge that was captured in part, and
 * all of one that was voided. No money came, so none went back. Source:
 * https://docs.stripe.com/payments/place-a-hold-on-a-payment-method.
 */
export function chargeRefunded(charge: StripeObject, before: StripeObject | undefined): Draft | undefined {
  if (valueAt(charge, 'captured') === false) return paymentVoided(charge)
  const total = givenBack(charge, numberAt(charge, 'amount_refunded'))
  const amount = total - givenBack(charge, numberAt(before, 'amount_refunded'))
  if (amount <= 0) return undefined
  const { money, noted, unreadable } = readAmount(amount, textAt(charge, 'currency'))
  const properties = { ...reasonOf(listAt(charge, 'refunds')[0]), ...orderOf(charge), ...noted }
  return {
    visitor: laterVisitor(charge),
    capture: { event: 'refunded', ...money, properties },
    billing: { ...billingOf(charge), refundedTotal: readAmount(total, textAt(charge, 'currency')).money?.value },
    unreadable,
  }
}

/**
 * An authorisation ended without a capture. Up to API version 2025-02-24 Stripe makes a refund for it, which this tells from
 * those that give money back. Source: {@link releasedBy}.
 */
export function paymentVoided(charge: StripeObject): Draft | undefined {
  const order_id = idAt(charge, 'payment_intent') ?? idAt(charge, 'id')
  if (order_id === undefined) return undefined
  const { money, noted } = readAmount(numberAt(charge, 'amount'), textAt(charge, 'currency'))
  const held = money && { amount_held: money.value, currency: money.currency }
  return {
    visitor: laterVisitor(charge),
    capture: { event: 'payment_voided', properties: { order_id, ...held, ...noted } },
    fact: order_id,
    billing: { ...billingOf(charge), released: money?.value },
  }
}

/** What of a sum that Stripe calls refunded had been captured. */
function givenBack(charge: StripeObject, refunded = 0): number {
  const authorised = numberAt(charge, 'amount') ?? 0
  const uncaptured = authorised - (numberAt(charge, 'amount_captured') ?? authorised)
  return Math.max(0, refunded - Math.max(0, uncaptured))
}

/** A refund of its own: given, or failed or cancelled after it was. */
export function refundTold(refund: StripeObject): Draft | undefined {
  const id = idAt(refund, 'id')
  const amount = numberAt(refund, 'amount')
  if (id === undefined || !amount) return undefined
  const { money, noted, unreadable } = readAmount(amount, textAt(refund, 'currency'))
  const told = {
    visitor: laterVisitor(refund),
    fact: id,
    billing: { ...billingOf(refund), refundId: reference(id) },
    unreadable,
  }
  const status = textAt(refund, 'status')
  if (status === 'failed' || status === 'canceled') {
    const reason = textAt(refund, 'failure_reason') ?? status
    const properties = { ...orderOf(refund), reason, ...noted }
    return { ...told, capture: { event: 'refund_failed', ...money, properties } }
  }
  const properties = { ...orderOf(refund), ...reasonOf(refund), ...noted }
  return { ...told, capture: { event: 'refunded', ...money, properties } }
}

/**
 * The money of a dispute: withdrawn while it is open, and for good when it is lost. An inquiry (`warning_…`) withdraws
 * nothing, and neither does one that was prevented by a refund. Source: https://docs.stripe.com/disputes/how-disputes-work.
 */
export function disputeTold(dispute: StripeObject, type: string): Draft | undefined {
  const id = idAt(dispute, 'id')
  const status = textAt(dispute, 'status') ?? ''
  const isWon = type === 'charge.dispute.funds_reinstated' || status === 'won'
  if (id === undefined || (hasMovedNothing(dispute, status) && !isWon)) return undefined
  const { money, noted, unreadable } = readAmount(numberAt(dispute, 'amount'), textAt(dispute, 'currency'))
  const reason = textAt(dispute, 'reason')
  const properties = { dispute_id: id, ...orderOf(dispute), ...(reason && { reason }), ...noted }
  return {
    visitor: laterVisitor(dispute),
    capture: { event: isWon ? 'dispute_won' : 'payment_disputed', ...money, properties },
    fact: id,
    billing: { ...billingOf(dispute), refundId: reference(id) },
    unreadable,
  }
}

/** By its status; of one that was prevented, by whether Stripe has booked anything for it. */
function hasMovedNothing(dispute: StripeObject, status: string): boolean {
  if (status.startsWith('warning_')) return true
  return status === 'prevented' && listAt(dispute, 'balance_transactions').length === 0
}

/** As `purchase` and `checkout_finished` have it. */
function orderOf(object: StripeObject): { readonly order_id?: string } {
  const charge = textAt(object, 'object') === 'charge' ? idAt(object, 'id') : idAt(object, 'charge')
  const order_id = idAt(object, 'payment_intent') ?? charge
  return order_id === undefined ? {} : { order_id }
}

function reasonOf(refund: StripeObject | undefined): { readonly reason?: (typeof REFUND_REASONS)[number] } {
  const given = textAt(refund, 'reason')
  const reason = REFUND_REASONS.find((known) => known === given)
  return reason ? { reason } : {}
}

import type { Billing, SubscriptionState, SubscriptionTerms, TrackEvent } from '@threadline/schema'
import { STAGE_EVENTS } from '../stage.ts'
import type { BillingFacts, SubscriptionRow } from '../store/store.ts'
import { type Terms, termsKey } from '../store/subscription-steps.ts'

/** What tells that a payment was made. */
const PAYMENTS: ReadonlySet<string> = new Set(STAGE_EVENTS.customer)

/** All that money is counted by. */
const MONEY: ReadonlySet<string> = new Set([
  ...PAYMENTS,
  'refunded',
  'refund_failed',
  'payment_disputed',
  'dispute_won',
])

/** What a provider's name and a member without a value come to in code: as an id it would join everybody's payments. */
const NOTHING = /:\s*(null|undefined|nan|\[object object\])?\s*$/i

/** The ids that name something. One that names nothing is left out, so that no money is lost to it. */
function naming(ids: readonly string[] = []): readonly string[] {
  return ids.filter((id) => !NOTHING.test(id))
}

/** Who pays and for what. A subscription that is told of is among them, also where its sender named the customer alone. */
function payerIdsOf({ payerIds = [], subscription }: Pick<Billing, 'payerIds' | 'subscription'>): readonly string[] {
  const isNamed = subscription === undefined || payerIds.includes(subscription.id)
  return naming(isNamed ? payerIds : [...payerIds, subscription.id])
}

/**
 * A refund that names no payment is one of a payment that nobody saw: it stands for that itself. What is about a
 * subscription and no money is found by that.
 */
export function paymentRef({ event, billing }: TrackEvent): string | null {
  const subscription = MONEY.has(event) ? undefined : payerIdsOf(billing ?? {}).at(-1)
  return naming(billing?.paymentIds)[0] ?? billing?.refundId ?? subscription ?? null
}

/** Null where the sender did not say. */
export function livemode({ billing }: TrackEvent): number | null {
  return billing?.livemode === undefined ? null : Number(billing.livemode)
}

/** What the event says beyond itself: what leads to the same payment, and to the same person. */
export function billingFacts(event: TrackEvent, billing: Billing, project: string): BillingFacts {
  const { subscription } = billing
  const paymentIds = naming(billing.paymentIds)
  const payerIds = payerIdsOf(billing)
  const ids = [...paymentIds, ...payerIds]
  const visitor = event.anonymousId
  const refuses = event.event === '$forget_payment'
  return {
    paymentIds,
    payerIds,
    subscriptionId: subscriptionId(event, payerIds),
    about: paymentIds[0] ?? payerIds.at(-1) ?? null,
    // One whose amount is unknown counts as nothing, so its refund lowers nothing either.
    paid: PAYMENTS.has(event.event) && event.value !== undefined,
    refuses,
    visitor: visitor === undefined || ids.includes(visitor) ? null : visitor,
    user: event.userId ?? null,
    subscription: subscription ? subscriptionRow(subscription, { event, billing, project }) : null,
  }
}

/** A customer comes before a subscription. A refusal names no customer. */
function subscriptionId({ event, billing }: TrackEvent, payerIds: readonly string[]): string | null {
  const isLast = payerIds.length > 1 || event === '$forget_payment' || payerIds[0] === billing?.subscription?.id
  return isLast ? (payerIds.at(-1) ?? null) : null
}

function subscriptionRow(
  state: SubscriptionState,
  { event, billing, project }: { readonly event: TrackEvent; readonly billing: Billing; readonly project: string },
): SubscriptionRow {
  return {
    event: JSON.stringify([event.event, event.eventId]),
    previous: state.previous ? termsKey(termsOf(state.previous)) : null,
    project,
    subscription: state.id,
    changed_at: Date.parse(state.changedAt),
    ...termsOf(state),
    currency: state.currency,
    account: billing.account ?? null,
    livemode: billing.livemode === false ? 0 : 1,
  }
}

function termsOf({ billed, plan, interval, intervalCount, amount }: SubscriptionTerms): Terms {
  return {
    billed: Number(billed),
    plan,
    billing_interval: interval,
    interval_count: intervalCount,
    amount: amount ?? null,
  }
}

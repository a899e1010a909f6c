import type { Billing, SubscriptionState, TrackEvent } from '@threadline/schema'
import { STAGE_EVENTS } from '../stage.ts'
import type { BillingFacts, SubscriptionRow } from '../store/store.ts'

/** What tells that a payment was made. */
const PAYMENTS: ReadonlySet<string> = new Set(STAGE_EVENTS.customer)

/** A refund that names no payment is one of a payment that nobody saw: it stands for that itself. */
export function paymentRef({ billing }: TrackEvent): string | null {
  return billing?.paymentIds?.[0] ?? billing?.refundId ?? null
}

/** Null where the sender did not say. */
export function livemode({ billing }: TrackEvent): number | null {
  return billing?.livemode === undefined ? null : Number(billing.livemode)
}

/** What the event says beyond itself: what leads to the same payment, and to the same person. */
export function billingFacts(event: TrackEvent, billing: Billing, project: string): BillingFacts {
  const { paymentIds = [], payerIds = [], subscription } = billing
  const ids = [...paymentIds, ...payerIds]
  const visitor = event.anonymousId
  return {
    paymentIds,
    payerIds,
    paid: PAYMENTS.has(event.event),
    visitor: visitor === undefined || ids.includes(visitor) ? null : visitor,
    user: event.userId ?? null,
    subscription: subscription ? subscriptionRow(subscription, billing, project) : null,
  }
}

function subscriptionRow(state: SubscriptionState, billing: Billing, project: string): SubscriptionRow {
  return {
    project,
    subscription: state.id,
    changed_at: Date.parse(state.changedAt),
    billed: Number(state.billed),
    plan: state.plan,
    billing_interval: state.interval,
    interval_count: state.intervalCount,
    amount: state.amount ?? null,
    currency: state.currency,
    account: billing.account ?? null,
    livemode: billing.livemode === false ? 0 : 1,
  }
}

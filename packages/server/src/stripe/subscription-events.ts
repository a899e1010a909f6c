import type { SubscriptionTerms } from '@threadline/schema'
import type { CancelReason, Draft, FromStripeOptions, StripeCapture } from './capture.ts'
import { itemsKey, type Plan, planProperties, subscribedPlan, subscriptionState } from './plan.ts'
import { payerIdsOf } from './references.ts'
import { listAt, numberAt, objectAt, type StripeObject, textAt, valueAt } from './stripe-event.ts'
import { laterVisitor, visitorOf } from './visitor.ts'

const DAY_SECONDS = 86_400

/** A subscription as one webhook has it. */
interface Told {
  readonly subscription: StripeObject
  readonly before: StripeObject
  readonly plan: Plan
  readonly options: FromStripeOptions
}

export interface SubscriptionEvent {
  readonly subscription: StripeObject
  /** What the changed members were. */
  readonly before: StripeObject | undefined
  readonly type: string
  /** In seconds since the epoch. */
  readonly created: number
}

/**
 * What a webhook says of a subscription's life, and how the subscription stands after it. Every change tells how it stands,
 * also one without a meaning of its own, such as another card: so a state that was missed is made good by the next.
 */
export function subscriptionTold(event: SubscriptionEvent, options: FromStripeOptions): Draft | undefined {
  const { subscription, before = {}, type, created } = event
  const plan = subscribedPlan(subscription, options)
  if (!plan) return undefined
  const phase = type.slice(type.lastIndexOf('.') + 1)
  const capture = captureOf(phase, { subscription, before, plan, options })
  if (!capture) return undefined
  const isNew = phase === 'created'
  const state = subscriptionState(subscription, plan)
  const previous = phase === 'updated' ? termsBefore({ subscription, before, plan, options }) : undefined
  return {
    visitor: isNew ? visitorOf(subscription) : laterVisitor(subscription),
    capture,
    fact: FACTS[capture.event]?.(textAt(subscription, 'id') ?? '', created),
    billing: {
      payerIds: payerIdsOf(subscription),
      subscription: state && {
        ...state,
        changedAt: new Date(created * 1_000 + (ORDER[phase] ?? 1)).toISOString(),
        ...(previous && { previous }),
      },
    },
  }
}

function termsBefore({ subscription, before, plan, options }: Told): SubscriptionTerms | undefined {
  const earlier = { ...subscription, ...before }
  const state = subscriptionState(earlier, subscribedPlan(earlier, options) ?? plan)
  if (!state) return undefined
  const { billed, interval, intervalCount, amount } = state
  return { billed, plan: state.plan, interval, intervalCount, ...(amount !== undefined && { amount }) }
}

/**
 * Stripe's clock has seconds: within one, a subscription is created before it is updated, and deleted at the end. Of several
 * updates each says what it changed, by which the collector puts them in order.
 */
const ORDER: { readonly [phase: string]: number } = { created: 0, updated: 1, deleted: 2 }

/** Told by two webhooks at once, `updated` and one of its own. */
const FACTS: { readonly [event: string]: (id: string, created: number) => string } = {
  subscription_paused: (id, created) => `${id}:paused:${created}`,
  subscription_resumed: (id, created) => `${id}:resumed:${created}`,
}

function captureOf(phase: string, told: Told): StripeCapture | undefined {
  switch (phase) {
    case 'created':
      return begun(told)
    case 'updated':
      return (
        statusChanged(told) ??
        collectionChanged(told) ??
        cancelChanged(told) ??
        itemsChanged(told) ??
        lifeEvent('subscription_updated', told)
      )
    case 'paused':
      return lifeEvent('subscription_paused', told)
    case 'resumed':
      return lifeEvent('subscription_resumed', told)
    case 'deleted':
      return ended(told)
    default:
      return undefined
  }
}

/** A trial, or a paid subscription. One whose first payment is pending has not begun. */
function begun(told: Told): StripeCapture | undefined {
  const status = textAt(told.subscription, 'status')
  if (status === 'trialing') return trialStarted(told)
  return status === 'active' ? subscriptionStarted(told, false) : undefined
}

function statusChanged(told: Told): StripeCapture | undefined {
  const was = textAt(told.before, 'status')
  const is = textAt(told.subscription, 'status')
  if (was === undefined || was === is || is === 'canceled') return undefined
  if (was === 'incomplete') return begun(told)
  if (was === 'trialing') {
    // Its invoice is a draft for an hour: whether it becomes a payment is told by that, not by the status.
    return is === 'active' ? subscriptionStarted(told, true) : trialEnded(told, 'expired')
  }
  if (is === 'past_due' || is === 'unpaid') return lifeEvent('subscription_past_due', told)
  if (is === 'paused') return lifeEvent('subscription_paused', told)
  if (is !== 'active') return undefined
  return lifeEvent(was === 'paused' ? 'subscription_resumed' : 'subscription_recovered', told)
}

function collectionChanged(told: Told): StripeCapture | undefined {
  if (!('pause_collection' in told.before)) return undefined
  const was = objectAt(told.before, 'pause_collection') !== undefined
  const is = objectAt(told.subscription, 'pause_collection') !== undefined
  return was === is ? undefined : lifeEvent(is ? 'subscription_paused' : 'subscription_resumed', told)
}

function cancelChanged(told: Told): StripeCapture | undefined {
  const { subscription, before } = told
  const was = isEnding({ ...subscription, ...before })
  const is = isEnding(subscription)
  if (was === is) return undefined
  if (!is) return lifeEvent('subscription_cancel_withdrawn', told)
  const at = numberAt(subscription, 'cancel_at') ?? periodEnd(subscription)
  const effective_at = at === undefined ? undefined : new Date(at * 1_000).toISOString()
  const properties = { ...propertiesOf(told), reason: cancelReason(subscription), effective_at }
  return { event: 'subscription_cancel_scheduled', properties }
}

/** By a date, or at the end of the period. */
function isEnding(subscription: StripeObject): boolean {
  return valueAt(subscription, 'cancel_at_period_end') === true || numberAt(subscription, 'cancel_at') !== undefined
}

/** On the items since 2025-03-31 (basil). */
function periodEnd(subscription: StripeObject): number | undefined {
  return (
    numberAt(subscription, 'current_period_end') ?? numberAt(listAt(subscription, 'items')[0], 'current_period_end')
  )
}

/** Another price, quantity or interval of any item, whatever the plan is called. */
function itemsChanged(told: Told): StripeCapture | undefined {
  const { subscription, before, plan, options } = told
  const earlier = { ...subscription, ...before }
  if (itemsKey(earlier) === itemsKey(subscription)) return undefined
  const previous = subscribedPlan(earlier, options) ?? plan
  const amount = subscriptionState(subscription, plan)?.amount
  const previous_amount = subscriptionState(earlier, previous)?.amount
  const properties = {
    ...propertiesOf(told),
    ...(amount !== undefined && { amount }),
    previous_plan: previous.plan,
    previous_quantity: previous.quantity,
    ...(previous_amount !== undefined && { previous_amount }),
  }
  return { event: 'subscription_changed', properties }
}

/** The end: of a trial when it was still one, else of a paid subscription. */
function ended(told: Told): StripeCapture {
  const { subscription, plan } = told
  const trialEnd = numberAt(subscription, 'trial_end')
  const endedAt = numberAt(subscription, 'ended_at')
  if (trialEnd !== undefined && endedAt !== undefined && endedAt <= trialEnd) {
    return trialEnded(told, endedAt < trialEnd ? 'cancelled' : 'expired')
  }
  const properties = {
    ...planProperties(plan),
    payment_type: 'subscription',
    reason: cancelReason(subscription),
    subscription_id: textAt(subscription, 'id'),
  } as const
  return { event: 'subscription_cancelled', properties }
}

function trialStarted({ subscription, plan: { plan } }: Told): StripeCapture | undefined {
  const start = numberAt(subscription, 'trial_start')
  const end = numberAt(subscription, 'trial_end')
  if (start === undefined || end === undefined) return undefined
  const trial_days = Math.round((end - start) / DAY_SECONDS)
  return { event: 'trial_started', properties: { plan, trial_days, payment_type: 'subscription' } }
}

function trialEnded({ plan: { plan } }: Told, reason: 'expired' | 'cancelled'): StripeCapture {
  return { event: 'trial_ended', properties: { plan, converted: false, reason, payment_type: 'subscription' } }
}

/** `value` is the list price of one interval, where it is known. */
function subscriptionStarted(told: Told, afterTrial: boolean): StripeCapture {
  const { subscription, plan } = told
  const state = subscriptionState(subscription, plan)
  const money = state?.amount === undefined ? {} : { value: state.amount, currency: state.currency }
  const properties = {
    ...planProperties(plan),
    subscription_id: textAt(subscription, 'id'),
    ...(afterTrial && { after_trial: true }),
  }
  return { event: 'subscription_started', ...money, properties }
}

type LifeEvent =
  | 'subscription_past_due'
  | 'subscription_recovered'
  | 'subscription_paused'
  | 'subscription_resumed'
  | 'subscription_cancel_withdrawn'
  | 'subscription_updated'

function lifeEvent(event: LifeEvent, told: Told): StripeCapture {
  return { event, properties: propertiesOf(told) }
}

function propertiesOf({ subscription, plan }: Told) {
  return {
    ...planProperties(plan),
    quantity: plan.quantity,
    subscription_id: textAt(subscription, 'id') ?? '',
  }
}

function cancelReason(subscription: StripeObject): CancelReason {
  const reason = textAt(subscription, 'cancellation_details', 'reason')
  if (reason === 'cancellation_requested') return 'user_request'
  return reason === 'payment_failed' ? 'payment_failed' : 'other'
}

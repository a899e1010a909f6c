import type { BillingInterval } from '@threadline/schema'
import type Stripe from 'stripe'
import { fromStripeAmount } from './amount.ts'
import type { Draft, FromStripeOptions } from './capture.ts'
import { isInterval } from './metadata.ts'
import { subscriptionVisitor } from './visitor.ts'

const DAY_SECONDS = 86_400

/** A new subscription: a trial, or a paid one. One whose first payment is pending has not begun. */
export function subscriptionCreated(subscription: Stripe.Subscription, options: FromStripeOptions): Draft | undefined {
  if (subscription.status === 'trialing') return trialStarted(subscription, options)
  return subscription.status === 'active' ? subscriptionStarted(subscription, options, true) : undefined
}

/** The end of a trial, the first payment, or another plan; nothing else that may change. */
export function subscriptionUpdated(
  { object: subscription, previous_attributes: before = {} }: Stripe.CustomerSubscriptionUpdatedEvent.Data,
  options: FromStripeOptions,
): Draft | undefined {
  if (before.status === 'trialing' && subscription.status !== 'trialing') {
    const converted = subscription.status === 'active'
    return trialEnded(subscription, options, converted ? 'converted' : 'expired')
  }
  if (before.status === 'incomplete' && subscription.status === 'active') {
    return subscriptionStarted(subscription, options, false)
  }
  const previous = before.items?.data[0]?.price
  return previous && previous.id !== priceOf(subscription)?.id
    ? subscriptionChanged(subscription, previous, options)
    : undefined
}

/** The end: of a trial when it was still one, else of a paid subscription. */
export function subscriptionDeleted(subscription: Stripe.Subscription, options: FromStripeOptions): Draft | undefined {
  const { trial_end: trialEnd, ended_at: endedAt } = subscription
  if (trialEnd !== null && endedAt !== null && endedAt <= trialEnd) {
    return trialEnded(subscription, options, endedAt < trialEnd ? 'cancelled' : 'expired')
  }
  const { plan, interval } = planOf(subscription, options)
  if (plan === undefined) return undefined
  const properties = {
    plan,
    payment_type: 'subscription',
    reason: cancelReason(subscription.cancellation_details),
    subscription_id: subscription.id,
    ...(interval && { billing_interval: interval }),
  } as const
  return { visitor: subscriptionVisitor(subscription, false), capture: { event: 'subscription_cancelled', properties } }
}

function trialStarted(subscription: Stripe.Subscription, options: FromStripeOptions): Draft | undefined {
  const { plan } = planOf(subscription, options)
  const { trial_start: start, trial_end: end } = subscription
  if (plan === undefined || start === null || end === null) return undefined
  const properties = {
    plan,
    trial_days: Math.round((end - start) / DAY_SECONDS),
    payment_type: 'subscription',
  } as const
  return { visitor: subscriptionVisitor(subscription, true), capture: { event: 'trial_started', properties } }
}

function trialEnded(
  subscription: Stripe.Subscription,
  options: FromStripeOptions,
  reason: 'converted' | 'expired' | 'cancelled',
): Draft | undefined {
  const { plan } = planOf(subscription, options)
  if (plan === undefined) return undefined
  const properties = { plan, converted: reason === 'converted', reason, payment_type: 'subscription' } as const
  return { visitor: subscriptionVisitor(subscription, false), capture: { event: 'trial_ended', properties } }
}

function subscriptionStarted(
  subscription: Stripe.Subscription,
  options: FromStripeOptions,
  isNew: boolean,
): Draft | undefined {
  const { plan, interval, price, quantity } = planOf(subscription, options)
  if (plan === undefined || !interval) return undefined
  const amount = price?.unit_amount
  const money = typeof amount === 'number' ? fromStripeAmount(amount * quantity, subscription.currency) : {}
  const properties = { plan, billing_interval: interval, subscription_id: subscription.id }
  return {
    visitor: subscriptionVisitor(subscription, isNew),
    capture: { event: 'subscription_started', ...money, properties },
  }
}

function subscriptionChanged(
  subscription: Stripe.Subscription,
  previous: Stripe.Price,
  options: FromStripeOptions,
): Draft | undefined {
  const { plan, interval } = planOf(subscription, options)
  if (plan === undefined) return undefined
  const properties = {
    plan,
    previous_plan: planName(previous, options),
    subscription_id: subscription.id,
    ...(interval && { billing_interval: interval }),
  }
  return { visitor: subscriptionVisitor(subscription, false), capture: { event: 'subscription_changed', properties } }
}

interface Plan {
  readonly plan?: string
  readonly interval?: BillingInterval | undefined
  readonly price?: Stripe.Price
  readonly quantity: number
}

/** The plan of the first item: add-ons come after it. */
function planOf(subscription: Stripe.Subscription, options: FromStripeOptions): Plan {
  const price = priceOf(subscription)
  const quantity = subscription.items.data[0]?.quantity ?? 1
  if (!price) return { quantity }
  const { interval, interval_count: count } = price.recurring ?? {}
  return {
    plan: planName(price, options),
    interval: count === 1 && isInterval(interval) ? interval : undefined,
    price,
    quantity,
  }
}

function priceOf(subscription: Stripe.Subscription): Stripe.Price | undefined {
  return subscription.items.data[0]?.price
}

function planName(price: Stripe.Price, { plans = {} }: FromStripeOptions): string {
  return plans[price.id] ?? price.lookup_key ?? price.nickname ?? price.id
}

function cancelReason(
  details: Stripe.Subscription.CancellationDetails | null,
): 'user_request' | 'payment_failed' | 'other' {
  if (details?.reason === 'cancellation_requested') return 'user_request'
  return details?.reason === 'payment_failed' ? 'payment_failed' : 'other'
}

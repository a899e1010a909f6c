import type { SubscriptionState } from '@threadline/schema'
import { readAmount } from './amount.ts'
import type { FromStripeOptions } from './capture.ts'
import { sumOfProducts } from './decimal.ts'
import { isInterval } from './metadata.ts'
import { type Every, periodInterval, timesIn } from './period.ts'
import { idAt, listAt, numberAt, objectAt, type StripeObject, storableText, textAt, valueAt } from './stripe-event.ts'

/** What is billed, and how often. */
export interface Plan extends Every {
  readonly plan: string
  readonly quantity: number
}

/** The members of {@link Plan} as events have them. */
export function planProperties({ plan, interval, intervalCount }: Omit<Plan, 'quantity'>) {
  return { plan, billing_interval: interval, ...(intervalCount !== 1 && { interval_count: intervalCount }) }
}

/**
 * The plan of a subscription: that of its first item with a fixed price. What is metered comes on top of a plan, and is
 * the plan only where there is nothing else.
 */
export function subscribedPlan(subscription: StripeObject, options: FromStripeOptions): Plan | undefined {
  const items = listAt(subscription, 'items')
  const item = items.find((each) => !isMetered(each)) ?? items[0]
  const price = priceOf(item)
  const every = recurring(price)
  if (!item || !price || !every) return undefined
  return { plan: planName(price, options), ...every, quantity: numberAt(item, 'quantity') ?? 1 }
}

/** What a subscription adds to recurring revenue: its items with a fixed price, in the interval of its plan. */
export function subscriptionState(
  subscription: StripeObject,
  { plan, interval, intervalCount }: Plan,
): Omit<SubscriptionState, 'changedAt'> | undefined {
  const id = idAt(subscription, 'id')
  const status = textAt(subscription, 'status')
  const isPaused = objectAt(subscription, 'pause_collection') !== undefined
  const { money } = readAmount(listPrice(subscription, { interval, intervalCount }), textAt(subscription, 'currency'))
  if (id === undefined) return undefined
  const currency = money?.currency ?? readAmount(0, textAt(subscription, 'currency')).money?.currency
  if (currency === undefined) return undefined
  return {
    id: `stripe:${id}`,
    billed: (status === 'active' || status === 'past_due') && !isPaused,
    plan,
    interval,
    intervalCount,
    ...(money && { amount: money.value }),
    currency,
  }
}

/**
 * What all items with a fixed price come to in one interval of the plan. Items may have intervals of their own: what these
 * come to is converted, and rounded once for each interval. Undefined when any price is in tiers, or no whole number of Stripe's
 * units. Source: https://docs.stripe.com/billing/subscriptions/mixed-interval.
 */
function listPrice(subscription: StripeObject, plan: Every): number | undefined {
  const sums = new Map<number, StripeObject[]>()
  for (const item of listAt(subscription, 'items').filter((item) => !isMetered(item))) {
    const every = recurring(priceOf(item)) ?? plan
    const times = timesIn(plan, every)
    sums.set(times, [...(sums.get(times) ?? []), item])
  }
  let total = 0
  for (const [times, items] of sums) {
    const sum = sumOfProducts(items.map((item) => [unitPrice(priceOf(item)), billedQuantity(item)]))
    if (sum === undefined) return undefined
    total += Math.round(sum * times)
  }
  return total
}

/** What every item of a subscription is, in one text: two that differ bill something else. */
export function itemsKey(subscription: StripeObject): string {
  const items = listAt(subscription, 'items').map((item) => {
    const price = priceOf(item)
    return JSON.stringify([idAt(price, 'id'), unitPrice(price), recurring(price), numberAt(item, 'quantity')])
  })
  return items.sort().join()
}

/** Units may be billed in packages. Source: https://docs.stripe.com/products-prices/pricing-models#package-pricing. */
function billedQuantity(item: StripeObject): number {
  const quantity = numberAt(item, 'quantity') ?? 1
  const packageOf = numberAt(priceOf(item), 'transform_quantity', 'divide_by')
  if (packageOf === undefined) return quantity
  const packages = quantity / packageOf
  return textAt(priceOf(item), 'transform_quantity', 'round') === 'up' ? Math.ceil(packages) : Math.floor(packages)
}

/** A decimal number as text. The `stripe` package has objects for them in what it fetches, and texts in webhooks. */
function unitPrice(price: StripeObject | undefined): string | undefined {
  const whole = numberAt(price, 'unit_amount') ?? numberAt(price, 'amount')
  const decimal = valueAt(price, 'unit_amount_decimal') ?? valueAt(price, 'amount_decimal') ?? undefined
  return whole === undefined ? decimal && String(decimal) : String(whole)
}

/** What was called a plan before 2018-05-21 and still is on older items. */
function priceOf(item: StripeObject | undefined): StripeObject | undefined {
  return objectAt(item, 'price') ?? objectAt(item, 'plan')
}

/**
 * The plan that an invoice bills: that of the line for the latest period, which is the one ahead. What is metered is billed
 * for the period behind, and prorations are for a part of one.
 */
export function billedPlan(invoice: StripeObject, options: FromStripeOptions): Omit<Plan, 'quantity'> | undefined {
  const lines = listAt(invoice, 'lines').flatMap((line) => {
    const price = objectAt(line, 'price') ?? objectAt(line, 'plan')
    const priceId = idAt(line, 'pricing', 'price_details', 'price') ?? idAt(line, 'price') ?? idAt(line, 'plan')
    const start = numberAt(line, 'period', 'start')
    const end = numberAt(line, 'period', 'end')
    if (priceId === undefined || start === undefined || end === undefined) return []
    if (isProration(line) || isMetered(line)) return []
    const every = recurring(price) ?? periodInterval(start, end)
    return every ? [{ start, end, plan: price ? planName(price, options) : named(priceId, options), ...every }] : []
  })
  const [line] = lines.sort((a, b) => b.start - a.start || b.end - a.end)
  return line && { plan: line.plan, interval: line.interval, intervalCount: line.intervalCount }
}

/** In `parent` since 2025-03-31 (basil), on the line itself before. */
function isProration(line: StripeObject): boolean {
  return (
    valueAt(line, 'parent', 'subscription_item_details', 'proration') === true || valueAt(line, 'proration') === true
  )
}

function isMetered(item: StripeObject): boolean {
  return ['price', 'plan'].some(
    (kind) =>
      textAt(item, kind, 'recurring', 'usage_type') === 'metered' || textAt(item, kind, 'usage_type') === 'metered',
  )
}

function planName(price: StripeObject, options: FromStripeOptions): string {
  const id = idAt(price, 'id') ?? ''
  return given(id, options) ?? textAt(price, 'lookup_key') ?? textAt(price, 'nickname') ?? id
}

function named(priceId: string, options: FromStripeOptions): string {
  return given(priceId, options) ?? priceId
}

function given(priceId: string, { plans = {} }: FromStripeOptions): string | undefined {
  return Object.hasOwn(plans, priceId) ? storableText(plans[priceId] ?? '') : undefined
}

/** How often a price is billed: in `recurring`, or on what was called a plan. */
function recurring(price: StripeObject | undefined): Every | undefined {
  const interval = textAt(price, 'recurring', 'interval') ?? textAt(price, 'interval')
  const intervalCount = numberAt(price, 'recurring', 'interval_count') ?? numberAt(price, 'interval_count') ?? 1
  return isInterval(interval) ? { interval, intervalCount } : undefined
}

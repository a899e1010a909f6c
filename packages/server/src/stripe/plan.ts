import type { BillingInterval, SubscriptionState } from '@threadline/schema'
import { readAmount } from './amount.ts'
import type { FromStripeOptions } from './capture.ts'
import { isInterval } from './metadata.ts'
import { idAt, listAt, numberAt, objectAt, type StripeObject, textAt, valueAt } from './stripe-event.ts'

const DAY_SECONDS = 86_400

/** What is billed, and how often. */
export interface Plan {
  readonly plan: string
  readonly interval: BillingInterval
  readonly intervalCount: number
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
  const price = objectAt(item, 'price') ?? objectAt(item, 'plan')
  const every = recurring(price)
  if (!item || !price || !every) return undefined
  return { plan: planName(price, options), ...every, quantity: numberAt(item, 'quantity') ?? 1 }
}

/** What a subscription adds to recurring revenue: its items with a fixed price and the interval of its plan. */
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

/** Undefined when any price is in tiers, or no whole number of Stripe's units. */
function listPrice(subscription: StripeObject, every: Pick<Plan, 'interval' | 'intervalCount'>): number | undefined {
  const amounts = listAt(subscription, 'items')
    .filter((item) => !isMetered(item))
    .filter((item) => {
      const own = recurring(objectAt(item, 'price') ?? objectAt(item, 'plan'))
      return own?.interval === every.interval && own.intervalCount === every.intervalCount
    })
    .map((item) => unitPrice(objectAt(item, 'price')) * (numberAt(item, 'quantity') ?? 1))
  const sum = amounts.reduce((total, amount) => total + amount, 0)
  return Number.isInteger(sum) ? sum : undefined
}

function unitPrice(price: StripeObject | undefined): number {
  return numberAt(price, 'unit_amount') ?? Number(textAt(price, 'unit_amount_decimal') ?? Number.NaN)
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
    const every = recurring(price) ?? intervalOf(end - start)
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

export function planName(price: StripeObject, options: FromStripeOptions): string {
  const id = idAt(price, 'id') ?? ''
  return options.plans?.[id] ?? textAt(price, 'lookup_key') ?? textAt(price, 'nickname') ?? named(id, options)
}

function named(priceId: string, { plans = {} }: FromStripeOptions): string {
  return plans[priceId] ?? priceId
}

/** How often a price is billed: in `recurring`, or on what was called a plan. */
function recurring(price: StripeObject | undefined): Pick<Plan, 'interval' | 'intervalCount'> | undefined {
  const interval = textAt(price, 'recurring', 'interval') ?? textAt(price, 'interval')
  const intervalCount = numberAt(price, 'recurring', 'interval_count') ?? numberAt(price, 'interval_count') ?? 1
  return isInterval(interval) ? { interval, intervalCount } : undefined
}

const LONGEST_MONTHS = 36

/** The interval that lasts so many seconds: months have 28 to 31 days, and clocks change. */
function intervalOf(seconds: number): Pick<Plan, 'interval' | 'intervalCount'> | undefined {
  const days = Math.round(seconds / DAY_SECONDS)
  const months = Math.round(days / 30.44)
  if (months >= 1 && months <= LONGEST_MONTHS && Math.abs(days - months * 30.44) <= 3) {
    return months % 12 === 0
      ? { interval: 'year', intervalCount: months / 12 }
      : { interval: 'month', intervalCount: months }
  }
  if (days >= 1 && days % 7 === 0) return { interval: 'week', intervalCount: days / 7 }
  return days >= 1 ? { interval: 'day', intervalCount: days } : undefined
}

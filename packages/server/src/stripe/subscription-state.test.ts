import { describe, expect, test } from 'vitest'
import { captured } from '../../test/stripe-captured.ts'
import { CREATED, DAY, price, stripeEvent, subscription } from '../../test/stripe-fixtures.ts'
import { fromStripe } from './from-stripe.ts'

describe('how a subscription stands', () => {
  const updated = 'customer.subscription.updated'
  const pro = (fields: object) => ({
    object: 'subscription_item',
    quantity: 1,
    price: price('price_pro', { ...fields }),
  })
  const seats = (quantity: number) => ({ quantity, price: price('price_seat', { unit_amount: 500 }) })
  const quarter = { interval: 'month', interval_count: 3 }

  test.each([
    [
      'a price under the same name',
      [pro({ nickname: 'pro' })],
      [pro({ id: 'price_2', nickname: 'pro', unit_amount: 3_900 })],
      3_900,
    ],
    ['a second item', [pro({})], [pro({}), seats(2)], 3_900],
    ['seats of the second item', [pro({}), seats(1)], [pro({}), seats(4)], 4_900],
    ['the interval count', [pro({})], [pro({ recurring: quarter })], 2_900],
    ['the order of items', [pro({}), seats(1)], [seats(1), pro({})], undefined],
    [
      'the period of an item',
      [{ ...pro({}), current_period_end: CREATED }],
      [{ ...pro({}), current_period_end: CREATED + DAY }],
      undefined,
    ],
  ])('%s', (_, was, is, amount) => {
    const before = { items: { data: was } }
    const capture = captured([updated, subscription({ items: { data: is } }), { before }])
    expect(capture?.event).toBe(amount === undefined ? 'subscription_updated' : 'subscription_changed')
    expect(capture?.billing?.subscription).toMatchObject({
      billed: true,
      amount: amount ?? 3_400 - (is.length === 1 ? 500 : 0),
    })
    if (amount !== undefined) expect(capture?.properties).toMatchObject({ amount })
  })

  test.each([
    { mix: 'a quarter and a month', plan: quarter, other: { interval: 'month' }, amount: 10_000 + 3 * 1_500 },
    { mix: 'a month and a year', plan: { interval: 'month' }, other: { interval: 'year' }, amount: 10_000 + 125 },
    { mix: 'a year and a quarter', plan: { interval: 'year' }, other: quarter, amount: 10_000 + 4 * 1_500 },
    { mix: 'a week and a year', plan: { interval: 'week' }, other: { interval: 'year' }, amount: 10_000 + 29 },
  ])('items of mixed intervals, $mix, come to one amount for the interval of the plan', ({ plan, other, amount }) => {
    const data = [pro({ unit_amount: 10_000, recurring: plan }), pro({ unit_amount: 1_500, recurring: other })]
    expect(captured(['customer.subscription.created', subscription({ items: { data } })])).toMatchObject({
      billing: { subscription: { interval: plan.interval, amount } },
    })
  })

  test('knows what it was before, which orders changes of one second', () => {
    const before = { items: { data: [pro({ unit_amount: 900 })] }, status: 'trialing' }
    const capture = captured([updated, subscription(), { before }])
    expect(capture?.billing?.subscription).toMatchObject({
      billed: true,
      amount: 2_900,
      previous: { billed: false, plan: 'price_pro', interval: 'month', intervalCount: 1, amount: 900 },
    })
    const created = captured(['customer.subscription.created', subscription()])
    expect(created?.billing?.subscription).not.toHaveProperty('previous')
  })

  test('is told by every change, also by one that is no event of its own', () => {
    const fixture = subscription({ current_period_end: CREATED + DAY })
    const capture = captured([updated, fixture, { before: { current_period_end: CREATED } }])
    expect(capture).toMatchObject({
      event: 'subscription_updated',
      properties: { plan: 'price_pro', subscription_id: 'sub_1' },
      billing: { subscription: { id: 'stripe:sub_1', billed: true, amount: 2_900 } },
    })
    const ended = captured([updated, subscription({ status: 'canceled' }), { before: { status: 'active' } }])
    expect(ended?.billing?.subscription).toMatchObject({ billed: false })
    const never = { status: 'incomplete_expired' }
    expect(captured([updated, subscription(never), { before: { status: 'incomplete' } }])?.billing).toMatchObject({
      subscription: { billed: false },
    })
  })

  test.each([
    ['1.1', 100, 110],
    ['0.07', 100, 7],
    ['33.333333333333', 3, undefined],
    ['0.000000000001', 1_000_000_000_000, 1],
    ['1.15', 100, 115],
    ['nonsense', 1, undefined],
  ])('costs %s times %i exactly: %s', (unit_amount_decimal, quantity, amount) => {
    const data = [{ quantity, price: price('price_pro', { unit_amount: null, unit_amount_decimal }) }]
    const capture = captured(['customer.subscription.created', subscription({ items: { data } })])
    expect(capture?.event).toBe('subscription_started')
    expect(capture?.billing?.subscription?.amount).toBe(amount)
  })

  test("is read from the stripe package's own decimals, from packages, and from what was called a plan", () => {
    const costing = (item: object) => {
      const data = [{ quantity: 25, ...item }]
      return captured(['customer.subscription.created', subscription({ items: { data } })])?.billing?.subscription
        ?.amount
    }
    const event = stripeEvent('customer.subscription.created', subscription())
    const decimal = { toString: () => '1.2' }
    Object.assign(event.data.object, {
      items: {
        data: [{ quantity: 10, price: price('price_pro', { unit_amount: null, unit_amount_decimal: decimal }) }],
      },
    })
    expect(fromStripe(event)?.billing?.subscription?.amount).toBe(12)
    expect(
      costing({ price: price('p', { unit_amount: 100, transform_quantity: { divide_by: 10, round: 'up' } }) }),
    ).toBe(300)
    expect(
      costing({ price: price('p', { unit_amount: 100, transform_quantity: { divide_by: 10, round: 'down' } }) }),
    ).toBe(200)
    expect(costing({ plan: { id: 'plan_1', amount: 100, interval: 'month', interval_count: 1 } })).toBe(2_500)
  })
})

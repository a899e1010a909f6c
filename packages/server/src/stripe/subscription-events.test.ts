import { describe, expect, test } from 'vitest'
import { captured } from '../../test/stripe-captured.ts'
import { CREATED, DAY, items, price, SESSION, subscription } from '../../test/stripe-fixtures.ts'

describe('subscriptions', () => {
  const created = 'customer.subscription.created'
  const updated = 'customer.subscription.updated'
  const deleted = 'customer.subscription.deleted'
  const trial = { status: 'trialing', trial_start: CREATED, trial_end: CREATED + 14 * DAY }

  test('a paid one starts at the price of its interval, with the quantity', () => {
    const data = { data: [{ quantity: 3, price: price('price_pro', { lookup_key: 'pro' }) }] }
    expect(captured([created, subscription({ items: data })])).toMatchObject({
      event: 'subscription_started',
      sessionId: SESSION,
      value: 8_700,
      currency: 'USD',
      properties: { plan: 'pro', billing_interval: 'month', subscription_id: 'sub_1' },
    })
  })

  test('one whose first payment is pending starts when that has come', () => {
    expect(captured([created, subscription({ status: 'incomplete' })])).toBeUndefined()
    const before = { status: 'incomplete' }
    expect(captured([updated, subscription(), { before }])).toMatchObject({ event: 'subscription_started' })
  })

  test('a trial starts', () => {
    expect(captured([created, subscription(trial)])).toMatchObject({
      event: 'trial_started',
      properties: { plan: 'price_pro', trial_days: 14 },
    })
  })

  test.each(['past_due', 'paused', 'unpaid'])('a trial that ends in %s has expired', (status) => {
    const fixture = subscription({ ...trial, status })
    expect(captured([updated, fixture, { before: { status: 'trialing' } }])).toMatchObject({
      event: 'trial_ended',
      properties: { converted: false, reason: 'expired' },
    })
  })

  test('a trial that goes on begins the subscription, whose payment its invoice tells of', () => {
    const fixture = subscription({ ...trial, status: 'active' })
    expect(captured([updated, fixture, { before: { status: 'trialing' } }])).toMatchObject({
      event: 'subscription_started',
      value: 2_900,
      properties: { after_trial: true },
    })
  })

  test.each([
    [{ status: 'past_due' }, { status: 'active' }, 'subscription_past_due'],
    [{ status: 'active' }, { status: 'past_due' }, 'subscription_recovered'],
    [{ status: 'active' }, { status: 'unpaid' }, 'subscription_recovered'],
    [{ status: 'paused' }, { status: 'active' }, 'subscription_paused'],
    [{ status: 'active' }, { status: 'paused' }, 'subscription_resumed'],
    [{ pause_collection: { behavior: 'void' } }, { pause_collection: null }, 'subscription_paused'],
    [{ pause_collection: null }, { pause_collection: { behavior: 'void' } }, 'subscription_resumed'],
    [{ cancel_at_period_end: true }, { cancel_at_period_end: false }, 'subscription_cancel_scheduled'],
    [{ cancel_at: CREATED }, { cancel_at: null }, 'subscription_cancel_scheduled'],
    [{ cancel_at: null, cancel_at_period_end: false }, { cancel_at: CREATED }, 'subscription_cancel_withdrawn'],
    [{ default_payment_method: 'pm_1' }, { default_payment_method: 'pm_2' }, 'subscription_updated'],
    [{ status: 'canceled' }, { status: 'active' }, 'subscription_updated'],
  ])('%j, which was %j before: %s', (fields, before, event) => {
    expect(captured([updated, subscription(fields), { before }])?.event).toBe(event)
  })

  test('a scheduled end says when', () => {
    const fields = { cancel_at: CREATED + DAY, cancellation_details: { reason: 'cancellation_requested' } }
    expect(captured([updated, subscription(fields), { before: { cancel_at: null } }])).toMatchObject({
      event: 'subscription_cancel_scheduled',
      properties: { effective_at: '2026-03-02T12:00:00.000Z', reason: 'user_request', plan: 'price_pro' },
    })
  })

  test('a pause is told by two webhooks and is one event', () => {
    const told = [
      captured([updated, subscription({ status: 'paused' }), { before: { status: 'active' } }]),
      captured(['customer.subscription.paused', subscription({ status: 'paused' }), { id: 'evt_2' }]),
    ]
    expect(new Set(told.map((capture) => `${capture?.event} ${capture?.eventId}`)).size).toBe(1)
  })

  test.each([
    ['active', {}, { billed: true, amount: 2_900, interval: 'month', intervalCount: 1 }],
    ['past_due', {}, { billed: true }],
    ['trialing', { trial_start: CREATED, trial_end: CREATED + DAY }, { billed: false }],
    ['active', { pause_collection: { behavior: 'void' } }, { billed: false }],
  ])('a subscription in %s with %j counts as %j', (status, fields, state) => {
    const before = { status: status === 'past_due' ? 'active' : 'incomplete' }
    const capture = captured([updated, subscription({ status, ...fields }), { before }])
    expect(capture?.billing?.subscription).toMatchObject({ id: 'stripe:sub_1', currency: 'USD', ...state })
  })

  test('the plan is the first item with a fixed price, its amount that of all such items in its interval', () => {
    const quarter = { recurring: { interval: 'month', interval_count: 3 } }
    const data = [
      { price: price('price_calls', { recurring: { interval: 'month', interval_count: 1, usage_type: 'metered' } }) },
      { quantity: 2, price: price('price_pro', quarter) },
      { quantity: 1, price: price('price_support', { ...quarter, unit_amount: null, unit_amount_decimal: '50.5' }) },
      { quantity: 1, price: price('price_domain', { recurring: { interval: 'year', interval_count: 1 } }) },
      { quantity: 1, price: price('price_half', { ...quarter, unit_amount: null, unit_amount_decimal: '49.5' }) },
    ]
    expect(captured([created, subscription({ items: { data } })])).toMatchObject({
      event: 'subscription_started',
      // A quarter of the domain's 2900 a year is 725.
      value: 6_625,
      properties: { plan: 'price_pro', billing_interval: 'month', interval_count: 3 },
      billing: { subscription: { plan: 'price_pro', interval: 'month', intervalCount: 3, amount: 6_625 } },
    })
  })

  test('a price in tiers is unknown, and guessed by nobody', () => {
    const data = [{ quantity: 2, price: price('price_pro', { unit_amount: null, unit_amount_decimal: null }) }]
    const capture = captured([created, subscription({ items: { data } })])
    expect(capture).not.toHaveProperty('value')
    expect(capture?.billing?.subscription).not.toHaveProperty('amount')
  })

  test.each([
    ['before its trial ended', 3 * DAY, 'cancelled'],
    ['when its trial ended', 14 * DAY, 'expired'],
  ])('a subscription deleted %s', (_, after, reason) => {
    const fixture = subscription({ ...trial, status: 'canceled', ended_at: CREATED + after })
    expect(captured([deleted, fixture])).toMatchObject({
      event: 'trial_ended',
      properties: { converted: false, reason },
    })
  })

  test('a paid subscription is cancelled when it ends', () => {
    const fields = { ...trial, status: 'canceled', ended_at: CREATED + 40 * DAY }
    const fixture = subscription({ ...fields, cancellation_details: { reason: 'cancellation_requested' } })
    expect(captured([deleted, fixture])).toMatchObject({
      event: 'subscription_cancelled',
      properties: { plan: 'price_pro', reason: 'user_request', subscription_id: 'sub_1' },
    })
  })

  test('another plan or number of seats is a change; the same ones are none', () => {
    const fixture = subscription({ items: items(price('price_team')) })
    const before = { items: items(price('price_pro')) }
    expect(captured([updated, fixture, { before }], { plans: { price_pro: 'pro' } })).toMatchObject({
      event: 'subscription_changed',
      properties: { plan: 'price_team', previous_plan: 'pro', subscription_id: 'sub_1' },
    })
    const more = { items: items(price('price_team')), default_payment_method: 'pm_1' }
    expect(captured([updated, fixture, { before: more }])?.event).toBe('subscription_updated')
    const seats = { items: { data: [{ quantity: 5, price: price('price_team') }] } }
    expect(captured([updated, fixture, { before: seats }])).toMatchObject({
      event: 'subscription_changed',
      properties: { quantity: 1, previous_quantity: 5 },
    })
  })
})

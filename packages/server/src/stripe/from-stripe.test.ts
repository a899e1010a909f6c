import { validateProperties } from '@threadline/schema'
import { standardEvents } from '@threadline/schema/zod'
import { describe, expect, test } from 'vitest'
import {
  CREATED,
  carried,
  charge,
  DAY,
  invoice,
  items,
  line,
  price,
  SESSION,
  session,
  stripeEvent,
  subscription,
  VISITOR,
} from '../../test/stripe-fixtures.ts'
import type { StripeCapture } from './capture.ts'
import { fromStripe } from './from-stripe.ts'

/** The capture of one webhook, after its properties were checked against the standard catalogue. */
function captured(
  fixture: Parameters<typeof stripeEvent>,
  options?: Parameters<typeof fromStripe>[1],
): StripeCapture | undefined {
  const capture = fromStripe(stripeEvent(...fixture), options)
  if (capture) expect(validateProperties(standardEvents, capture.event, capture.properties)).toMatchObject({ ok: true })
  return capture
}

const visitor = { anonymousId: VISITOR, userId: 'user_42' }

describe('checkout.session.completed', () => {
  const completed = 'checkout.session.completed'

  test('a one-time payment, with the visitor, their session, and the time of the event', () => {
    expect(captured([completed, session()])).toEqual({
      event: 'checkout_finished',
      eventId: 'stripe:evt_1',
      timestamp: '2026-03-01T12:00:00.000Z',
      ...visitor,
      sessionId: SESSION,
      value: 4_990,
      currency: 'USD',
      properties: { checkout_id: 'cs_1', payment_type: 'one_time', order_id: 'pi_1' },
    })
  })

  test('a subscription with the plan and interval that its metadata names', () => {
    const metadata = { ...carried, tl_plan: 'pro', tl_interval: 'month' }
    const fields = { mode: 'subscription', payment_intent: null, subscription: 'sub_1', metadata }
    expect(captured([completed, session(fields)])).toMatchObject({
      event: 'checkout_finished',
      value: 4_990,
      properties: { plan: 'pro', payment_type: 'subscription', billing_interval: 'month', subscription_id: 'sub_1' },
    })
  })

  test('a subscription of an unknown interval is a purchase, its money the same', () => {
    const fields = { mode: 'subscription', payment_intent: null, subscription: 'sub_1' }
    expect(captured([completed, session(fields)])).toMatchObject({ event: 'purchase', value: 4_990, currency: 'USD' })
  })

  test('what is still to be paid counts when it is paid', () => {
    expect(captured([completed, session({ payment_status: 'unpaid' })])).toBeUndefined()
    expect(captured(['checkout.session.async_payment_succeeded', session()])).toMatchObject({ value: 4_990 })
  })

  test('a card that was only saved is no checkout', () => {
    expect(captured([completed, session({ mode: 'setup', amount_total: null, currency: null })])).toBeUndefined()
  })

  test('a Payment Link names the visitor by its reference alone', () => {
    const capture = captured([completed, session({ metadata: {} })])
    expect(capture).toMatchObject({ anonymousId: VISITOR })
    expect(capture).not.toHaveProperty('userId')
  })

  test('a reference that means something else can be left alone', () => {
    const fixture: Parameters<typeof stripeEvent> = [
      completed,
      session({ metadata: {}, client_reference_id: 'order_88' }),
    ]
    expect(captured(fixture, { clientReference: 'ignore' })).toMatchObject({ userId: 'cus_1' })
  })

  test('a visitor who refused stays refused', () => {
    const fields = { metadata: { tl_consent: 'denied' }, client_reference_id: null }
    expect(captured([completed, session(fields)])).toMatchObject({ consent: { analytics: false } })
  })
})

describe('money', () => {
  test.each([
    ['usd', 1_999, 1_999],
    ['eur', 1, 1],
    ['jpy', 500, 500],
    ['krw', 12_000, 12_000],
    ['kwd', 5_120, 5_120],
    ['bhd', 10, 10],
    ['isk', 50_000, 500],
    ['ugx', 50_000, 500],
    ['mga', 500, 50_000],
    ['huf', 100_000, 100_000],
  ])('%s: Stripe says %i, ISO 4217 minor units are %i', (currency, amount, value) => {
    expect(captured(['checkout.session.completed', session({ currency, amount_total: amount })])).toMatchObject({
      value,
      currency: currency.toUpperCase(),
    })
  })

  test('what cannot be exact is an error, not a guess', () => {
    const event = (fields: object) => stripeEvent('checkout.session.completed', session({ ...fields }))
    expect(() => fromStripe(event({ currency: 'isk', amount_total: 150 }))).toThrow(RangeError)
    expect(() => fromStripe(event({ currency: 'xyz' }))).toThrow(RangeError)
  })
})

describe('invoices', () => {
  test('a new interval is a renewal, outside the session that once bought it', () => {
    const capture = captured(['invoice.paid', invoice()], { plans: { price_pro: 'pro' } })
    expect(capture).toMatchObject({
      ...visitor,
      event: 'subscription_renewed',
      value: 2_900,
      properties: { invoice_id: 'in_1', subscription_id: 'sub_1', plan: 'pro', billing_interval: 'month' },
    })
    expect(capture).not.toHaveProperty('sessionId')
  })

  test.each([
    [7, 'week'],
    [28, 'month'],
    [365, 'year'],
    [366, 'year'],
  ])('a period of %i days is a %s', (days, interval) => {
    const fields = { lines: { data: [line('price_pro', 11), line('price_team', days)] } }
    expect(captured(['invoice.paid', invoice(fields)])).toMatchObject({
      properties: { plan: 'price_team', billing_interval: interval },
    })
  })

  test('a quarter has no name in the catalogue: the payment counts as an invoice', () => {
    const capture = captured(['invoice.paid', invoice({ lines: { data: [line('price_pro', 91)] } })])
    expect(capture).toMatchObject({ event: 'invoice_paid', value: 2_900 })
  })

  test('the first invoice of a subscription is what its checkout stands for, unless there was none', () => {
    const first = invoice({ billing_reason: 'subscription_create' })
    expect(captured(['invoice.paid', first])).toBeUndefined()
    expect(captured(['invoice.paid', first], { firstPayment: 'invoice' })).toMatchObject({ event: 'invoice_paid' })
    const checkout = session({ mode: 'subscription', metadata: { ...carried, tl_interval: 'month' } })
    expect(captured(['checkout.session.completed', checkout], { firstPayment: 'invoice' })).toBeUndefined()
  })

  test('the invoice of a trial is no payment', () => {
    expect(captured(['invoice.paid', invoice({ amount_paid: 0 })])).toBeUndefined()
  })

  test('an invoice of an older API version keeps its subscription elsewhere', () => {
    const fields = { parent: null, subscription: 'sub_1', subscription_details: { metadata: carried } }
    expect(captured(['invoice.paid', invoice(fields)])).toMatchObject({
      ...visitor,
      properties: { subscription_id: 'sub_1' },
    })
  })

  test('a failed payment is no revenue: its amount is a property', () => {
    const fields = { amount_paid: 0, amount_due: 500, currency: 'jpy', attempt_count: 2, next_payment_attempt: CREATED }
    const capture = captured(['invoice.payment_failed', invoice(fields)])
    expect(capture).toMatchObject({
      event: 'invoice_payment_failed',
      properties: { amount_due: 500, currency: 'JPY', attempt: 2, next_attempt_at: '2026-03-01T12:00:00.000Z' },
    })
    expect(capture).not.toHaveProperty('value')
  })
})

describe('charge.refunded', () => {
  test('a full refund', () => {
    const before = { amount_refunded: 0 }
    expect(captured(['charge.refunded', charge(), { before }])).toMatchObject({
      ...visitor,
      event: 'refunded',
      value: 4_990,
      currency: 'USD',
      properties: { order_id: 'pi_1' },
    })
  })

  test('partial refunds are what each gave back, not the sum so far', () => {
    const first = charge({ currency: 'kwd', amount_refunded: 1_000, refunds: { data: [{ reason: 'duplicate' }] } })
    const second = charge({ currency: 'kwd', amount_refunded: 2_500 })
    expect(captured(['charge.refunded', first, { before: { amount_refunded: 0 } }])).toMatchObject({
      value: 1_000,
      properties: { reason: 'duplicate' },
    })
    expect(captured(['charge.refunded', second, { before: { amount_refunded: 1_000 } }])).toMatchObject({
      value: 1_500,
    })
  })

  test('an update that gave nothing back is no refund', () => {
    expect(captured(['charge.refunded', charge(), { before: { amount_refunded: 4_990 } }])).toBeUndefined()
  })

  test("a charge without the visitor's metadata counts for the app's user, else under Stripe's customer", () => {
    const fixture: Parameters<typeof stripeEvent> = ['charge.refunded', charge({ metadata: {} })]
    expect(captured(fixture, { userOf: (customer) => `${customer}_at_home` })).toMatchObject({
      userId: 'cus_1_at_home',
    })
    expect(captured(fixture, { userOf: () => null })).toMatchObject({ userId: 'cus_1' })
  })
})

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

  test.each([
    ['active', true, 'converted'],
    ['past_due', false, 'expired'],
    ['paused', false, 'expired'],
  ])('a trial that ends in %s: converted is %s', (status, converted, reason) => {
    const fixture = subscription({ ...trial, status })
    expect(captured([updated, fixture, { before: { status: 'trialing' } }])).toMatchObject({
      event: 'trial_ended',
      properties: { converted, reason },
    })
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

  test('another plan is a change; another quantity or card is none', () => {
    const fixture = subscription({ items: items(price('price_team')) })
    const before = { items: items(price('price_pro')) }
    expect(captured([updated, fixture, { before }], { plans: { price_pro: 'pro' } })).toMatchObject({
      event: 'subscription_changed',
      properties: { plan: 'price_team', previous_plan: 'pro', subscription_id: 'sub_1' },
    })
    const more = { items: items(price('price_team')), default_payment_method: 'pm_1' }
    expect(captured([updated, fixture, { before: more }])).toBeUndefined()
  })
})

test('an event of no interest becomes nothing', () => {
  expect(captured(['customer.created', { id: 'cus_1' }])).toBeUndefined()
  expect(captured(['customer.subscription.trial_will_end', subscription()])).toBeUndefined()
})

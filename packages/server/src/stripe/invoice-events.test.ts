import { describe, expect, test } from 'vitest'
import { captured } from '../../test/stripe-captured.ts'
import { CREATED, carried, DAY, invoice, line, price, VISITOR } from '../../test/stripe-fixtures.ts'

const visitor = { anonymousId: VISITOR, userId: 'user_42' }

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
    ['2026-03-01', '2026-03-08', 'week', 1],
    ['2026-03-01', '2026-03-02', 'day', 1],
    ['2026-03-01', '2026-03-15', 'week', 2],
    ['2026-03-01', '2026-03-29', 'week', 4],
    ['2026-03-01', '2026-03-31', 'day', 30],
    ['2026-03-01', '2026-05-31', 'week', 13],
    ['2026-03-01', '2026-05-30', 'day', 90],
    ['2026-03-01', '2026-04-01', 'month', 1],
    ['2026-02-14', '2026-03-14', 'month', 1],
    ['2026-01-31', '2026-02-28', 'month', 1],
    ['2026-02-28', '2026-03-31', 'month', 1],
    ['2028-01-30', '2028-02-29', 'month', 1],
    ['2026-01-31', '2026-04-30', 'month', 3],
    ['2026-03-01', '2026-09-01', 'month', 6],
    ['2026-03-01', '2027-03-01', 'year', 1],
    ['2028-02-29', '2029-02-28', 'year', 1],
    ['2026-03-01', '2028-03-01', 'year', 2],
    ['2026-03-01', '2029-02-28', 'day', 1_095],
  ])('a line from %s to %s is billed every %s, %i of them at a time', (from, to, billing_interval, interval_count) => {
    const period = { start: Date.parse(from) / 1_000, end: Date.parse(to) / 1_000 }
    const data = [
      { ...line('price_pro', 11), proration: true },
      { ...line('price_team', 1), period },
    ]
    const capture = captured(['invoice.paid', invoice({ lines: { data } })])
    expect(capture).toMatchObject({
      event: 'subscription_renewed',
      properties: { plan: 'price_team', billing_interval },
    })
    expect(capture?.properties?.['interval_count'] ?? 1).toBe(interval_count)
  })

  test('a period that is an hour short, where clocks have changed, is a month', () => {
    const period = { start: Date.parse('2026-03-01') / 1_000, end: Date.parse('2026-04-01') / 1_000 - 3_600 }
    const fields = { lines: { data: [{ ...line('price_pro', 1), period }] } }
    expect(captured(['invoice.paid', invoice(fields)])?.properties).toMatchObject({ billing_interval: 'month' })
  })

  test('the plan is the line for the period ahead: neither what is metered nor a proration', () => {
    const metered = { ...line('price_calls', 31), period: { start: CREATED - 31 * DAY, end: CREATED } }
    const part = { ...line('price_old', 31), parent: { subscription_item_details: { proration: true } } }
    const data = [metered, part, line('price_pro', 31)]
    expect(captured(['invoice.paid', invoice({ lines: { data } })])).toMatchObject({
      properties: { plan: 'price_pro' },
    })
  })

  test('an invoice of an older API version has whole prices, and names what paid it', () => {
    const recurring = { interval: 'month', interval_count: 1, usage_type: 'licensed' }
    const calls = {
      period: line('x', 31)['period'],
      price: { id: 'price_calls', recurring: { usage_type: 'metered' } },
    }
    const pro = { period: line('x', 31)['period'], price: { ...price('price_pro', { lookup_key: 'pro' }), recurring } }
    const fields = { lines: { data: [calls, pro] }, payment_intent: 'pi_1', charge: 'ch_1' }
    expect(captured(['invoice.paid', invoice(fields)])).toMatchObject({
      event: 'subscription_renewed',
      properties: { plan: 'pro', billing_interval: 'month' },
      billing: { paymentIds: ['stripe:in_1', 'stripe:pi_1', 'stripe:ch_1'] },
    })
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

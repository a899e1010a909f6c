import { describe, expect, test } from 'vitest'
import { captured } from '../../test/stripe-captured.ts'
import {
  CREATED,
  carried,
  charge,
  DAY,
  dispute,
  intent,
  invoice,
  invoicePayment,
  items,
  line,
  price,
  refund,
  SESSION,
  session,
  stripeEvent,
  subscription,
  VISITOR,
} from '../../test/stripe-fixtures.ts'
import { fromStripe } from './from-stripe.ts'

/** Ids that share any, together. */
function joined(lists: readonly (readonly string[])[]): Set<string>[] {
  return lists.reduce<Set<string>[]>((groups, ids) => {
    const together = groups.filter((group) => ids.some((id) => group.has(id)))
    const rest = groups.filter((group) => !together.includes(group))
    return [...rest, new Set([...ids, ...together.flatMap((group) => [...group])])]
  }, [])
}

const visitor = { anonymousId: VISITOR, userId: 'user_42' }

describe('checkout.session.completed', () => {
  const completed = 'checkout.session.completed'

  test('a one-time payment, with the visitor, their session, and the time of the event', () => {
    expect(captured([completed, session()])).toEqual({
      event: 'checkout_finished',
      eventId: 'stripe:pi_1',
      timestamp: '2026-03-01T12:00:00.000Z',
      ...visitor,
      sessionId: SESSION,
      value: 4_990,
      currency: 'USD',
      properties: { checkout_id: 'cs_1', payment_type: 'one_time', order_id: 'pi_1' },
      billing: {
        paymentIds: ['stripe:pi_1', 'stripe:cs_1'],
        payerIds: ['stripe:cus_1'],
        toldBy: 'checkout',
        livemode: true,
      },
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
    const pending = captured([completed, session({ payment_status: 'unpaid' })])
    expect(pending).toMatchObject({ event: 'checkout_pending', ...visitor, properties: { amount_due: 4_990 } })
    expect(pending).not.toHaveProperty('value')
    expect(pending?.billing).not.toHaveProperty('toldBy')
    expect(captured(['checkout.session.async_payment_succeeded', session()])).toMatchObject({ value: 4_990 })
  })

  test('one that is still to be paid carries a refusal', () => {
    const unpaid = session({ payment_status: 'unpaid', metadata: { tl_consent: 'denied' } })
    expect(captured([completed, unpaid])).toMatchObject({
      event: '$forget_payment',
      billing: { paymentIds: ['stripe:pi_1', 'stripe:cs_1'] },
    })
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
    expect(captured(fixture, { clientReference: 'ignore' })).toMatchObject({ anonymousId: 'stripe:cus_1' })
  })

  test('of a visitor who refused it says only which payment and subscription may not be kept', () => {
    const metadata = { tl_consent: 'denied', tl_id: VISITOR, tl_user: 'user_42' }
    const fields = { metadata, subscription: 'sub_1', customer_details: { email: 'ada@example.com' } }
    expect(captured([completed, session(fields)], { payments: 'payment', userOf: () => 'user_7' })).toEqual({
      event: '$forget_payment',
      eventId: 'stripe:pi_1',
      timestamp: '2026-03-01T12:00:00.000Z',
      anonymousId: 'stripe:pi_1',
      billing: { paymentIds: ['stripe:pi_1', 'stripe:cs_1'], payerIds: ['stripe:sub_1'], livemode: true },
    })
    const guest = { ...fields, customer: null, subscription: null }
    expect(JSON.stringify(captured([completed, session(guest)]))).not.toContain('ada')
  })

  test.each([
    [
      'invoice.paid',
      invoice({ parent: { subscription_details: { subscription: 'sub_1', metadata: { tl_consent: 'denied' } } } }),
      ['stripe:sub_1'],
    ],
    ['customer.subscription.created', subscription({ metadata: { tl_consent: 'denied' } }), ['stripe:sub_1']],
    ['payment_intent.succeeded', intent({ metadata: { tl_consent: 'denied' } }), undefined],
    ['charge.refunded', charge({ metadata: { tl_consent: 'denied' } }), undefined],
  ])('%s carries a refusal, too, and for no more than it is about', (type, object, payerIds) => {
    const capture = captured([type, object])
    expect(capture).toMatchObject({ event: '$forget_payment' })
    expect(capture?.billing?.payerIds).toEqual(payerIds)
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

  test.each([
    ['isk', 150],
    ['xyz', 4_990],
    ['usdc', 4_990],
    ['usd', 49.9],
  ])('%s %d cannot be read exactly: it is captured without a value, and reported', (currency, amount) => {
    const problems: RangeError[] = []
    const onUnreadable = (error: RangeError) => problems.push(error)
    for (const [type, object] of [
      ['checkout.session.completed', session({ currency, amount_total: amount })],
      ['invoice.paid', invoice({ currency, amount_paid: amount })],
      ['payment_intent.succeeded', intent({ currency, amount_received: amount })],
      ['charge.refunded', charge({ currency, amount_refunded: amount })],
    ] as const) {
      const capture = fromStripe(stripeEvent(type, object), { onUnreadable })
      expect(capture).not.toHaveProperty('value')
      expect(capture).not.toHaveProperty('currency')
      expect(capture?.properties).toMatchObject({ stripe_amount: amount, stripe_currency: currency })
    }
    expect(problems).toHaveLength(4)
    expect(problems[0]?.message).toContain('evt_1 (checkout.session.completed) is captured without a value')
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

  test('a service that cannot join payments gets one kind of them', () => {
    const kinds = {
      checkout: [session(), 'checkout.session.completed'],
      first: [invoice({ billing_reason: 'subscription_create' }), 'invoice.paid'],
      renewal: [invoice(), 'invoice.paid'],
      intent: [intent(), 'payment_intent.succeeded'],
      part: [invoicePayment(), 'invoice_payment.paid'],
    } as const
    const wanted = (payments: 'all' | 'checkout' | 'invoice' | 'payment') =>
      Object.entries(kinds).flatMap(([name, [object, type]]) =>
        captured([type, object], { payments }) === undefined ? [] : [name],
      )
    expect(wanted('all')).toEqual(['checkout', 'first', 'renewal', 'intent', 'part'])
    expect(wanted('checkout')).toEqual(['checkout', 'renewal'])
    expect(wanted('invoice')).toEqual(['first', 'renewal'])
    expect(wanted('payment')).toEqual(['intent'])
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

describe('one payment', () => {
  const idsOf = (...fixture: Parameters<typeof stripeEvent>) => captured(fixture)?.billing?.paymentIds ?? []

  test.each([
    ['before 2025-03-31', { invoice: 'in_1' }, { payment_intent: 'pi_1' }, []],
    ['since 2025-03-31', { payment_details: { order_reference: 'in_1QabcdefGH' } }, {}, [invoicePayment()]],
  ])('of an API version %s is found from every webhook about it', (_, onIntent, onInvoice, links) => {
    const id = links.length > 0 ? 'in_1QabcdefGH' : 'in_1'
    const told = [
      idsOf('checkout.session.completed', session({ payment_intent: null, invoice: id })),
      idsOf('invoice.paid', invoice({ id, ...onInvoice })),
      idsOf('payment_intent.succeeded', intent({ ...onIntent })),
      idsOf('charge.succeeded', charge({ amount_refunded: 0 })),
      idsOf('charge.refunded', charge()),
      idsOf('refund.created', refund()),
      idsOf('charge.dispute.created', dispute()),
      ...links.map((link) => idsOf('invoice_payment.paid', { ...link, invoice: id })),
    ]
    expect(joined(told)).toHaveLength(1)
  })

  test('an order reference of the shop is none of Stripe’s ids', () => {
    const payment_details = { order_reference: 'in_store_pickup' }
    expect(idsOf('payment_intent.succeeded', intent({ payment_details }))).toEqual(['stripe:pi_1', 'stripe:ch_1'])
  })

  test('an intent and its charge are one event by name and id', () => {
    const [first, second] = [
      captured(['payment_intent.succeeded', intent()]),
      captured(['charge.succeeded', charge({ amount_captured: 4_990 })]),
    ]
    expect([first?.event, first?.eventId, first?.value]).toEqual(['purchase', 'stripe:pi_1', 4_990])
    expect([second?.event, second?.eventId, second?.value]).toEqual(['purchase', 'stripe:pi_1', 4_990])
  })

  test('what was only authorised is no payment', () => {
    expect(captured(['charge.succeeded', charge({ captured: false })])).toBeUndefined()
    expect(captured(['charge.captured', charge({ captured: true, amount_captured: 500 })])).toMatchObject({
      value: 500,
    })
  })

  test.each([
    ['a customer', { customer: 'cus_1' }, 'stripe:cus_1'],
    ['an account', { customer: null, customer_account: 'acct_9' }, 'stripe:acct_9'],
    ['an address', { customer: null, customer_details: { email: ' Ada@Example.com' } }, 'stripe:ada@example.com'],
    ['nothing', { customer: null }, 'stripe:pi_1'],
  ])('of a guest who left %s is kept', (_, fields, anonymousId) => {
    const guest = { metadata: {}, client_reference_id: null, ...fields }
    expect(captured(['checkout.session.completed', session(guest)])).toMatchObject({ anonymousId, value: 4_990 })
  })

  test('in test mode and of a connected account says so', () => {
    const event = { ...stripeEvent('payment_intent.succeeded', intent()), livemode: false, account: 'acct_1' }
    expect(fromStripe(event)?.billing).toMatchObject({ livemode: false, account: 'acct_1' })
  })

  test.each([
    [
      'checkout.session.completed',
      session({ customer: null, metadata: {}, customer_details: { email: 'ada@example.com' } }),
    ],
    ['invoice.paid', invoice({ parent: { subscription_details: { subscription: 'sub_1', metadata: {} } } })],
    ['customer.subscription.created', subscription({ metadata: {} })],
    ['charge.refunded', charge({ metadata: {} })],
    ['refund.created', refund({ charge: null, payment_intent: null })],
    ['charge.dispute.created', dispute()],
    ['checkout.session.completed', session({ metadata: { tl_consent: 'denied' } })],
  ])('%s in test mode shares no id with the same in live mode', (type, object) => {
    const idsOf = (livemode: boolean) => {
      const capture = fromStripe(stripeEvent(type, object, { livemode }), { clientReference: 'ignore' })
      const { paymentIds = [], payerIds = [], refundId, subscription: state } = capture?.billing ?? {}
      return [capture?.anonymousId, ...paymentIds, ...payerIds, refundId, state?.id].filter((id) => id !== undefined)
    }
    const [live, test] = [idsOf(true), idsOf(false)]
    expect(test).toHaveLength(live.length)
    expect(new Set([...live, ...test]).size).toBe(new Set(live).size * 2)
    expect(test.every((id) => String(id).startsWith('stripe:test:'))).toBe(true)
  })

  test('a checkout that ran out, or whose payment failed, was cancelled', () => {
    expect(captured(['checkout.session.expired', session({ payment_status: 'unpaid' })])).toMatchObject({
      event: 'checkout_cancelled',
      properties: { checkout_id: 'cs_1', payment_type: 'one_time', reason: 'user_abandoned' },
    })
    const fields = { mode: 'subscription', payment_intent: null, metadata: { ...carried, tl_interval: 'month' } }
    expect(captured(['checkout.session.async_payment_failed', session(fields)])).toMatchObject({
      event: 'checkout_cancelled',
      properties: { payment_type: 'subscription', billing_interval: 'month', reason: 'payment_failed' },
    })
    expect(captured(['checkout.session.expired', session({ mode: 'subscription' })])).toMatchObject({
      event: 'checkout_cancelled',
    })
  })
})

describe('what goes back', () => {
  test.each([
    ['refund.created', refund(), 'refunded'],
    ['refund.updated', refund({ status: 'pending' }), 'refunded'],
    ['charge.refund.updated', refund({ status: 'failed', failure_reason: 'lost_or_stolen_card' }), 'refund_failed'],
    ['refund.failed', refund({ status: 'failed' }), 'refund_failed'],
    ['refund.updated', refund({ status: 'canceled' }), 'refund_failed'],
  ])('%s is told by its own id', (type, object, event) => {
    expect(captured([type, object])).toMatchObject({
      event,
      eventId: 'stripe:re_1',
      value: 900,
      billing: { refundId: 'stripe:re_1', paymentIds: ['stripe:pi_1', 'stripe:ch_1'] },
    })
  })

  test.each([
    ['charge.dispute.created', 'needs_response', 'payment_disputed'],
    ['charge.dispute.created', 'warning_needs_response', undefined],
    ['charge.dispute.funds_withdrawn', 'under_review', 'payment_disputed'],
    ['charge.dispute.closed', 'lost', 'payment_disputed'],
    ['charge.dispute.closed', 'won', 'dispute_won'],
    ['charge.dispute.closed', 'warning_closed', undefined],
    ['charge.dispute.funds_reinstated', 'won', 'dispute_won'],
  ])('%s in %s', (type, status, event) => {
    expect(captured([type, dispute({ status })])?.event).toBe(event)
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

  test('a refund that is given again after one that failed is another event, with the sum so far', () => {
    const before = { amount_refunded: 0 }
    const [first, again] = [CREATED, CREATED + DAY].map((created) =>
      captured(['charge.refunded', charge({ currency: 'isk', amount_refunded: 90_000 }), { before, created }]),
    )
    expect(again?.eventId).not.toBe(first?.eventId)
    expect(again?.billing).toMatchObject({ refundedTotal: 900 })
    const resent = captured([
      'charge.refunded',
      charge({ currency: 'isk', amount_refunded: 90_000 }),
      { before, id: 'evt_2' },
    ])
    expect(resent?.eventId).toBe(first?.eventId)
  })

  test('an update that gave nothing back is no refund', () => {
    expect(captured(['charge.refunded', charge(), { before: { amount_refunded: 4_990 } }])).toBeUndefined()
  })

  test("a charge without the visitor's metadata counts for the app's user, else under Stripe's customer", () => {
    const fixture: Parameters<typeof stripeEvent> = ['charge.refunded', charge({ metadata: {} })]
    expect(captured(fixture, { userOf: (customer) => `${customer}_at_home` })).toMatchObject({
      userId: 'cus_1_at_home',
    })
    expect(captured(fixture, { userOf: () => null })).toMatchObject({ anonymousId: 'stripe:cus_1' })
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

test('an event of no interest becomes nothing', () => {
  expect(captured(['customer.created', { id: 'cus_1' }])).toBeUndefined()
  expect(captured(['customer.subscription.trial_will_end', subscription()])).toBeUndefined()
})

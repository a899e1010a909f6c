import { describe, expect, test } from 'vitest'
import { captured } from '../../test/stripe-captured.ts'
import {
  carried,
  charge,
  dispute,
  intent,
  invoice,
  invoicePayment,
  refund,
  SESSION,
  session,
  stripeEvent,
  subscription,
  VISITOR,
} from '../../test/stripe-fixtures.ts'
import { fromStripe } from './from-stripe.ts'

const visitor = { anonymousId: VISITOR, userId: 'user_42' }

/** Ids that share any, together. */
function joined(lists: readonly (readonly string[])[]): Set<string>[] {
  return lists.reduce<Set<string>[]>((groups, ids) => {
    const together = groups.filter((group) => ids.some((id) => group.has(id)))
    const rest = groups.filter((group) => !together.includes(group))
    return [...rest, new Set([...ids, ...together.flatMap((group) => [...group])])]
  }, [])
}

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

  test.each([
    ['2025-02-24.acacia', { amount: 5_000, amount_received: 3_000 }, 2_000],
    ['2025-02-24.acacia', { amount: 5_000, amount_received: 5_000 }, undefined],
    // More than was authorised, where that is allowed.
    ['2025-02-24.acacia', { amount: 5_000, amount_received: 6_000 }, undefined],
    ['2025-03-31.basil', { amount: 5_000, amount_received: 3_000 }, undefined],
  ])('in %s, of %j %s is released as a refund', (apiVersion, fields, released) => {
    const capture = captured(['payment_intent.succeeded', intent(fields), { apiVersion }])
    expect(capture?.billing?.released).toBe(released)
  })

  test('a charge says itself that its rest was released as a refund', () => {
    const part = { amount: 5_000, amount_captured: 3_000, captured: true }
    const releasedBy = (amount_refunded: number) =>
      captured(['charge.captured', charge({ ...part, amount_refunded })])?.billing?.released
    expect([releasedBy(0), releasedBy(2_000), releasedBy(2_500)]).toEqual([undefined, 2_000, 2_000])
  })

  test('each of several captures tells the sum so far, and the intent all of it', () => {
    const multicapture = { card: { multicapture: { status: 'available' } } }
    const part = (amount_captured: number) =>
      charge({
        amount: 5_000,
        amount_captured,
        captured: true,
        amount_refunded: 0,
        payment_method_details: multicapture,
      })
    const first = captured(['charge.captured', part(2_000)])
    const second = captured(['charge.updated', part(3_500), { before: { amount_captured: 2_000 } }])
    const whole = captured(['payment_intent.succeeded', intent({ amount: 5_000, amount_received: 5_000 })])
    expect([first, second, whole].map((capture) => [capture?.event, capture?.value, capture?.billing?.toldBy])).toEqual(
      [
        ['purchase', 2_000, 'capture'],
        ['purchase', 3_500, 'capture'],
        ['purchase', 5_000, 'payment'],
      ],
    )
    expect(new Set([first, second, whole].map((capture) => capture?.eventId)).size).toBe(3)
    expect(captured(['charge.updated', part(3_500), { before: { description: null } }])).toBeUndefined()
    expect(captured(['charge.captured', part(2_000)], { payments: 'payment' })).toBeUndefined()
  })

  test('a guest whose address is too long for any mailbox is kept without it', () => {
    const email = `${'a'.repeat(600)}@example.com`
    const guest = { metadata: {}, client_reference_id: null, customer: null }
    const told = [
      captured(['checkout.session.completed', session({ ...guest, customer_details: { email } })]),
      captured(['charge.succeeded', charge({ ...guest, amount_captured: 4_990, billing_details: { email } })]),
      captured(['payment_intent.succeeded', intent({ ...guest, receipt_email: email })]),
    ]
    for (const capture of told) {
      expect(capture).toMatchObject({ value: 4_990, anonymousId: 'stripe:pi_1' })
      expect(capture).not.toHaveProperty('email')
    }
    const named = session({ ...guest, customer_details: { email }, customer_email: 'ada@example.com' })
    expect(captured(['checkout.session.completed', named])).toMatchObject({ email: 'ada@example.com' })
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

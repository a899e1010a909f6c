import { describe, expect, test } from 'vitest'
import { captured } from '../../test/stripe-captured.ts'
import { charge, dispute, refund, type stripeEvent, VISITOR } from '../../test/stripe-fixtures.ts'

const visitor = { anonymousId: VISITOR, userId: 'user_42' }

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

  test('a refund that is given again after one that failed, also in the same second, is another event, with the sum so far', () => {
    const before = { amount_refunded: 0 }
    const [first, again, resent] = ['evt_1', 'evt_2', 'evt_1'].map((id) =>
      captured(['charge.refunded', charge({ currency: 'isk', amount_refunded: 90_000 }), { before, id }]),
    )
    expect(again?.eventId).not.toBe(first?.eventId)
    expect(again?.billing).toMatchObject({ refundedTotal: 900 })
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

  const inPart = { amount: 5_000, amount_captured: 3_000, captured: true }

  test('what was authorised and not captured is no refund', () => {
    const released = charge({ ...inPart, amount_refunded: 2_000 })
    expect(captured(['charge.refunded', released, { before: { amount_refunded: 0 } }])).toBeUndefined()
  })

  test('of a voided authorisation it says so, once, and what was held is no money', () => {
    const voided = charge({ amount: 5_000, amount_captured: 0, captured: false, amount_refunded: 5_000 })
    const told = [
      captured(['charge.refunded', voided, { before: { amount_refunded: 0 } }]),
      captured(['charge.expired', voided, { id: 'evt_2' }]),
    ]
    for (const capture of told) {
      expect(capture).toMatchObject({
        event: 'payment_voided',
        eventId: 'stripe:pi_1',
        properties: { order_id: 'pi_1', amount_held: 5_000, currency: 'USD' },
        billing: { paymentIds: ['stripe:pi_1', 'stripe:ch_1'], released: 5_000 },
      })
      expect(capture).not.toHaveProperty('value')
    }
  })

  test.each([
    { refunded: 3_000, before: 2_000, value: 1_000, refundedTotal: 1_000 },
    { refunded: 4_500, before: 3_000, value: 1_500, refundedTotal: 2_500 },
    { refunded: 5_000, before: 0, value: 3_000, refundedTotal: 3_000 },
  ])('of a charge captured in part, $before to $refunded gives back $value', (told) => {
    const object = charge({ ...inPart, amount_refunded: told.refunded })
    expect(captured(['charge.refunded', object, { before: { amount_refunded: told.before } }])).toMatchObject({
      event: 'refunded',
      value: told.value,
      billing: { refundedTotal: told.refundedTotal },
    })
  })

  test('a charge that does not say what was captured, or says more than was authorised, is taken at its word', () => {
    for (const fields of [{}, { amount: 5_000, amount_captured: 6_000 }]) {
      const object = charge({ ...fields, amount_refunded: 1_000 })
      expect(captured(['charge.refunded', object])).toMatchObject({ value: 1_000 })
    }
  })
})

describe('a dispute that was prevented', () => {
  test('moves no money', () => {
    for (const type of ['charge.dispute.created', 'charge.dispute.closed']) {
      expect(captured([type, dispute({ status: 'prevented', balance_transactions: [] })])).toBeUndefined()
    }
  })

  test('has withdrawn what Stripe has booked for it', () => {
    const object = dispute({ status: 'prevented', balance_transactions: [{ id: 'txn_1', amount: -4_990 }] })
    expect(captured(['charge.dispute.created', object])).toMatchObject({ event: 'payment_disputed', value: 4_990 })
  })
})

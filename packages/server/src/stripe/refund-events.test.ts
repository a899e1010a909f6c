import { describe, expect, test } from 'vitest'
import { captured } from '../../test/stripe-captured.ts'
import { charge, dispute } from '../../test/stripe-fixtures.ts'

describe('charge.refunded', () => {
  const inPart = { amount: 5_000, amount_captured: 3_000, captured: true }

  test('what was authorised and not captured is no refund', () => {
    const released = charge({ ...inPart, amount_refunded: 2_000 })
    expect(captured(['charge.refunded', released, { before: { amount_refunded: 0 } }])).toBeUndefined()
    const voided = charge({ amount: 5_000, amount_captured: 0, captured: false, amount_refunded: 5_000 })
    expect(captured(['charge.refunded', voided, { before: { amount_refunded: 0 } }])).toBeUndefined()
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

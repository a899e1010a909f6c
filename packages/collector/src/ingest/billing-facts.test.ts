import type { TrackEvent } from '@threadline/schema'
import { expect, test } from 'vitest'
import { billingFacts, paymentRef } from './billing-facts.ts'

function paid(billing: NonNullable<TrackEvent['billing']>, money: Pick<TrackEvent, 'value' | 'currency'> = {}) {
  const event: TrackEvent = {
    event: 'purchase',
    eventId: 'order-1',
    anonymousId: 'visitor-1',
    timestamp: '2026-03-01T12:00:00.000Z',
    ...money,
    billing,
  }
  return { ref: paymentRef(event), facts: billingFacts(event, billing, 'default') }
}

test.each(['polar:null', 'polar:undefined', 'polar:', 'polar: ', 'polar:NaN', 'polar:[object Object]'])(
  '%s is the id of nothing, and joins no payments',
  (id) => {
    const { ref, facts } = paid({ paymentIds: [id, 'polar:order_1'], payerIds: ['polar:customer_1', id] })
    expect(ref).toBe('polar:order_1')
    expect(facts).toMatchObject({ paymentIds: ['polar:order_1'], payerIds: ['polar:customer_1'] })
    expect(paid({ paymentIds: [id], payerIds: [id] })).toMatchObject({ ref: null, facts: { paymentIds: [] } })
  },
)

test('a payment of an unknown amount is none that a refund could lower', () => {
  const billing = { paymentIds: ['stripe:pi_1'] }
  expect(paid(billing).facts.paid).toBe(false)
  expect(paid(billing, { value: 4_900, currency: 'USD' }).facts.paid).toBe(true)
})

test('an id that only looks like it is one', () => {
  const ids = ['shop:nullable', 'shop:order-null', 'null', 'stripe:test:pi_1']
  expect(paid({ paymentIds: ids }).facts.paymentIds).toEqual(ids)
})

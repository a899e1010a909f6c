import { expect, test } from 'vitest'
import { captured } from '../../test/stripe-captured.ts'
import { charge, intent } from '../../test/stripe-fixtures.ts'

const nameless = { metadata: {}, amount_refunded: 0 }
const early = { apiVersion: '2025-09-30.clover' }
const newer = { apiVersion: '2026-03-25.dahlia' }

test.each([
  ['an intent of 2025-03-31', 'payment_intent.succeeded', intent(nameless), { apiVersion: '2025-03-31.basil' }],
  ['an intent of 2025-09-30', 'payment_intent.succeeded', intent(nameless), early],
  ['a charge', 'charge.succeeded', charge(nameless), early],
  ['a charge of newer versions', 'charge.captured', charge(nameless), newer],
])('%s that may be an invoice\u2019s counts nothing, and is reported', (_, type, object, envelope) => {
  const errors: Error[] = []
  expect(captured([type, object, envelope], { onUnreadable: (error) => errors.push(error) })).toBeUndefined()
  expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('Subscribe to')])
})

test.each([
  ['an intent of before', 'payment_intent.succeeded', intent(nameless), { apiVersion: '2025-02-24.acacia' }],
  ['an intent of after', 'payment_intent.succeeded', intent(nameless), { apiVersion: '2025-10-29.clover' }],
  ['an intent with metadata', 'payment_intent.succeeded', intent({ metadata: { order: '1' } }), early],
  ['a guest\u2019s intent', 'payment_intent.succeeded', intent({ ...nameless, customer: null }), early],
  ['an intent that names its invoice', 'payment_intent.succeeded', intent({ ...nameless, invoice: 'in_1' }), early],
  ['a charge without an intent', 'charge.succeeded', charge({ ...nameless, payment_intent: null }), early],
])('%s counts', (_, type, object, envelope) => {
  const errors: Error[] = []
  expect(captured([type, object, envelope], { onUnreadable: (error) => errors.push(error) })).toMatchObject({
    event: 'purchase',
    value: 4_990,
  })
  expect(errors).toEqual([])
})

test('where only intents and charges are captured, all of them are', () => {
  expect(captured(['payment_intent.succeeded', intent(nameless), early], { payments: 'payment' })).toMatchObject({
    value: 4_990,
  })
})

import { expect, test } from 'vitest'
import { captured } from '../../test/stripe-captured.ts'
import {
  charge,
  dispute,
  intent,
  invoice,
  invoicePayment,
  refund,
  session,
  stripeEvent,
  subscription,
} from '../../test/stripe-fixtures.ts'
import { fromStripe } from './from-stripe.ts'

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

test('an event of no interest becomes nothing', () => {
  expect(captured(['customer.created', { id: 'cus_1' }])).toBeUndefined()
  expect(captured(['customer.subscription.trial_will_end', subscription()])).toBeUndefined()
})

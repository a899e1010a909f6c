import { trackEvent } from '@threadline/schema/zod'
import { describe, expect, test } from 'vitest'
import { captured } from '../../test/stripe-captured.ts'
import { intent, items, price, refund, session, stripeEvent, subscription } from '../../test/stripe-fixtures.ts'
import { fromStripe, fromStripeAsync } from './from-stripe.ts'

describe('what no event may have', () => {
  const nameless = stripeEvent('payment_intent.succeeded', intent({ metadata: {} }))

  test.each(['', ' ', 'undefined', 'x'.repeat(300), 'null', 42, {}])(
    'a payment is not lost to a user called %j, which is reported',
    async (id) => {
      const problems: RangeError[] = []
      // What an app in JavaScript may return.
      const userOf: () => string = () => JSON.parse(JSON.stringify(id))
      const options = { userOf, onUnreadable: (error: RangeError) => problems.push(error) }
      const captures = [fromStripe(nameless, options), await fromStripeAsync(nameless, options)]
      for (const capture of captures) {
        expect(capture).toMatchObject({ event: 'purchase', value: 4_990, anonymousId: 'stripe:cus_1' })
        expect(capture).not.toHaveProperty('userId')
      }
      expect(problems).toHaveLength(2)
      expect(problems[0]?.message).toContain(
        'evt_1 (payment_intent.succeeded) is captured without a user: userOf returned',
      )
    },
  )

  test('a customer whom the app does not know is reported to nobody', () => {
    const problems: RangeError[] = []
    for (const unknown of [undefined, null]) {
      const capture = fromStripe(nameless, { userOf: () => unknown, onUnreadable: (error) => problems.push(error) })
      expect(capture).toMatchObject({ anonymousId: 'stripe:cus_1' })
    }
    expect(problems).toEqual([])
  })

  test('a refund that names neither payment nor customer is kept by itself', () => {
    const fields = { charge: null, payment_intent: null }
    expect(captured(['refund.created', refund(fields)])).toMatchObject({ anonymousId: 'stripe:re_1', value: 900 })
  })

  test.each([
    ['a nickname that is too long', { nickname: 'n'.repeat(501) }, {}],
    ['a nickname with a half emoji at the limit', { nickname: `${'n'.repeat(499)}😀` }, {}],
    ['a nickname with NUL', { nickname: 'pro\0' }, {}],
    ['a name of your own that is too long', {}, { plans: { price_pro: 'n'.repeat(501) } }],
    ['a name of your own that is empty', {}, { plans: { price_pro: '' } }],
    ['a price billed every 1095 days', { recurring: { interval: 'day', interval_count: 1_095 } }, {}],
  ])('an event is not lost to %s', (_, fields, options) => {
    const fixture = subscription({ items: items(price('price_pro', fields)) })
    for (const type of ['customer.subscription.created', 'customer.subscription.deleted']) {
      const capture = captured([type, fixture], options)
      const subscriptionPlan = capture?.billing?.subscription?.plan ?? ''
      expect(subscriptionPlan).not.toMatch(/^$|[\0\p{Surrogate}]/u)
      expect(trackEvent.safeParse(capture).error?.issues).toBeUndefined()
    }
  })

  test('nor to an address that no id may have', () => {
    const guest = { metadata: {}, customer: null, client_reference_id: null }
    for (const email of [`${'a'.repeat(300)}@example.com`, `${'😀'.repeat(120)}@example.com`, 'a\nb@example.com']) {
      const fixture = session({ ...guest, customer_details: { email } })
      expect(trackEvent.safeParse(captured(['checkout.session.completed', fixture])).error?.issues).toBeUndefined()
    }
  })
})

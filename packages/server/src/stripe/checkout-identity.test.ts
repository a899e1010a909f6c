import { describe, expect, test } from 'vitest'
import { identityFrom } from '../identity/identity-from.ts'
import { checkoutIdentity, paymentLinkUrl } from './checkout-identity.ts'

const VISITOR = '019e1c2a-0000-7000-8000-000000000001'
const LINK = 'https://buy.stripe.com/test_1?prefilled_email=a%40b.example'

const visitor = identityFrom({ headers: { cookie: `tl_id=${VISITOR}` } }, { userId: 'user_42' })

describe('checkoutIdentity', () => {
  test('names the visitor in the reference and the metadata', () => {
    expect(checkoutIdentity(visitor)).toEqual({
      client_reference_id: VISITOR,
      metadata: { tl_id: VISITOR, tl_user: 'user_42' },
    })
  })

  test('puts the metadata where renewals, or refunds, will find it', () => {
    const { metadata, ...rest } = checkoutIdentity(visitor, {
      mode: 'subscription',
      plan: 'pro',
      billingInterval: 'year',
    })
    expect(metadata).toEqual({ tl_id: VISITOR, tl_user: 'user_42', tl_plan: 'pro', tl_interval: 'year' })
    expect(rest).toEqual({ client_reference_id: VISITOR, subscription_data: { metadata } })
    expect(checkoutIdentity(visitor, { mode: 'payment' })).toHaveProperty('payment_intent_data')
    expect(checkoutIdentity(visitor, { mode: 'payment' })).not.toHaveProperty('subscription_data')
  })

  test("stays within Stripe's limits for the longest ids", () => {
    const id = 'x'.repeat(200)
    const longest = { ...visitor, anonymousId: id, userId: id, sessionId: id }
    const { client_reference_id, metadata } = checkoutIdentity(longest, { plan: 'p'.repeat(900) })
    expect(client_reference_id).toHaveLength(200)
    expect(Object.keys(metadata).every((key) => key.length <= 40)).toBe(true)
    expect(Object.values(metadata).every((value) => value.length <= 500)).toBe(true)
  })

  test('of a visitor who refused it says only that', () => {
    const refused = identityFrom({ headers: { cookie: `tl_id=${VISITOR}`, 'sec-gpc': '1' } }, { userId: 'user_42' })
    expect(checkoutIdentity(refused)).toEqual({ metadata: { tl_consent: 'denied' } })
    expect(paymentLinkUrl(LINK, refused)).toBe(LINK)
  })
})

describe('paymentLinkUrl', () => {
  test("adds the visitor's id", () => {
    expect(paymentLinkUrl(LINK, visitor)).toBe(`${LINK}&client_reference_id=${VISITOR}`)
  })

  test('leaves out an id that Stripe would drop', () => {
    expect(paymentLinkUrl(LINK, { ...visitor, anonymousId: 'GA1.2.33.44' })).toBe(LINK)
  })
})

import { describe, expect, test } from 'vitest'
import { identityFrom } from '../identity/identity-from.ts'
import { checkoutIdentity, paymentLinkUrl, stripeMetadata } from './checkout-identity.ts'

const VISITOR = '019e1c2a-0000-7000-8000-000000000001'
const LINK = 'https://buy.stripe.com/test_1?prefilled_email=a%40b.example'

const visitor = identityFrom({ headers: { cookie: `tl_id=${VISITOR}` } }, { userId: 'user_42' })

const carried: Record<string, string> = { tl_id: VISITOR, tl_user: 'user_42' }

describe('checkoutIdentity', () => {
  test('names the visitor in the reference and the metadata', () => {
    expect(checkoutIdentity(visitor, {})).toEqual({ client_reference_id: VISITOR, metadata: carried })
    expect(stripeMetadata(visitor)).toEqual(carried)
  })

  test("keeps every parameter of the caller's, at every depth", () => {
    const params = {
      mode: 'subscription',
      customer: 'cus_1',
      metadata: { order: '8841' },
      subscription_data: { trial_period_days: 14, metadata: { seats: '3' } },
    } as const
    const metadata = { ...carried, tl_plan: 'pro', tl_interval: 'year' }
    expect(checkoutIdentity(visitor, params, { plan: 'pro', billingInterval: 'year' })).toEqual({
      ...params,
      client_reference_id: VISITOR,
      metadata: { order: '8841', ...metadata },
      subscription_data: { trial_period_days: 14, metadata: { seats: '3', ...metadata } },
    })
    expect(params.subscription_data.metadata).toEqual({ seats: '3' })
  })

  test('puts the metadata where refunds and invoices will find it', () => {
    const invoice_creation = { enabled: true, invoice_data: { description: 'Order 8841' } }
    expect(checkoutIdentity(visitor, { mode: 'payment', invoice_creation })).toEqual({
      mode: 'payment',
      client_reference_id: VISITOR,
      metadata: carried,
      payment_intent_data: { metadata: carried },
      invoice_creation: { enabled: true, invoice_data: { description: 'Order 8841', metadata: carried } },
    })
    const without = checkoutIdentity(visitor, { mode: 'setup', invoice_creation: { enabled: false } })
    expect(without).toEqual({
      mode: 'setup',
      client_reference_id: VISITOR,
      metadata: carried,
      invoice_creation: { enabled: false },
    })
  })

  test("leaves a reference of the caller's own as it is", () => {
    expect(checkoutIdentity(visitor, { client_reference_id: 'order_88' }).client_reference_id).toBe('order_88')
  })

  test("stays within Stripe's limits for the longest ids", () => {
    const id = 'x'.repeat(200)
    const longest = { ...visitor, anonymousId: id, userId: id, sessionId: id }
    const metadata = stripeMetadata(longest, { plan: 'p'.repeat(900) })
    expect(checkoutIdentity(longest, {})).toHaveProperty('client_reference_id', id)
    expect(Object.keys(metadata).every((key) => key.length <= 40)).toBe(true)
    expect(Object.values(metadata).every((value) => value.length <= 500)).toBe(true)
  })

  test.each([
    { keys: 48, names: ['tl_id', 'tl_user'] },
    { keys: 49, names: ['tl_id'] },
    { keys: 50, names: [] },
  ])('with $keys keys of the caller’s, it stays within the 50 that Stripe takes', ({ keys, names }) => {
    const metadata = Object.fromEntries(Array.from({ length: keys }, (_, index) => [`key${index}`, 'own']))
    const params = checkoutIdentity(visitor, { metadata }, { plan: 'pro', billingInterval: 'month' })
    expect(params.metadata).toEqual({ ...metadata, ...Object.fromEntries(names.map((name) => [name, carried[name]])) })
  })

  test('a visitor written there before does not stay, least of all beside a refusal', () => {
    const own = { order: '8841', tl_plan: 'pro' }
    const before = { ...own, tl_id: 'an-earlier-visitor', tl_user: 'user_1', tl_session: 'an-earlier-session' }
    expect(checkoutIdentity(visitor, { metadata: before }).metadata).toEqual({ ...own, ...carried })
    const refused = { ...visitor, consent: { analytics: false } }
    expect(checkoutIdentity(refused, { metadata: before }).metadata).toEqual({ ...own, tl_consent: 'denied' })
    const full = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`key${index}`, 'own']))
    const { metadata } = checkoutIdentity(refused, { metadata: full })
    expect(Object.keys(metadata)).toHaveLength(50)
    expect(metadata).toMatchObject({ tl_consent: 'denied' })
  })

  test('of a visitor who refused it says only that', () => {
    const refused = identityFrom({ headers: { cookie: `tl_id=${VISITOR}`, 'sec-gpc': '1' } }, { userId: 'user_42' })
    expect(checkoutIdentity(refused, {})).toEqual({ metadata: { tl_consent: 'denied' } })
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

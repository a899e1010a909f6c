import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { harness } from '../../test/harness.ts'
import { type Delivery, delivery, invoice, SECRET, session, VISITOR } from '../../test/stripe-fixtures.ts'
import { stripeIntake } from './stripe-intake.ts'
import { stripeWebhook } from './stripe-webhook.ts'

function setup() {
  const backend = harness()
  const seen: string[] = []
  const problems: unknown[] = []
  const handle = stripeWebhook({
    client: backend.client,
    stripe: new Stripe('sk_test_unused'),
    secret: SECRET,
    onError: (error) => problems.push(error),
    onEvent: ({ id }) => {
      seen.push(id)
    },
    userOf: (customer) => Promise.resolve(customer === 'cus_1' ? 'user_7' : undefined),
  })
  return { ...backend, handle, seen, problems }
}

const post = ({ body, signature }: Delivery) =>
  new Request('https://shop.example/webhooks/stripe', {
    method: 'POST',
    headers: { 'stripe-signature': signature },
    body,
  })

const paid = delivery('checkout.session.completed', session())

describe('stripeWebhook', () => {
  test('captures what Stripe signed, for the visitor of the checkout', async () => {
    const { handle, stored, seen } = setup()
    expect((await handle(post(paid))).status).toBe(200)
    expect([...stored.values()]).toMatchObject([
      { event: 'checkout_finished', eventId: 'stripe:pi_1', anonymousId: VISITOR, value: 4_990, currency: 'USD' },
    ])
    expect(seen).toEqual(['evt_1'])
  })

  test('refuses what it did not sign', async () => {
    const { handle, requests, seen } = setup()
    const forged = { ...paid, body: paid.body.replace('4990', '1') }
    expect((await handle(post(forged))).status).toBe(400)
    expect((await handle(post({ ...paid, signature: '' }))).status).toBe(400)
    expect(requests).toEqual([])
    expect(seen).toEqual([])
  })

  test('out of order, three times, at once: each counts once', async () => {
    const { handle, stored } = setup()
    const renewal = delivery('invoice.paid', invoice(), { id: 'evt_2' })
    const deliveries = [renewal, paid, paid, renewal, paid, renewal]
    const answers = await Promise.all(deliveries.map((one) => handle(post(one))))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    expect([...stored.keys()].sort()).toEqual(['stripe:in_1', 'stripe:pi_1'])
  })

  test('asks the app who a customer is where the metadata does not say', async () => {
    const { handle, stored } = setup()
    const fields = { metadata: {}, client_reference_id: null }
    await handle(post(delivery('checkout.session.completed', session(fields))))
    expect([...stored.values()]).toMatchObject([{ userId: 'user_7' }])
  })

  test('an event of no interest is 200 and captures nothing', async () => {
    const { handle, requests, seen } = setup()
    expect((await handle(post(delivery('customer.created', { id: 'cus_1' })))).status).toBe(200)
    expect(requests).toEqual([])
    expect(seen).toEqual(['evt_1'])
  })

  test('a payment whose amount cannot be read is 200, kept without a value, and reported', async () => {
    const { handle, stored, problems } = setup()
    const odd = delivery('checkout.session.completed', session({ currency: 'xyz' }))
    expect((await handle(post(odd))).status).toBe(200)
    expect([...stored.values()]).toMatchObject([{ event: 'checkout_finished', properties: { stripe_currency: 'xyz' } }])
    expect(problems).toEqual([expect.any(RangeError)])
  })

  test('a thin event that Stripe signed is 200 and captures nothing; one that it did not is 400', async () => {
    const { handle, requests, seen } = setup()
    const body = JSON.stringify({ id: 'evt_2', object: 'v2.core.event', type: 'v2.core.account.updated' })
    const sign = (options: object) =>
      Stripe.webhooks.generateTestHeaderString({ payload: body, secret: SECRET, ...options })
    expect((await handle(post({ body, signature: sign({}) }))).status).toBe(200)
    const hourAgo = Math.floor(Date.now() / 1_000) - 3_600
    for (const signature of [sign({ secret: 'whsec_other' }), sign({ timestamp: hourAgo }), '', 't=,v1=00']) {
      expect((await handle(post({ body, signature }))).status).toBe(400)
    }
    expect([requests, seen]).toEqual([[], []])
  })
})

describe('stripeIntake', () => {
  test("takes events as they are and in EventBridge's envelope, once each", async () => {
    const { client, stored } = harness()
    const intake = stripeIntake({ client })
    const event: unknown = JSON.parse(paid.body)
    expect(await intake(event)).toEqual({ received: 1, dropped: [] })
    expect(await intake({ 'detail-type': 'checkout.session.completed', detail: event })).toMatchObject({ received: 1 })
    expect([...stored.keys()]).toEqual(['stripe:pi_1'])
    expect(await intake({ object: 'v2.core.event', id: 'evt_2' })).toEqual({ received: 0, dropped: [] })
  })

  test('rejects what should be delivered again, and what is no event', async () => {
    const { client } = harness()
    const intake = stripeIntake({ client })
    await client.shutdown()
    await expect(intake(JSON.parse(paid.body))).rejects.toMatchObject({ code: 'closed' })
    await expect(intake({ detail: 'no event' })).rejects.toThrow(TypeError)
  })
})

import Stripe from 'stripe'
import { describe, expect, test } from 'vitest'
import { harness } from '../../test/harness.ts'
import { type Delivery, delivery, invoice, SECRET, session, VISITOR } from '../../test/stripe-fixtures.ts'
import { stripeWebhook } from './stripe-webhook.ts'

function setup() {
  const backend = harness()
  const seen: string[] = []
  const handle = stripeWebhook({
    client: backend.client,
    stripe: new Stripe('sk_test_unused'),
    secret: SECRET,
    onEvent: ({ id }) => {
      seen.push(id)
    },
    userOf: (customer) => Promise.resolve(customer === 'cus_1' ? 'user_7' : undefined),
  })
  return { ...backend, handle, seen }
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
      { event: 'checkout_finished', eventId: 'stripe:evt_1', anonymousId: VISITOR, value: 4_990, currency: 'USD' },
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
    expect([...stored.keys()].sort()).toEqual(['stripe:evt_1', 'stripe:evt_2'])
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
})

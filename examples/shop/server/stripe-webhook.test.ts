import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StartedCollector, startCollector } from '@threadline/collector'
import { createServerClient } from '@threadline/server'
import { expect, onTestFinished, test } from 'vitest'
import { DEMO_KEYRING, DEMO_KEYS } from '../demo/start.ts'
import { openAccounts } from './accounts.ts'
import { paymentWebhook, type SignedWebhook } from './payment.ts'
import { createStripeWebhook } from './stripe-webhook.ts'

const SECRET = 'whsec_test'

/** The webhook route in front of a collector, and a checkout of the Regular plan to be paid. */
async function setup() {
  const folder = await mkdtemp(join(tmpdir(), 'threadline-shop-'))
  const startAt = (port: number) =>
    startCollector({ port, host: '127.0.0.1', dataDir: join(folder, 'collector'), keys: DEMO_KEYRING })
  const collector = await startAt(0)
  const accounts = openAccounts(join(folder, 'shop.json'))
  const client = createServerClient({ key: DEMO_KEYS.server, host: collector.url, onError: () => undefined })
  const { user } = accounts.signUp('Ada@Example.com ')
  const checkout = accounts.openCheckout(user.id, 'regular', 'visitor-0001')
  const webhooks = createStripeWebhook({ accounts, client, webhookSecret: SECRET })
  onTestFinished(async () => {
    await client.shutdown({ timeoutMs: 1 })
    await rm(folder, { recursive: true, force: true })
  })
  const deliver = ({ body, signature }: SignedWebhook) =>
    webhooks.request('/stripe', { method: 'POST', body, headers: { 'stripe-signature': signature } })
  return { accounts, checkout, collector, deliver, startAt, user }
}

async function storedEvents(collector: StartedCollector) {
  const stored = await collector.store.latest('default', 10)
  return stored.map(({ body }): Record<string, unknown> => JSON.parse(body))
}

test('a payment delivered twice is one event, with the right money and both ids', async () => {
  const { accounts, checkout, collector, deliver, user } = await setup()
  onTestFinished(() => collector.close())
  for (let delivery = 0; delivery < 2; delivery += 1) {
    const answer = await deliver(paymentWebhook(checkout, SECRET))
    expect(answer.status).toBe(200)
  }
  expect(await storedEvents(collector)).toEqual([
    expect.objectContaining({
      event: 'checkout_finished',
      eventId: `stripe:${checkout.stripeEventId}`,
      userId: user.id,
      anonymousId: 'visitor-0001',
      value: 4900,
      currency: 'USD',
    }),
  ])
  expect(accounts.checkout(checkout.id)?.paid).toBe(true)
  expect(accounts.openCheckout(user.id, 'regular', null).id).toBe(checkout.id)
})

test('what Stripe did not sign is refused and changes nothing', async () => {
  const { accounts, checkout, collector, deliver } = await setup()
  onTestFinished(() => collector.close())
  const { body, signature } = paymentWebhook(checkout, SECRET)
  expect((await deliver(paymentWebhook(checkout, 'whsec_of_somebody_else'))).status).toBe(400)
  expect((await deliver({ body: body.replace('4900', '1'), signature })).status).toBe(400)
  expect((await deliver({ body, signature: '' })).status).toBe(400)
  expect(await storedEvents(collector)).toEqual([])
  expect(accounts.checkout(checkout.id)?.paid).toBe(false)
})

test('while the collector is away Stripe is asked to deliver again, and then it counts once', async () => {
  const { checkout, collector, deliver, startAt } = await setup()
  await collector.close()
  expect((await deliver(paymentWebhook(checkout, SECRET))).status).toBe(503)

  const back = await startAt(collector.port)
  onTestFinished(() => back.close())
  expect((await deliver(paymentWebhook(checkout, SECRET))).status).toBe(200)
  expect(await storedEvents(back)).toEqual([expect.objectContaining({ event: 'checkout_finished', value: 4900 })])
})

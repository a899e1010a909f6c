import { createHmac, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  CREATED,
  charge,
  DAY,
  type Delivery,
  delivery,
  invoice,
  items,
  price,
  SECRET,
  session,
  subscription,
} from '../../packages/server/test/stripe-fixtures.ts'
import { type AppProcess, nodeCommand, startApp } from './app-process.ts'
import { startStub } from './http-stub.ts'
import { startTestCollector, type TestCollector } from './test-collector.ts'

const SHOP_SECRET = 'shared with the shop'

describe('the Stripe example', () => {
  let collector: TestCollector
  let app: AppProcess
  let stripeApi: Awaited<ReturnType<typeof startStub>>
  let gate: Awaited<ReturnType<typeof startStub>>
  /** While it is closed, the collector answers nobody. */
  let isOpen = true
  const sessions: URLSearchParams[] = []

  beforeAll(async () => {
    collector = await startTestCollector()
    gate = await startStub(async ({ url, method, headers, body }) => {
      if (!isOpen) return { status: 503, body: '{"error":{"code":"unavailable","message":"closed"}}' }
      const answer = await fetch(new URL(url, collector.url), {
        method,
        body: new Uint8Array(body),
        headers: ['authorization', 'content-type', 'content-encoding'].flatMap((name): [string, string][] => {
          const value = headers[name]
          return typeof value === 'string' ? [[name, value]] : []
        }),
      })
      return { status: answer.status, body: await answer.text() }
    })
    stripeApi = await startStub(({ body }) => {
      sessions.push(new URLSearchParams(body.toString()))
      return {
        status: 200,
        body: JSON.stringify({ id: 'cs_1', object: 'checkout.session', url: 'https://pay.example' }),
      }
    })
    app = await startApp({
      example: 'stripe-webhooks',
      ...nodeCommand('server.ts'),
      env: {
        ...collector.env,
        THREADLINE_HOST: gate.url,
        STRIPE_KEY: 'sk_test_stub',
        STRIPE_API: stripeApi.url,
        STRIPE_WEBHOOK_SECRET: SECRET,
        SHOP_WEBHOOK_SECRET: SHOP_SECRET,
      },
    })
  })
  afterAll(async () => {
    await app?.stop()
    await stripeApi?.close()
    await gate?.close()
    await collector?.close()
  })

  const post = ({ body, signature }: Delivery) =>
    fetch(new URL('/webhooks/stripe', app.origin), {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'stripe-signature': signature },
    })

  /** Delivers a webhook about a user of its own; resolves with the events that are then in their timeline. */
  async function eventsAfter(type: string, object: object, before?: object) {
    const userId = `user_${randomUUID()}`
    const metadata = { tl_user: userId }
    const parent = { subscription_details: { subscription: 'sub_1', metadata } }
    // One id is one payment, so that each has its own.
    const own = randomUUID().replaceAll('-', '')
    const ids = {
      id: `${'id' in object ? object.id : 'ob'}${own}`,
      payment_intent: `pi_${own}`,
      customer: `cus_${own}`,
    }
    const fixture = { ...object, ...ids, metadata, parent, client_reference_id: null }
    const id = `evt_${randomUUID()}`
    const answer = await post(delivery(type, fixture, { id, ...(before && { before: { ...before } }) }))
    expect(answer.status).toBe(200)
    const timeline = await collector.timeline(userId)
    return (timeline?.events ?? []).map(({ event }) => event)
  }

  test('a checkout carries the visitor to Stripe and back, each payment once', async () => {
    const anonymousId = randomUUID()
    const userId = `user_${randomUUID()}`
    const opened = await fetch(new URL('/checkout', app.origin), {
      method: 'POST',
      headers: { cookie: `tl_id=${anonymousId}`, 'x-demo-user': userId },
    })
    expect(await opened.json()).toEqual({ url: 'https://pay.example' })
    const sent = sessions.at(-1)
    expect(sent?.get('client_reference_id')).toBe(anonymousId)
    expect(sent?.get('subscription_data[metadata][tl_user]')).toBe(userId)
    expect(sent?.get('subscription_data[trial_period_days]')).toBe('14')
    const metadata = Object.fromEntries(
      [...(sent ?? [])].flatMap(([name, value]) => {
        const key = /^metadata\[(\w+)\]$/.exec(name)?.[1]
        return key === undefined ? [] : [[key, value]]
      }),
    )

    const paid = delivery(
      'checkout.session.completed',
      session({
        mode: 'subscription',
        metadata,
        client_reference_id: anonymousId,
        subscription: 'sub_1',
        invoice: 'in_0',
      }),
      { id: `evt_${randomUUID()}` },
    )
    const parent = { subscription_details: { subscription: 'sub_1', metadata } }
    const renewed = delivery('invoice.paid', invoice({ parent }), { id: `evt_${randomUUID()}` })
    const answers = await Promise.all([renewed, paid, paid, renewed, paid, renewed].map(post))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])

    const timeline = await collector.timelineWhere(userId, ({ events }) =>
      events.some(({ event }) => event.event === 'checkout_started'),
    )
    expect(timeline.person.anonymousIds).toEqual([anonymousId])
    expect(timeline.events.map(({ event }) => event.event).sort()).toEqual([
      'checkout_finished',
      'checkout_started',
      'subscription_renewed',
    ])
  })

  test("an intent of the app's own carries the visitor too", async () => {
    const anonymousId = randomUUID()
    await fetch(new URL('/pay', app.origin), { method: 'POST', headers: { cookie: `tl_id=${anonymousId}` } })
    expect(sessions.at(-1)?.get('metadata[tl_id]')).toBe(anonymousId)
  })

  test('a wrong signature is 400 and captures nothing', async () => {
    const userId = `user_${randomUUID()}`
    const { body } = delivery('checkout.session.completed', session({ metadata: { tl_user: userId } }))
    const { signature } = delivery('checkout.session.completed', session())
    expect((await post({ body, signature })).status).toBe(400)
    expect(await collector.timeline(userId)).toBeUndefined()
  })

  test('a failed flush is 503, and the retry counts once', async () => {
    const userId = `user_${randomUUID()}`
    const ids = { id: `cs_${randomUUID()}`, payment_intent: `pi_${randomUUID()}` }
    const fixture = session({ ...ids, metadata: { tl_user: userId }, client_reference_id: null })
    const paid = delivery('checkout.session.completed', fixture, { id: `evt_${randomUUID()}` })
    isOpen = false
    expect((await post(paid)).status).toBe(503)
    expect(await collector.timeline(userId)).toBeUndefined()
    isOpen = true
    expect((await post(paid)).status).toBe(200)
    const timeline = await collector.timeline(userId)
    expect(timeline?.events.map(({ event }) => event.event)).toEqual(['checkout_finished'])
  })

  const trial = { trial_start: CREATED, trial_end: CREATED + 14 * DAY }

  const completed = 'checkout.session.completed'
  const updated = 'customer.subscription.updated'

  test.each([
    { name: 'USD', type: completed, object: session(), expected: { value: 4_990, currency: 'USD' } },
    { name: 'JPY', type: completed, object: session({ currency: 'jpy' }), expected: { value: 4_990, currency: 'JPY' } },
    { name: 'KWD', type: completed, object: session({ currency: 'kwd' }), expected: { value: 4_990, currency: 'KWD' } },
    {
      name: 'a full refund',
      type: 'charge.refunded',
      object: charge(),
      before: { amount_refunded: 0 },
      expected: { event: 'refunded', value: 4_990 },
    },
    {
      name: 'a partial refund',
      type: 'charge.refunded',
      object: charge(),
      before: { amount_refunded: 4_000 },
      expected: { event: 'refunded', value: 990 },
    },
    {
      name: 'a trial',
      type: 'customer.subscription.created',
      object: subscription({ status: 'trialing', ...trial }),
      expected: { event: 'trial_started', properties: { trial_days: 14 } },
    },
    {
      name: 'the end of a trial',
      type: updated,
      object: subscription({ ...trial, status: 'past_due' }),
      before: { status: 'trialing' },
      expected: { event: 'trial_ended', properties: { converted: false } },
    },
    {
      name: 'a plan change',
      type: updated,
      object: subscription({ items: items(price('price_pro_month')) }),
      before: { items: items(price('price_solo')) },
      expected: { event: 'subscription_changed', properties: { plan: 'pro', previous_plan: 'price_solo' } },
    },
  ])('$name', async ({ type, object, before, expected }) => {
    expect(await eventsAfter(type, object, before)).toMatchObject([expected])
  })

  test('webhooks of another sender take a few lines', async () => {
    const userId = `user_${randomUUID()}`
    const body = JSON.stringify({ id: randomUUID(), customer: userId, cents: 1_200, currency: 'EUR' })
    const send = (signature: string) =>
      fetch(new URL('/webhooks/shop', app.origin), { method: 'POST', body, headers: { 'x-signature': signature } })
    const signature = createHmac('sha256', SHOP_SECRET).update(body).digest('hex')
    expect((await send(signature.replace(/^./, (digit) => (digit === '0' ? '1' : '0')))).status).toBe(400)
    expect((await Promise.all([send(signature), send(signature)])).map(({ status }) => status)).toEqual([200, 200])
    const timeline = await collector.timeline(userId)
    expect(timeline?.events.map(({ event }) => event)).toMatchObject([{ event: 'purchase', value: 1_200 }])
  })
})

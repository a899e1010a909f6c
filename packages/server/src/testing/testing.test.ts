import { defineEvents } from '@threadline/schema'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createServerClient } from '../runtimes/edge.ts'
import { fetchTransport } from '../transport/fetch.ts'
import { createTestClient, type ThreadlineMatchers, threadlineMatchers } from './index.ts'
import { mockCollector } from './msw.ts'

declare module 'vitest' {
  interface Matchers<T> extends ThreadlineMatchers<T> {}
}

expect.extend(threadlineMatchers)

const USER = { userId: 'user_42' }

describe('createTestClient', () => {
  const events = defineEvents({ plan_upgraded: z.object({ plan: z.string(), seats: z.number().default(1) }) })

  test('shows events at once, by name, with what the schema made of them', () => {
    const { client, captured, clear } = createTestClient({ events })
    client.capture({ event: 'other', ...USER })
    client.capture({ event: 'plan_upgraded', ...USER, properties: { plan: 'pro' } })
    const [upgraded] = captured('plan_upgraded')
    expect(upgraded?.properties?.plan satisfies string | undefined).toBe('pro')
    expect(upgraded?.properties?.seats).toBe(1)
    expect(captured()).toHaveLength(2)
    clear()
    expect(captured()).toEqual([])
  })

  test('fails the test that captures something wrong', () => {
    const { client } = createTestClient({ events })
    expect(() => client.capture({ event: 'plan_upgraded', properties: { plan: 'pro' } })).toThrow(/anonymousId/)
    expect(() => client.identify('guest')).toThrow(/guest/)
  })

  test('knows the request anywhere below, as the real one does', async () => {
    const { client, captured } = createTestClient()
    await client.withScope({ headers: { cookie: 'tl_id=visitor_12345' } }, async () => {
      await Promise.resolve()
      client.capture({ event: 'page_read' })
    })
    expect(captured()).toMatchObject([{ event: 'page_read', anonymousId: 'visitor_12345' }])
  })

  test('is a whole client: scopes, flush, shutdown', async () => {
    const { client, captured } = createTestClient()
    client.scope({ headers: { cookie: 'tl_id=visitor_12345' } }).capture({ event: 'page_read' })
    expect(await client.flush()).toMatchObject({ delivered: 1 })
    expect(captured()[0]?.anonymousId).toBe('visitor_12345')
    await client.shutdown()
  })
})

describe('matchers', () => {
  const subject = createTestClient()
  subject.client.capture({ event: 'signup_completed', ...USER, properties: { method: 'email', tags: ['a', 'b'] } })

  test('match as far as the expectation goes', () => {
    expect(subject).toHaveCaptured('signup_completed')
    expect(subject).toHaveCaptured('signup_completed', { userId: 'user_42', properties: { method: 'email' } })
    expect(subject).toHaveCaptured('signup_completed', { eventId: expect.any(String) })
    expect(subject).not.toHaveCaptured('signup_completed', { properties: { method: 'sso' } })
    expect(subject).not.toHaveCaptured('signup_completed', { properties: { tags: ['a'] } })
    expect(subject).not.toHaveCaptured('checkout_finished')
    expect(subject).toHaveCapturedTimes('signup_completed', 1)
  })

  test('say what was captured when they fail', () => {
    expect(() => expect(subject).toHaveCaptured('checkout_finished')).toThrow(/captured were signup_completed/)
    expect(() => expect(subject).toHaveCapturedTimes('signup_completed', 2)).toThrow(/captured 1 times, not 2/)
  })
})

describe('mockCollector', () => {
  const host = 'https://events.example.com'
  const collector = mockCollector(host)
  const server = setupServer(...collector.handlers)
  beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
  afterEach(() => collector.clear())
  afterAll(() => server.close())

  test('stores what a client sends through fetch, gzip included, each id once', async () => {
    const client = createServerClient({ key: 'sk_test', host, transport: fetchTransport() })
    for (let index = 0; index < 40; index += 1) client.capture({ event: 'a', ...USER, eventId: `event_${index}` })
    expect(await client.flush()).toEqual({ delivered: 40, duplicates: 0, dropped: 0 })
    for (let index = 0; index < 10; index += 1) client.capture({ event: 'a', ...USER, eventId: `event_${index}` })
    expect(await client.flush()).toEqual({ delivered: 10, duplicates: 10, dropped: 0 })
    expect(collector.events).toHaveLength(40)
  })

  test('a purchase and its refund may have one id', async () => {
    const client = createServerClient({ key: 'sk_test', host, transport: fetchTransport() })
    const purchase = { event: 'purchase', ...USER, eventId: 'order_1', value: 4900, currency: 'EUR' } as const
    await client.captureNow(purchase)
    client.capture(purchase)
    expect(await client.captureNow({ ...purchase, event: 'refunded' })).toMatchObject({ kind: 'delivered' })
    expect(client.stats()).toMatchObject({ delivered: 3, duplicates: 1 })
    expect(collector.events.map(({ event }) => event)).toEqual(['purchase', 'refunded'])
  })

  test('answers like a collector to what is no batch', async () => {
    const response = await fetch(`${host}/v1/batch`, { method: 'POST', body: 'no json' })
    expect(response.status).toBe(400)
  })
})

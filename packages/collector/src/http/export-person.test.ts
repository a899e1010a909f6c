import { once } from 'node:events'
import { createAdaptorServer } from '@hono/node-server'
import type { SubscriptionState } from '@threadline/schema'
import { describe, expect, onTestFinished, test } from 'vitest'
import { batch, KEYS, NOW, testCollector } from '../../test/collector-setup.ts'
import { trackEvent } from '../../test/events.ts'
import type { Store } from '../store/store.ts'
import { StoreError } from '../store/store-error.ts'

const at = (second: number) => new Date(NOW - 3_600_000 + second * 1_000).toISOString()

async function lines(response: Response): Promise<{ type: string; [field: string]: unknown }[]> {
  const text = await response.text()
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** A visitor who became user-1, a second browser of theirs, a shared one, and somebody else. */
async function people(post: (path: string, body: unknown) => Promise<Response>): Promise<void> {
  const identify = { event: '$identify', userId: 'user-1' }
  await post(
    '/v1/batch',
    batch([
      trackEvent({ eventId: 'landing', timestamp: at(1), utm: { source: 'news' } }),
      trackEvent({ ...identify, eventId: 'first', timestamp: at(2), traits: { plan: 'free', name: 'Ada' } }),
      trackEvent({
        ...identify,
        eventId: 'phone',
        anonymousId: 'phone-0001',
        timestamp: at(4),
        traits: { plan: 'pro' },
      }),
      trackEvent({
        eventId: 'paid',
        event: 'purchase',
        userId: 'user-1',
        value: 4900,
        currency: 'USD',
        timestamp: at(5),
      }),
      trackEvent({ eventId: 'shared', anonymousId: 'shared-0001', userId: 'user-2', timestamp: at(1) }),
      trackEvent({ eventId: 'borrowed', anonymousId: 'shared-0001', userId: 'user-1', timestamp: at(6) }),
      trackEvent({ eventId: 'left-on-shared', anonymousId: 'shared-0001', timestamp: at(7) }),
      trackEvent({ eventId: 'somebody-else', anonymousId: 'visitor-0002', timestamp: at(3) }),
    ]),
  )
}

describe('GET /v1/people/:id/export', () => {
  test('gives all that is known of a person, by either of their ids', async () => {
    const { post, get } = await testCollector()
    await people(post)
    const response = await get('/v1/people/visitor-0001/export')
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    expect(response.headers.get('content-disposition')).not.toMatch(/user-1|visitor-0001/)
    const exported = await lines(response)
    expect(exported.map(({ type, event, anonymousId }) => [type, event ?? anonymousId])).toMatchObject([
      ['person', undefined],
      ['link', 'visitor-0001'],
      ['link', 'phone-0001'],
      ['link', 'shared-0001'],
      ['event', { eventId: 'borrowed' }],
      ['event', { eventId: 'paid', value: 4900 }],
      ['event', { eventId: 'phone' }],
      ['event', { eventId: 'first' }],
      ['event', { eventId: 'landing', utm: { source: 'news' } }],
      ['traits', undefined],
      ['end', undefined],
    ])
    expect(exported[0]).toEqual({ type: 'person', userId: 'user-1', anonymousIds: ['visitor-0001', 'phone-0001'] })
    expect(exported[1]).toEqual({ type: 'link', anonymousId: 'visitor-0001', userId: 'user-1', firstSeen: at(2) })
    const receivedAt = new Date(NOW).toISOString()
    expect(exported[4]).toMatchObject({ occurredAt: at(6), receivedAt, sentAt: receivedAt, sender: 'server' })
    expect(exported.slice(-2)).toEqual([
      { type: 'traits', traits: { plan: 'pro', name: 'Ada' } },
      { type: 'end', events: 5, links: 3 },
    ])
    expect(await lines(await get('/v1/people/user-1/export'))).toEqual(exported)
  })

  test.each(['user-1', 'visitor-0002'])('lists of %s what forgetting removes, no more and no less', async (id) => {
    const { post, get, store } = await testCollector()
    await people(post)
    const alias = { event: '$alias', userId: 'user-1', properties: { previousId: 'old-0001' }, timestamp: at(8) }
    await post('/v1/batch', batch([trackEvent(alias), trackEvent({ anonymousId: 'old-0001', timestamp: at(0) })]))
    const exported = await lines(await get(`/v1/people/${id}/export`))
    const listed = exported.flatMap(({ type, event }) => (type === 'event' ? [event] : []))
    const stored = async () => (await store.latest('default', 100)).map(({ body }) => JSON.parse(body))
    const before = await stored()
    const { removed } = await (await post(`/v1/people/${id}/forget`, {})).json()
    const left = new Set((await stored()).map(({ eventId }) => eventId))
    const gone = before.filter(({ eventId }) => !left.has(eventId))
    expect(new Set(listed)).toEqual(new Set(gone))
    expect({ ...exported.at(-1) }).toEqual({ type: 'end', ...removed })
    const ties = exported.filter(({ type }) => type === 'link' || type === 'alias')
    expect(ties).toHaveLength(removed.links)
    expect((await get(`/v1/people/${id}/export`)).status).toBe(404)
  })

  test('lists the ids, claims and subscriptions of payments, and the events that only those tie to the person', async () => {
    const { post, get, store } = await testCollector()
    const subscription = { id: 'stripe:sub_1', changedAt: at(4), billed: true, plan: 'pro' }
    const state: SubscriptionState = {
      ...subscription,
      interval: 'month',
      intervalCount: 1,
      amount: 2900,
      currency: 'USD',
    }
    const money = { event: 'purchase', value: 4900, currency: 'USD' }
    await post(
      '/v1/batch',
      batch([
        trackEvent({
          ...money,
          eventId: 'own',
          userId: 'user-1',
          anonymousId: undefined,
          timestamp: at(3),
          billing: { paymentIds: ['stripe:pi_1'], payerIds: ['stripe:cus_1'] },
        }),
        trackEvent({
          ...money,
          eventId: 'renewal',
          anonymousId: 'stripe:cus_1',
          timestamp: at(4),
          billing: { paymentIds: ['stripe:in_1'], payerIds: ['stripe:cus_1', 'stripe:sub_1'], subscription: state },
        }),
      ]),
    )
    const exported = await lines(await get('/v1/people/user-1/export'))
    const listed = exported.filter(({ type }) => !['person', 'event', 'traits'].includes(type))
    expect(listed).toEqual([
      { type: 'billingId', id: 'stripe:cus_1' },
      { type: 'billingId', id: 'stripe:in_1' },
      { type: 'billingId', id: 'stripe:pi_1' },
      { type: 'billingId', id: 'stripe:sub_1' },
      { type: 'claim', id: 'stripe:pi_1', anonymousId: null, userId: 'user-1', firstSeen: at(3) },
      { type: 'subscription', ...state, account: null, livemode: true },
      { type: 'end', events: 2, links: 0 },
    ])
    const person = await store.person('default', 'user-1')
    const { removed } = await (await post('/v1/people/user-1/forget', {})).json()
    expect(removed).toEqual({ events: 2, links: 0 })
    const left = person && (await store.storedBilling('default', person))
    expect(left).toEqual({ ids: [], claims: [], subscriptions: [] })
    expect((await get('/v1/people/stripe%3Acus_1/export')).status).toBe(404)
  })

  test('is for whoever may read', async () => {
    const { post, get } = await testCollector()
    await people(post)
    const path = '/v1/people/user-1/export'
    expect((await get(path, '')).status).toBe(401)
    expect((await get(path, KEYS.browser)).status).toBe(403)
    expect((await get(path, KEYS.other)).status).toBe(404)
  })

  test('reads a page when the one before was taken, and no more once nobody takes any', async () => {
    const { post, store } = await testCollector()
    await many(post, 1_200)
    const { collector, pages } = await countingCollector(store)
    const whole = await lines(await collector.fetch(exportRequest()))
    const ids = whole.flatMap(({ type, event }) => (type === 'event' ? [event] : []))
    expect(new Set(ids.map((event) => JSON.stringify(event))).size).toBe(1_200)
    expect(whole.at(-1)).toEqual({ type: 'end', events: 1_200, links: 0 })
    expect(pages()).toBe(3)

    const reader = (await collector.fetch(exportRequest())).body?.getReader()
    await reader?.read()
    expect(pages()).toBe(3)
    await reader?.read()
    expect(pages()).toBe(4)
    await reader?.cancel()
    expect(pages()).toBe(4)
  })

  test('breaks off when the store fails in between, so that half an export is not taken for a whole one', async () => {
    const { post, store } = await testCollector()
    await many(post, 600)
    const { collector } = await countingCollector(store, { failAtPage: 2 })
    const server = createAdaptorServer({ fetch: collector.fetch })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const { url, headers } = exportRequest()
    const response = await fetch(url.replace('collector.test', `127.0.0.1:${address.port}`), { headers })
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
  })
})

function exportRequest(): Request {
  return new Request('http://collector.test/v1/people/visitor-0001/export', {
    headers: { authorization: `Bearer ${KEYS.reader}` },
  })
}

/** Many events of visitor-0001, which the collector takes in batches. */
async function many(post: (path: string, body: unknown) => Promise<Response>, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 200) {
    await post('/v1/batch', batch(Array.from({ length: Math.min(200, count - sent) }, () => trackEvent())))
  }
}

/** A collector on `store` that tells how many pages of timelines were read. */
async function countingCollector(store: Store, { failAtPage = Number.POSITIVE_INFINITY } = {}) {
  let count = 0
  const { collector } = await testCollector({
    store: {
      ...store,
      timeline(...given) {
        count += 1
        return count >= failAtPage ? Promise.reject(new StoreError('unreachable', 'gone')) : store.timeline(...given)
      },
    },
  })
  return { collector, pages: () => count }
}

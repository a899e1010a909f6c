import { randomUUID } from 'node:crypto'
import RudderAnalytics from '@rudderstack/rudder-sdk-node'
import { Analytics } from '@segment/analytics-node'
import { threadline } from '@threadline/destinations'
import { createServerClient } from '@threadline/server'
import { describe, expect, test } from 'vitest'
import { SERVER_KEY } from '../collector/keys.ts'
import { startRelayedCollector } from './collector.ts'
import { complaints } from './complaints.ts'

/** A busy machine takes its time. */
const PATIENCE = { timeout: 60_000 }

/** Whom a call is about. */
type Who =
  | { readonly userId: string; readonly anonymousId?: string }
  | { readonly anonymousId: string; readonly userId?: string }

interface Members {
  [name: string]: string | number
}

/** The calls of Segment's spec, as both clients have them. */
interface Client {
  page(message: Who & { readonly name: string; readonly properties: Members }): unknown
  track(message: Who & { readonly event: string; readonly properties: Members }): unknown
  identify(message: Who & { readonly traits: Members }): unknown
  group(message: Who & { readonly groupId: string; readonly traits: Members }): unknown
  /** Resolves when all that was called before is taken or given up. */
  flush(): Promise<unknown>
}

/** Opens a client, unchanged but for its host and key; it tells what it calls an error. */
type Open = (host: string, onError: (error: unknown) => void) => Client

const CLIENTS: readonly (readonly [name: string, open: Open])[] = [
  [
    '@segment/analytics-node',
    (host, onError) => {
      const analytics = new Analytics({ writeKey: SERVER_KEY, host, maxRetries: 30 })
      analytics.on('error', onError)
      return {
        page: (message) => analytics.page(message),
        track: (message) => analytics.track(message),
        identify: (message) => analytics.identify(message),
        group: (message) => analytics.group(message),
        flush: () => analytics.flush(),
      }
    },
  ],
  [
    '@rudderstack/rudder-sdk-node',
    (dataPlaneUrl, onError) => {
      const errorHandler = (error: unknown) => onError(error)
      return new RudderAnalytics(SERVER_KEY, { dataPlaneUrl, retryCount: 10, errorHandler })
    },
  ],
]

describe.each(CLIENTS)('%s', (_, open) => {
  test('a visitor becomes a customer: one person, one timeline, beside what our SDK reports', async () => {
    const heard = complaints()
    const collector = await startRelayedCollector()
    const client = open(collector.relay.url, (error) => heard.push(error))
    const anonymousId = randomUUID()
    const userId = `user-${randomUUID()}`
    const who = { anonymousId, userId }

    const page = (name: string) => ({
      anonymousId,
      name,
      properties: { url: `https://shop.example/${name}`, path: `/${name}`, title: name },
    })
    client.page(page('home'))
    client.page(page('pricing'))
    client.track({ ...who, event: 'Signed Up', properties: { plan: 'pro' } })
    client.identify({ ...who, traits: { email: 'sam@example.com', plan: 'pro' } })
    client.group({ ...who, groupId: 'team-1', traits: { name: 'Example Ltd' } })
    await client.flush()

    const ours = createServerClient({ destination: threadline({ key: SERVER_KEY, host: collector.relay.url }) })
    ours.capture({ event: 'plan_viewed', anonymousId })
    await ours.shutdown()

    await collector.kill()
    await collector.start()
    client.track({
      ...who,
      event: 'Order Completed',
      properties: { order_id: 'order-1', revenue: 49.9, currency: 'EUR' },
    })
    await client.flush()

    const { person, events } = await collector.told(userId)
    expect(person).toEqual({ userId, anonymousIds: [anonymousId] })
    expect(events.map(({ event }) => event).sort()).toEqual([
      '$group',
      '$identify',
      '$pageview',
      '$pageview',
      'plan_viewed',
      'purchase',
      'signup_completed',
    ])
    expect(events.find(({ event }) => event === 'purchase')).toMatchObject({
      value: 4_990,
      currency: 'EUR',
      properties: { order_id: 'order-1' },
      context: { library: expect.stringMatching(/analytics-node|analytics\.node|node/i) },
    })
    expect(
      events
        .filter(({ event }) => event === '$pageview')
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['/home', '/pricing'])
    expect(events.find(({ event }) => event === '$identify')).toMatchObject({
      email: 'sam@example.com',
      traits: { plan: 'pro' },
    })
    expect(heard).toEqual([])
    expect(collector.relay.resent('messageId')).toEqual([])
    expect(new Set(collector.relay.passages.map(({ status }) => status))).toEqual(new Set([200]))
  })

  test('what it sends while the collector is away, and what it sends again, is stored once', async () => {
    complaints()
    const collector = await startRelayedCollector()
    const client = open(collector.relay.url, () => undefined)
    const userId = `user-${randomUUID()}`
    const track = (event: string) => client.track({ userId, event, properties: {} })

    collector.relay.loseNext()
    track('answer_lost')
    await client.flush()
    await collector.kill()
    track('collector_away')
    const flushed = client.flush()
    await expect
      .poll(() => collector.relay.passages.filter(({ status }) => status === 'lost').length, PATIENCE)
      .toBeGreaterThan(1)
    await collector.start()
    await flushed
    await expect
      .poll(async () => (await collector.told(userId)).events.map(({ event }) => event), PATIENCE)
      .toEqual(['answer_lost', 'collector_away'])
  })

  test('what can never be stored it gives up at once, and says so', async () => {
    const heard = complaints()
    const collector = await startRelayedCollector()
    const client = open(collector.relay.url, (error) => heard.push(error))
    client.track({ userId: 'user_42', event: '$made_up', properties: {} })
    await client.flush().catch(() => undefined)
    await expect.poll(() => heard.length, PATIENCE).toBeGreaterThan(0)
    expect(collector.relay.passages.map(({ status }) => status)).toEqual([400])
  })
})

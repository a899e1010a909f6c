import { randomUUID } from 'node:crypto'
import { threadline } from '@threadline/destinations'
import { createServerClient } from '@threadline/server'
import { PostHog } from 'posthog-node'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { SERVER_KEY } from '../collector/keys.ts'
import { type RelayedCollector, startRelayedCollector } from './collector.ts'
import { complaints } from './complaints.ts'

const PROJECT_KEY = 'phc_e2e_project'

/** Short waits in place of its three seconds; nothing else is changed but its host. */
const PATIENCE = { fetchRetryDelay: 250, fetchRetryCount: 400 }

const start = () => startRelayedCollector({ dialects: { posthog: [{ projectKey: PROJECT_KEY }] } })

const names = async (collector: RelayedCollector, id: string) =>
  (await collector.told(id)).events.map(({ event }) => event).sort()

// It sends to one endpoint by default, and to a newer one that answers for each event when the environment says so.
describe.each(['v0', 'v1'])('posthog-node, capture mode %s', (mode) => {
  function open(host: string, onError: (error: unknown) => void): PostHog {
    vi.stubEnv('POSTHOG_CAPTURE_MODE', mode)
    onTestFinished(() => {
      vi.unstubAllEnvs()
    })
    const client = new PostHog(PROJECT_KEY, { host, ...PATIENCE })
    client.on('error', onError)
    return client
  }

  test('a visitor becomes a customer: one person, one timeline, beside what our SDK reports', async () => {
    const heard = complaints()
    const collector = await start()
    const { relay } = collector
    const client = open(relay.url, (error) => heard.push(error))
    const visitor = randomUUID()
    const distinctId = `user-${randomUUID()}`
    const page = (path: string) => ({
      distinctId: visitor,
      event: '$pageview',
      properties: { $current_url: `https://shop.example${path}`, $pathname: path, $process_person_profile: false },
    })

    client.capture(page('/'))
    client.capture(page('/pricing'))
    await client.flush()
    client.identify({ distinctId, properties: { $anon_distinct_id: visitor, email: 'sam@example.com', plan: 'pro' } })
    client.capture({ distinctId, event: 'signup_completed', properties: { method: 'email' } })
    client.groupIdentify({ groupType: 'company', groupKey: 'team-1', properties: { name: 'Example Ltd' }, distinctId })
    expect(await client.getAllFlags(distinctId)).toEqual({})
    await client.flush()

    const ours = createServerClient({ destination: threadline({ key: SERVER_KEY, host: relay.url }) })
    ours.capture({ event: 'plan_viewed', anonymousId: visitor })
    await ours.shutdown()

    await collector.kill()
    await collector.start()
    const order = { order_id: 'order-1', payment_type: 'one_time', revenue: 49.9, currency: 'EUR' }
    client.capture({ distinctId, event: 'purchase', properties: order })
    await client.shutdown()

    const { person, events } = await collector.told(distinctId)
    expect(person).toEqual({ userId: distinctId, anonymousIds: [visitor] })
    const told = events.map(({ event }) => event)
    expect(told.sort()).toEqual([
      '$group',
      '$identify',
      '$pageview',
      '$pageview',
      'plan_viewed',
      'purchase',
      'signup_completed',
    ])
    const found = (event: string) => events.find((each) => each.event === event)
    expect(found('purchase')).toMatchObject({
      value: 4_990,
      currency: 'EUR',
      properties: { order_id: 'order-1' },
      context: { library: expect.stringMatching(/^posthog-node\/\d/) },
    })
    expect(found('$identify')).toMatchObject({ email: 'sam@example.com', traits: { plan: 'pro' } })
    expect(found('$group')).toMatchObject({ properties: { groupId: 'team-1', traits: { name: 'Example Ltd' } } })
    expect(heard).toEqual([])
    expect(relay.resent('uuid')).toEqual([])
    expect(new Set(relay.passages.map(({ status }) => status))).toEqual(new Set([200]))
  })

  test('what it sends while the collector is away, and what it sends again, is stored once', async () => {
    complaints()
    const collector = await start()
    const client = open(collector.relay.url, () => undefined)
    const distinctId = `user-${randomUUID()}`

    collector.relay.loseNext()
    client.capture({ distinctId, event: 'answer_lost' })
    await client.flush()
    expect(collector.relay.passages.map(({ status }) => status)).toEqual(['lost', 200])
    await collector.kill()
    client.capture({ distinctId, event: 'collector_away' })
    const flushed = client.flush()
    const lost = () => collector.relay.passages.filter(({ status }) => status === 'lost').length
    await expect.poll(lost, { timeout: 60_000 }).toBeGreaterThan(1)
    await collector.start()
    await flushed
    expect(await names(collector, distinctId)).toEqual(['answer_lost', 'collector_away'])
    await client.shutdown()
  })

  test('what can never be stored it gives up at once, and the rest of its batch is stored', async () => {
    const heard = complaints()
    const collector = await start()
    const client = open(collector.relay.url, (error) => heard.push(error))
    const distinctId = `user-${randomUUID()}`
    client.capture({ distinctId: 'guest', event: 'of_nobody' })
    client.capture({ distinctId, event: 'of_somebody' })
    await client.shutdown()
    expect(await names(collector, distinctId)).toEqual(['of_somebody'])
    // The newer endpoint answers for each event.
    expect(collector.relay.passages.map(({ status }) => status)).toEqual([mode === 'v1' ? 200 : 400])
    expect(heard).not.toEqual([])
  })
})

test('another key is refused, and told once', async () => {
  const heard = complaints()
  const collector = await start()
  const client = new PostHog('phc_of_somebody_else', { host: collector.relay.url, ...PATIENCE })
  client.on('error', (error) => heard.push(error))
  client.capture({ distinctId: 'user_42', event: 'report_opened' })
  await client.shutdown()
  expect(collector.relay.passages.map(({ status }) => status)).toEqual([401])
  expect(heard.length).toBeGreaterThan(0)
})

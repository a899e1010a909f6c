import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { PAGE_KEY, type RelayedCollector, startRelayedCollector } from './collector.ts'
import { describeOnSite } from './site.ts'

/** A busy machine takes its time. */
const PATIENCE = { timeout: 60_000 }

/** An official browser client, unchanged but for its hosts and its key. */
interface Client {
  readonly name: string
  /** Code of the page that starts it as `client` at `HOST`. */
  readonly start: string
  /** Where it keeps the visitor's id. */
  readonly idName: string
  /** Sends again what did not get through. */
  readonly retries: boolean
}

const CLIENTS: readonly Client[] = [
  {
    name: '@segment/analytics-next',
    start: `
      import { AnalyticsBrowser } from '@segment/analytics-next'
      window.start = (host) => {
        window.client = AnalyticsBrowser.load({ writeKey: '${PAGE_KEY}', cdnURL: host })
      }`,
    idName: 'ajs_anonymous_id',
    retries: true,
  },
  {
    name: '@rudderstack/analytics-js',
    start: `
      import { RudderAnalytics } from '@rudderstack/analytics-js/bundled'
      window.start = (host) => {
        window.client = new RudderAnalytics()
        window.client.load('${PAGE_KEY}', host, { configUrl: host })
      }`,
    idName: 'rl_anonymous_id',
    retries: true,
  },
  {
    name: '@jitsu/js',
    // Left to itself it makes a domain of the site's IP address, for which no browser keeps a cookie.
    start: `
      import { jitsuAnalytics } from '@jitsu/js'
      window.start = (host) => {
        window.client = jitsuAnalytics({ writeKey: '${PAGE_KEY}:x', host, cookieDomain: location.hostname })
      }`,
    idName: '__eventn_id',
    retries: false,
  },
]

/** Our own client, for the page that has moved already: it takes over the visitor. */
const OURS = `export * from '@threadline/browser'`

const scripts = {
  '/ours.js': { code: OURS, as: 'threadline' },
  ...Object.fromEntries(CLIENTS.map(({ name, start }) => [`/${name}.js`, { code: start }])),
}

/** Starts the client that the address names. */
const page = `<script src="/ours.js"></script>
  <script type="module">
    const query = new URLSearchParams(location.search)
    await import('/' + query.get('client') + '.js')
    start(query.get('host'))
    client.page()
  </script>`

describeOnSite('Browser clients of Segment’s API', { scripts, page }, (site) => {
  describe.each(CLIENTS)('$name', ({ name, idName, retries }) => {
    const visit = (page: Page, { relay }: RelayedCollector, pathname: string) =>
      page.goto(`${site.origin}${pathname}?client=${encodeURIComponent(name)}&host=${encodeURIComponent(relay.url)}`)

    const names = async (collector: RelayedCollector, id: string) =>
      (await collector.told(id)).events.map(({ event }) => event).sort()

    /** Starts our own client on the page, as one that has moved has it. */
    const startOurs = ({ relay }: RelayedCollector) =>
      `threadline.init({
        key: '${PAGE_KEY}', host: '${relay.url}', flushIntervalMs: 100,
        adoptIds: [threadline.storedId('${idName}')],
      })`

    test('a visitor becomes a customer: one person, one timeline, beside our own client on a page that has moved', async () => {
      const collector = await startRelayedCollector()
      const { page, context, heard } = await site.visitor()
      const { relay } = collector
      const taken = () => relay.passages.filter(({ method, status }) => method === 'POST' && status === 200).length
      const userId = `user-${randomUUID()}`

      await visit(page, collector, '/')
      await expect.poll(taken, PATIENCE).toBe(1)
      await visit(page, collector, '/pricing')
      await expect.poll(taken, PATIENCE).toBe(2)
      await page.evaluate(startOurs(collector))
      await page.evaluate(`threadline.capture('plan_viewed', { plan: 'pro' })`)
      const anonymousId = await page.evaluate<string>('threadline.getAnonymousId()')
      expect((await context.cookies()).map((cookie) => cookie.name)).toContain(idName)
      // Those of the other client are among them: its visitor is taken over.
      await expect
        .poll(() => names(collector, anonymousId), PATIENCE)
        .toEqual(['$pageview', '$pageview', '$pageview', 'plan_viewed'])

      await collector.kill()
      await collector.start()
      await page.evaluate(`
        client.track('Signed Up', { plan: 'pro' })
        client.identify('${userId}', { email: 'sam@example.com', plan: 'pro' })
        client.group('team-1', { name: 'Example Ltd' })
        client.track('Order Completed', { order_id: 50314, revenue: 49.9, currency: 'EUR' })`)
      await expect
        .poll(() => names(collector, userId), PATIENCE)
        .toEqual([
          '$group',
          '$identify',
          '$pageview',
          '$pageview',
          '$pageview',
          'Order Completed',
          'plan_viewed',
          'signup_completed',
        ])

      const { person, events } = await collector.told(userId)
      expect(person).toEqual({ userId, anonymousIds: [anonymousId] })
      const found = (event: string) => events.find((each) => each.event === event)
      expect(found('$pageview')).toMatchObject({ path: '/', title: 'Page /', context: { library: expect.any(String) } })
      expect(found('$identify')).toMatchObject({ email: 'sam@example.com', traits: { plan: 'pro' } })
      expect(found('$group')).toMatchObject({ properties: { groupId: 'team-1', traits: { name: 'Example Ltd' } } })
      expect(found('Order Completed')).toMatchObject({
        value: 4_990,
        currency: 'EUR',
        properties: { order_id: 50_314 },
      })
      expect(heard).toEqual([])
      expect(relay.resent('messageId')).toEqual([])
      expect(relay.passages.filter(({ status }) => status !== 200 && status !== 204)).toEqual([])
    })

    test.runIf(retries)(
      'what it sends while the collector is away, and what it sends again, is stored once',
      async () => {
        const collector = await startRelayedCollector()
        const { page } = await site.visitor()
        const userId = `user-${randomUUID()}`
        await visit(page, collector, '/')
        await expect
          .poll(() => collector.relay.passages.filter(({ method }) => method === 'POST').length, PATIENCE)
          .toBe(1)
        await page.evaluate(`client.identify('${userId}')`)
        await expect.poll(() => names(collector, userId), PATIENCE).toEqual(['$identify', '$pageview'])
        collector.relay.loseNext()
        await page.evaluate(`client.track('answer_lost')`)
        await expect.poll(() => collector.relay.passages.some(({ status }) => status === 'lost'), PATIENCE).toBe(true)
        await collector.kill()
        await page.evaluate(`client.track('collector_away')`)
        const lost = () => collector.relay.passages.filter(({ status }) => status === 'lost').length
        await expect.poll(lost, PATIENCE).toBeGreaterThan(1)
        await collector.start()
        await expect
          .poll(() => names(collector, userId), PATIENCE)
          .toEqual(['$identify', '$pageview', 'answer_lost', 'collector_away'])
      },
    )
  })
})

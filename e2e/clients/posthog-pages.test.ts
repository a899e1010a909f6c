import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { PAGE_KEY, type RelayedCollector, startRelayedCollector } from './collector.ts'
import { describeOnSite, type Site } from './site.ts'

const PROJECT_KEY = 'phc_e2e_project'

/** The official script, unchanged but for its host. A program drives the browser, which it would otherwise take for a bot. */
const SCRIPT = `
  import posthog from 'posthog-js'
  window.posthog = posthog
  window.start = (host, options) => posthog.init('${PROJECT_KEY}', { api_host: host, opt_out_useragent_filter: true, ...options })`

const SCRIPTS = {
  '/posthog.js': { code: SCRIPT },
  '/ours.js': { code: `export * from '@threadline/browser'`, as: 'threadline' },
}

const PAGE = `<script src="/ours.js"></script><script type="module" src="/posthog.js"></script>`

const start = () => startRelayedCollector({ dialects: { posthog: [{ projectKey: PROJECT_KEY }] } })

const names = async (collector: RelayedCollector, id: string) =>
  (await collector.told(id)).events.map(({ event }) => event).sort()

describeOnSite('posthog-js', { scripts: SCRIPTS, page: PAGE }, (site: Site) => {
  const visit = async (page: Page, { relay }: RelayedCollector, path: string, options: object = {}) => {
    await page.goto(`${site.origin}${path}`)
    await page.evaluate(`start(${JSON.stringify(relay.url)}, ${JSON.stringify(options)})`)
  }

  /** Starts our own client on the page, as one that has moved has it: it takes over the visitor. */
  const startOurs = ({ relay }: RelayedCollector) =>
    `threadline.init({
      key: '${PAGE_KEY}', host: '${relay.url}', flushIntervalMs: 100,
      adoptIds: [threadline.storedId('ph_${PROJECT_KEY}_posthog', 'distinct_id')],
    })`

  const idOf = (page: Page) => page.evaluate<string>('posthog.get_distinct_id()')

  test('a visitor becomes a customer: one person, one timeline, beside our own client on a page that has moved', async () => {
    const collector = await start()
    const { page, heard } = await site.visitor()
    const userId = `user-${randomUUID()}`

    await visit(page, collector, '/')
    const visitor = await idOf(page)
    await expect.poll(() => names(collector, visitor), { timeout: 60_000 }).toContain('$pageview')
    await visit(page, collector, '/pricing')
    await page.evaluate(startOurs(collector))
    await page.evaluate(`threadline.capture('plan_viewed', { plan: 'pro' })`)
    expect(await page.evaluate('threadline.getAnonymousId()')).toBe(visitor)
    await expect.poll(() => names(collector, visitor), { timeout: 60_000 }).toContain('plan_viewed')
    const seen = () => collector.told(visitor).then(({ events }) => events.filter(({ event }) => event === '$pageview'))
    await expect.poll(() => seen().then((views) => views.length), { timeout: 60_000 }).toBe(3)

    await collector.kill()
    await collector.start()
    await page.evaluate(`
      posthog.capture('signup_completed', { method: 'email' })
      posthog.identify('${userId}', { email: 'sam@example.com', plan: 'pro' }, { first_plan: 'free' })
      posthog.group('company', 'team-1', { name: 'Example Ltd' })
      posthog.capture('purchase', { order_id: 'order-1', payment_type: 'one_time', revenue: 49.9, currency: 'EUR' })`)
    await expect.poll(() => names(collector, userId), { timeout: 60_000 }).toContain('purchase')
    await page.goto('about:blank')
    const expected = ['$group', '$identify', '$page_leave', '$page_leave', '$pageview', '$pageview', '$pageview']
    await expect
      .poll(() => names(collector, userId), { timeout: 60_000 })
      .toEqual([...expected, 'plan_viewed', 'purchase', 'signup_completed'])

    const { person, events } = await collector.told(userId)
    expect(person).toEqual({ userId, anonymousIds: [visitor] })
    const found = (event: string) => events.find((each) => each.event === event)
    expect(found('$pageview')).toMatchObject({
      url: `${site.origin}/`,
      path: '/',
      title: 'Page /',
      sessionId: expect.any(String),
      context: { library: expect.stringMatching(/^web\/\d/), userAgent: expect.stringContaining('Mozilla/5.0') },
    })
    expect(found('signup_completed')).toMatchObject({ anonymousId: visitor, properties: { method: 'email' } })
    expect(found('$identify')).toMatchObject({
      email: 'sam@example.com',
      traits: { plan: 'pro' },
      properties: { $set_once: expect.objectContaining({ first_plan: 'free' }) },
    })
    expect(found('$group')).toMatchObject({ properties: { groupId: 'team-1', traits: { name: 'Example Ltd' } } })
    expect(found('purchase')).toMatchObject({ anonymousId: visitor, userId, value: 4_990, currency: 'EUR' })
    for (const event of events) expect(JSON.stringify(event)).not.toContain(PROJECT_KEY)
    expect(heard).toEqual([])
    expect(collector.relay.resent('uuid')).toEqual([])
    expect(collector.relay.passages.filter(({ status }) => status !== 200 && status !== 204)).toEqual([])
  })

  test('what it sends while the collector is away, and what it sends again, is stored once and when it happened', async () => {
    const collector = await start()
    const { page } = await site.visitor()
    await visit(page, collector, '/')
    const visitor = await idOf(page)
    await expect.poll(() => names(collector, visitor), { timeout: 60_000 }).toEqual(['$pageview'])
    collector.relay.loseNext()
    await page.evaluate(`posthog.capture('answer_lost')`)
    await expect
      .poll(() => collector.relay.passages.some(({ status }) => status === 'lost'), { timeout: 60_000 })
      .toBe(true)
    await collector.kill()
    const before = Date.now()
    await page.evaluate(`posthog.capture('collector_away')`)
    const after = Date.now()
    const lost = () => collector.relay.passages.filter(({ status }) => status === 'lost').length
    await expect.poll(lost, { timeout: 60_000 }).toBeGreaterThan(1)
    await collector.start()
    await expect
      .poll(() => names(collector, visitor), { timeout: 90_000 })
      .toEqual(['$pageview', 'answer_lost', 'collector_away'])
    const { events } = await collector.told(visitor)
    const happened = Date.parse(events.find(({ event }) => event === 'collector_away')?.timestamp ?? '')
    expect(happened).toBeGreaterThanOrEqual(before)
    // The correction of the page's clock counts the way of a request. What is wrong is the wait for a resend, of 3 s at least.
    expect(happened).toBeLessThan(after + 2_500)
  })

  test.each([
    ['without compression', { disable_compression: true }],
    ['by XMLHttpRequest', { api_transport: 'XHR' }],
    ['with a person for everybody', { person_profiles: 'always' }],
  ])('%s it is understood, too', async (_, options) => {
    const collector = await start()
    const { page, heard } = await site.visitor()
    await visit(page, collector, '/', options)
    const visitor = await idOf(page)
    await expect.poll(() => names(collector, visitor), { timeout: 60_000 }).toEqual(['$pageview'])
    await page.evaluate(`posthog.capture('plan_viewed', { plan: 'pro' })`)
    // Left at once: what waits goes by a beacon.
    await page.goto('about:blank')
    await expect
      .poll(() => names(collector, visitor), { timeout: 60_000 })
      .toEqual(['$page_leave', '$pageview', 'plan_viewed'])
    expect((await collector.told(visitor)).person).toMatchObject({ userId: null, anonymousIds: [visitor] })
    expect(heard).toEqual([])
  })
})

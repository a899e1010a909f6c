import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { PAGE_KEY, type RelayedCollector, startRelayedCollector } from './collector.ts'
import { describeOnSite, type Site } from './site.ts'

const DOMAIN = 'shop.example'

/** The official tracker, unchanged but for its host. A program drives the browser: `__plausible` is its own switch for that. */
const SCRIPT = `
  import { init, track } from '@plausible-analytics/tracker'
  window.__plausible = true
  window.start = (endpoint) => init({ domain: '${DOMAIN}', endpoint, captureOnLocalhost: true })
  window.track = (name, options) => new Promise((callback) => track(name, { ...options, callback }))`

const SCRIPTS = {
  '/plausible.js': { code: SCRIPT },
  '/ours.js': { code: `export * from '@threadline/browser'`, as: 'threadline' },
}

const PAGE = `<script src="/ours.js"></script><script type="module" src="/plausible.js"></script>`

const start = () => startRelayedCollector({ dialects: { plausible: [{ domain: DOMAIN }] } })

const ORDER = `{ props: { order_id: 'order-1', payment_type: 'one_time' }, revenue: { currency: 'EUR', amount: 49.9 } }`

/** The status that the tracker tells of an event. */
const CAPTURED = { status: 202 }

describeOnSite('@plausible-analytics/tracker', { scripts: SCRIPTS, page: PAGE }, (site: Site) => {
  const names = async (collector: RelayedCollector, id: string) =>
    (await collector.told(id)).events.map(({ event }) => event).sort()

  test('on the site’s own domain its visitor is that of our SDK: one person, one timeline', async () => {
    const collector = await start()
    site.forwardTo(collector.relay)
    const { page, heard, context } = await site.visitor()
    const userId = `user-${randomUUID()}`
    await page.goto(`${site.origin}/`)
    await page.evaluate(`threadline.init({ key: '${PAGE_KEY}', host: '/t', flushIntervalMs: 100 })`)
    const visitor = await page.evaluate<string>('threadline.getAnonymousId()')
    // The cookie of a first visit is written a moment after it began.
    await expect.poll(async () => (await context.cookies()).map(({ name }) => name)).toContain('tl_id')
    await page.evaluate(`start('/t/api/event')`)
    await expect.poll(() => names(collector, visitor), { timeout: 60_000 }).toEqual(['$pageview', '$pageview'])
    expect(await page.evaluate(`track('signup_completed', { props: { method: 'email' } })`)).toEqual(CAPTURED)
    await page.evaluate(`threadline.identify('${userId}', { plan: 'pro' })`)
    await page.evaluate(`history.pushState({}, '', '/thanks?utm_source=news')`)
    const paths = async () => (await collector.told(userId)).events.map(({ path }) => path)
    // Ours and theirs: the tracker sends nothing again that meets no collector.
    await expect
      .poll(async () => (await paths()).filter((path) => path === '/thanks').length, { timeout: 60_000 })
      .toBe(2)
    await collector.kill()
    await collector.start()
    expect(await page.evaluate(`track('purchase', ${ORDER})`)).toEqual(CAPTURED)
    await expect.poll(() => names(collector, userId), { timeout: 60_000 }).toContain('$identify')

    const { person, events } = await collector.told(userId)
    expect(person).toEqual({ userId, anonymousIds: [visitor] })
    const theirs = events.filter(({ context }) => context?.library?.startsWith('plausible/'))
    expect(theirs.map(({ event }) => event).filter((event) => event !== '$page_leave')).toEqual([
      '$pageview',
      'signup_completed',
      '$pageview',
      'purchase',
    ])
    expect(theirs.at(-1)).toMatchObject({
      value: 4_990,
      currency: 'EUR',
      path: '/thanks',
      utm: { source: 'news' },
      properties: { order_id: 'order-1' },
      context: { userAgent: expect.stringContaining('Mozilla/5.0') },
    })
    expect(heard).toEqual([])
  })

  test('on another domain it is somebody of that day, whose pages are told together', async () => {
    const collector = await start()
    const { page, heard } = await site.visitor()
    const endpoint = `${collector.relay.url}/api/event`
    await page.goto(`${site.origin}/`)
    await page.evaluate(`start('${endpoint}')`)
    await page.evaluate(`track('plan_viewed', { props: { plan: 'pro' } })`)
    await page.goto(`${site.origin}/pricing`)
    await page.evaluate(`start('${endpoint}')`)
    expect(await page.evaluate(`track('purchase', ${ORDER})`)).toEqual(CAPTURED)
    const latest = async () => (await collector.latest()).filter(({ event }) => event !== '$page_leave')
    await expect.poll(() => latest().then((events) => events.length), { timeout: 60_000 }).toBe(4)
    const ids = new Set((await latest()).map(({ anonymousId }) => anonymousId))
    expect([...ids]).toEqual([expect.stringMatching(/^day_[\w-]{22}$/)])
    expect(heard).toEqual([])
    expect(collector.relay.passages.filter(({ status }) => status !== 202 && status !== 204)).toEqual([])
  })

  test('leaving a page tells how long it was looked at', async () => {
    const collector = await start()
    const { page } = await site.visitor()
    await page.goto(`${site.origin}/`)
    await page.evaluate(`start('${collector.relay.url}/api/event')`)
    await expect.poll(async () => (await collector.latest()).length, { timeout: 60_000 }).toBe(1)
    await page.goto('about:blank')
    await expect
      .poll(async () => (await collector.latest()).map(({ event }) => event), { timeout: 60_000 })
      .toEqual(['$page_leave', '$pageview'])
    const [leave] = await collector.latest()
    expect(leave?.properties).toEqual({ visible_ms: expect.any(Number), scroll_depth: expect.any(Number) })
  })

  test('a visitor who has refused is not stored', async () => {
    const collector = await start()
    site.forwardTo(collector.relay)
    const { page } = await site.visitor()
    await page.goto(`${site.origin}/`)
    await page.evaluate(`threadline.init({ key: '${PAGE_KEY}', host: '/t', consent: 'denied' })`)
    await page.evaluate(`threadline.consent('denied')`)
    await page.evaluate(`start('/t/api/event')`)
    expect(await page.evaluate(`track('plan_viewed')`)).toEqual(CAPTURED)
    expect(await collector.latest()).toEqual([])
  })
})

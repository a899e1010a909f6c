import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { bundle } from '../browser/bundle.ts'
import { describeWithBrowser, launchChromium } from '../browser/engines.ts'
import { type ServicesCollector, startServicesCollector } from './lib/collector.ts'
import { CREDENTIALS } from './lib/services.ts'

/** What the page's script offers to these tests. */
const SCRIPT = `
  export * from '@threadline/browser'
  export { millimetric } from '@threadline/destinations/millimetric'
  export { analyse } from '@threadline/destinations/analyse'
  export { servoki } from '@threadline/destinations/servoki'
  export { funnelfizzVisitorId } from '@threadline/destinations/funnelfizz'
`

describeWithBrowser('chromium', 'Pages and the services', (path) => {
  let collector: ServicesCollector
  let site: Server
  let origin: string
  let browser: Browser
  let context: BrowserContext
  let page: Page

  beforeAll(async () => {
    const script = await bundle(SCRIPT, { globalName: 'threadline' })
    site = createServer((request, response) => {
      const isScript = request.url === '/threadline.js'
      response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
      response.end(isScript ? script : '<!doctype html><title>A page</title><script src="/threadline.js"></script>')
    })
    site.listen(0, '127.0.0.1')
    await once(site, 'listening')
    const address = site.address()
    if (address === null || typeof address === 'string') throw new TypeError('the site listens on no port')
    origin = `http://127.0.0.1:${address.port}`
    collector = await startServicesCollector({ pageOrigin: origin })
    browser = await launchChromium(path)
  })
  afterAll(async () => {
    await browser?.close()
    await collector?.stop()
    site?.close()
  })
  beforeEach(async () => {
    context = await browser.newContext()
    page = await context.newPage()
    await page.goto(origin)
  })
  afterEach(() => context.close())

  const read = (key: string) => page.evaluate((name) => localStorage.getItem(name), key)

  async function timelineOf(id: string | null, count: number) {
    const events = () => collector.timeline(id ?? '')
    await expect.poll(events, { timeout: 60_000 }).toHaveLength(count)
    return await events()
  }

  test('Millimetric takes a page’s events under a pk_ key, for the visitor its own script knows', async () => {
    await page.evaluate(() => localStorage.setItem('mm_aid', '0192f0c1-2d3e-7abc-8def-0123456789ab'))
    await page.evaluate(`threadline.init({
      destination: threadline.millimetric({ key: '${CREDENTIALS.pageKey}', baseUrl: '${collector.url}' }),
      flushIntervalMs: 100,
    })`)
    await page.evaluate(`threadline.capture('plan_viewed', { plan: 'pro' }, { value: 4990, currency: 'EUR' })`)
    const events = await timelineOf('0192f0c1-2d3e-7abc-8def-0123456789ab', 2)
    expect(events).toMatchObject([
      { event: '$pageview', url: `${origin}/` },
      { event: 'plan_viewed', value: 4_990, currency: 'EUR', properties: { plan: 'pro' } },
    ])
  })

  test('Millimetric gets what a page captures while it is left', async () => {
    await page.evaluate(`threadline.init({
      destination: threadline.millimetric({ key: '${CREDENTIALS.pageKey}', baseUrl: '${collector.url}' }),
      flushIntervalMs: 60_000,
      pageviews: false,
    })`)
    const id = await page.evaluate('threadline.getAnonymousId()')
    await page.evaluate(`addEventListener('pagehide', () => threadline.capture('page_left'), { capture: true })`)
    await page.goto('about:blank')
    expect(await timelineOf(String(id), 1)).toMatchObject([{ event: 'page_left' }])
  })

  test('analyse.net takes a page’s events under its public key, and keeps the visitor of its own SDK', async () => {
    await page.evaluate(() => localStorage.setItem('analyse_anon_id', '7d0c1c3e-41f0-4a57-9d4e-2f3b8a1c5d6e'))
    await page.evaluate(`threadline.init({
      destination: threadline.analyse({ publicKey: '${CREDENTIALS.publicKey}', baseUrl: '${collector.url}' }),
      flushIntervalMs: 100,
    })`)
    await page.evaluate(`threadline.identify('user_of_page', { name: 'Sam' })`)
    const events = await timelineOf('user_of_page', 2)
    expect(events.map(({ event }) => event)).toEqual(['$pageview', '$identify'])
    expect(events[0]?.anonymousId).toBe('7d0c1c3e-41f0-4a57-9d4e-2f3b8a1c5d6e')
    expect(events[1]?.traits).toMatchObject({ name: 'Sam', $name: 'Sam' })
  })

  test('a secret key is refused before anything is sent', async () => {
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    const refusal = (destination: string) =>
      page.evaluate(`(() => { try { threadline.createBrowserClient({ destination: ${destination} }) } catch (error) {
        return error.code + ' ' + error.message
      } })()`)
    const answers = [
      await refusal(`threadline.millimetric({ key: 'sk_live_hunter2' })`),
      await refusal(`threadline.servoki({ apiKey: 'servoki_hunter2', site: 'example.com' })`),
    ]
    for (const answer of answers) {
      expect(answer).toMatch(/^secret_key_in_browser /)
      expect(answer).not.toContain('hunter2')
    }
    expect(requests).toEqual([])
  })

  test('the visitor’s id is put where a service’s own script looks for it', async () => {
    await page.evaluate(`threadline.init({
      destination: threadline.analyse({ publicKey: '${CREDENTIALS.publicKey}', baseUrl: '${collector.url}' }),
      parts: [
        threadline.shareVisitorId(threadline.funnelfizzVisitorId),
        threadline.shareVisitorId({ kind: 'localStorage', name: 'ot_vid' }),
      ],
    })`)
    const id = await page.evaluate('threadline.getAnonymousId()')
    await expect.poll(() => read('ot_vid')).toBe(id)
    const cookies = await context.cookies()
    expect(cookies.find(({ name }) => name === '_fn_vid')?.value).toBe(id)

    await page.evaluate(`threadline.consent('denied')`)
    expect(await read('ot_vid')).toBeNull()
    expect((await context.cookies()).find(({ name }) => name === '_fn_vid')).toBeUndefined()
  })
})

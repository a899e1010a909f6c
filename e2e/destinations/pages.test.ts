import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { bundle } from '../browser/bundle.ts'
import { describeWithBrowser, launchChromium } from '../browser/engines.ts'

/** What the page's script offers to these tests. */
const SCRIPT = `
  export * from '@threadline/browser'
  export { amplitude } from '@threadline/destinations/amplitude'
  export { ga4 } from '@threadline/destinations/ga4'
  export { mixpanel } from '@threadline/destinations/mixpanel'
  export { plausible } from '@threadline/destinations/plausible'
  export { posthog } from '@threadline/destinations/posthog'
  export { segment } from '@threadline/destinations/segment'
`

/** A request as a service sees it. */
interface Arrival {
  readonly method: string
  readonly path: string
  readonly type: string
  readonly body: string
}

async function listen(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the server listens on no port')
  return { server, origin: `http://127.0.0.1:${address.port}` }
}

describeWithBrowser('chromium', 'Pages and services with public keys', (path) => {
  let site: Server
  let sink: Server
  let origin: string
  let service: string
  let browser: Browser
  let context: BrowserContext
  let page: Page
  /** Where this test's page sends to: what an earlier one sent at its end may come late. */
  let base = ''
  let tests = 0
  const received: Arrival[] = []

  /** Answers as a service of another origin does that lets every page in. */
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray()).toString()
    const { method = '', url = '', headers } = request
    received.push({ method, path: url, type: headers['content-type'] ?? '', body })
    response.writeHead(method === 'OPTIONS' ? 204 : 200, {
      'access-control-allow-origin': headers.origin ?? '*',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'content-type, authorization',
    })
    response.end('{"success":true,"code":200,"status":1}')
  }

  beforeAll(async () => {
    const script = await bundle(SCRIPT, { globalName: 'threadline' })
    const pages = await listen((request, response) => {
      const isScript = request.url === '/threadline.js'
      response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
      response.end(isScript ? script : '<!doctype html><title>A page</title><script src="/threadline.js"></script>')
    })
    const services = await listen((request, response) => {
      receive(request, response).catch(() => request.socket.destroy())
    })
    ;[site, origin, sink, service] = [pages.server, pages.origin, services.server, services.origin]
    browser = await launchChromium(path)
  })
  afterAll(async () => {
    await browser?.close()
    site?.close()
    sink?.close()
  })
  beforeEach(async () => {
    tests += 1
    base = `/${tests}`
    context = await browser.newContext()
    page = await context.newPage()
    await page.goto(origin)
  })
  afterEach(() => context.close())

  const arrivals = () => received.filter(({ path: at }) => at.startsWith(`${base}/`))
  const bodies = () =>
    arrivals()
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => body)
  const preflights = () => arrivals().filter(({ method }) => method === 'OPTIONS')

  test.each([
    ['segment', `{ writeKey: 'wk', keyIn: 'body', baseUrl: SERVICE }`, '/v1/batch', 'text/plain'],
    ['posthog', `{ key: 'phc_x', sentFrom: 'page', baseUrl: SERVICE }`, '/batch/', 'text/plain'],
    ['plausible', `{ domain: 'shop.example', baseUrl: SERVICE }`, '/api/event', 'text/plain'],
    ['amplitude', `{ apiKey: 'key', sentFrom: 'page', baseUrl: SERVICE }`, '/2/httpapi', 'application/json'],
  ])('%s gets a page’s events at its own address', async (name, options, route, type) => {
    await page.evaluate(`const SERVICE = '${service}${base}'
      threadline.init({ destination: threadline.${name}(${options}), flushIntervalMs: 100 })
      threadline.capture('plan_viewed', { plan: 'pro' })`)
    await expect.poll(() => bodies().join(), { timeout: 60_000 }).toContain('plan_viewed')
    const posts = arrivals().filter(({ method }) => method === 'POST')
    expect(new Set(posts.map(({ path: at, type: sent }) => `${at} ${sent}`))).toEqual(
      new Set([`${base}${route} ${type}`]),
    )
    // Plain text asks nobody for permission, so that what is captured last still leaves.
    expect(preflights().length > 0).toBe(type === 'application/json')
  })

  test('Segment keeps the visitor that its own script knows', async () => {
    const visitor = '0192f0c1-2d3e-4abc-8def-0123456789ab'
    await context.addCookies([{ name: 'ajs_anonymous_id', value: visitor, url: origin }])
    await page.evaluate(`threadline.init({
      destination: threadline.segment({ writeKey: 'wk', keyIn: 'body', baseUrl: '${service}${base}' }),
      flushIntervalMs: 100,
    })`)
    await expect.poll(() => bodies().join(), { timeout: 60_000 }).toContain(`"anonymousId":"${visitor}"`)
  })

  test('what a page captures while it is left arrives', async () => {
    await page.evaluate(`threadline.init({
      destination: threadline.posthog({ key: 'phc_x', sentFrom: 'page', baseUrl: '${service}${base}' }),
      flushIntervalMs: 60_000,
      pageviews: false,
    })`)
    await page.evaluate(`addEventListener('pagehide', () => threadline.capture('page_left'), { capture: true })`)
    await page.goto('about:blank')
    await expect.poll(() => bodies().join(), { timeout: 60_000 }).toContain('page_left')
  })

  test('Google Analytics and Mixpanel are refused before anything is sent', async () => {
    const refusal = (destination: string) =>
      page.evaluate(`(() => { try { threadline.createBrowserClient({ destination: ${destination} }) } catch (error) {
        return error.code + ' ' + error.message
      } })()`)
    const answers = [
      await refusal(`threadline.ga4({ measurementId: 'G-1', apiSecret: 'hunter2', baseUrl: '${service}${base}' })`),
      await refusal(`threadline.mixpanel({ token: 'hunter2', baseUrl: '${service}${base}' })`),
    ]
    for (const answer of answers) {
      expect(answer).toMatch(/^secret_key_in_browser /)
      expect(answer).not.toContain('hunter2')
    }
    expect(arrivals()).toEqual([])
  })
})

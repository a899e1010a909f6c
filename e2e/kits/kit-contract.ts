import { randomUUID } from 'node:crypto'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, launchChromium } from '../browser/engines.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { shownText } from './shown-text.ts'
import { startTestCollector, type TestCollector, type Timeline } from './test-collector.ts'

export interface KitApp {
  readonly example: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: { readonly [name: string]: string }
  /** Whether its platform speaks https to the visitor, whatever the test speaks to it. */
  readonly https?: boolean
}

const VISITORS = 100

const names = ({ events }: Timeline): readonly string[] => events.map(({ event }) => event.event)

const asPage = { accept: 'text/html', 'sec-fetch-dest': 'document' }

/** What every kit's example does alike: real framework, real sockets, a real browser and a real collector. */
export function describeKit(title: string, app: KitApp): void {
  const chromium = findChromium()

  // At once, as visitors come; most of the time goes by until buffers are flushed.
  describe.concurrent(title, () => {
    let collector: TestCollector
    let running: AppProcess
    let browser: Browser | undefined

    beforeAll(async () => {
      collector = await startTestCollector()
      running = await startApp({ ...app, env: { ...collector.env, ...app.env } })
      browser = chromium === undefined ? undefined : await launchChromium(chromium)
    })
    afterAll(async () => {
      await browser?.close()
      await running?.stop()
      await collector?.close()
    })

    const ask = (path: string, headers: { readonly [name: string]: string } = {}) =>
      fetch(new URL(path, running.origin), { headers: { ...asPage, ...headers } })

    const signUp = (email: string, cookie: string) =>
      fetch(new URL('/signup', running.origin), {
        method: 'POST',
        body: new URLSearchParams({ email }),
        headers: { cookie, origin: running.origin },
      })

    /** The browser, where it is installed; a test without it is skipped by name, never passed. */
    const needsBrowser = test.skipIf(chromium === undefined && process.env['CI'] !== 'true')

    needsBrowser('a page view and a server event are one person in one session', async () => {
      const context = await (browser as Browser).newContext()
      const page = await context.newPage()
      await page.goto(running.origin)
      await page.fill('input', 'ada@example.com')
      await page.click('button')
      await page.waitForFunction(() => document.title.startsWith('user_'), null, { timeout: 60_000 })
      const userId = await page.title()

      const timeline = await collector.timelineWhere(
        userId,
        (found) => names(found).includes('$pageview') && names(found).includes('signup_completed'),
      )
      const view = timeline.events.find(({ event }) => event.event === '$pageview')
      const signup = timeline.events.find(({ event }) => event.event === 'signup_completed')
      expect(view?.sender).toBe('browser')
      expect(signup?.sender).toBe('server')
      expect(signup?.event.anonymousId).toBe(view?.event.anonymousId)
      expect(signup?.event.sessionId).toBe(view?.event.sessionId)
      expect(signup?.event.sessionId).toEqual(expect.any(String))
      expect(signup?.event.context?.userAgent).toContain('Chrome')
      expect(signup?.event.url).toBe(`${running.origin}/`)
      await context.close()
    })

    needsBrowser('a visitor without JavaScript, and later with it, is one', async () => {
      const without = await (browser as Browser).newContext({ javaScriptEnabled: false })
      const plain = await without.newPage()
      await plain.goto(running.origin)
      await plain.fill('input', 'grace@example.com')
      await plain.click('button')
      const userId = await shownText(plain, /user_[0-9a-f]{16}/)
      const [cookie] = (await without.cookies()).filter(({ name }) => name === 'tl_id')
      expect(cookie?.value).toMatch(/^[0-9a-f-]{36}$/)

      const later = await (browser as Browser).newContext({ storageState: await without.storageState() })
      await (await later.newPage()).goto(running.origin)
      const timeline = await collector.timelineWhere(userId, (found) => names(found).includes('$pageview'))
      expect(timeline.person.anonymousIds).toEqual([cookie?.value])
      expect(names(timeline)).toContain('signup_completed')
      await without.close()
      await later.close()
    })

    test(`${VISITORS} visitors at once: nobody gets the id of another`, async () => {
      const visitors = Array.from({ length: VISITORS }, (_, index) => ({
        email: `visitor${index}-${randomUUID()}@example.com`,
        id: randomUUID(),
      }))
      const signups = await Promise.all(
        visitors.map(async ({ email, id }) => {
          const answer = await signUp(email, `tl_id=${id}`)
          const { userId }: { userId: string } = await answer.json()
          return { userId, id }
        }),
      )
      const timelines = await Promise.all(
        signups.map(({ userId }) => collector.timelineWhere(userId, (found) => found.events.length > 0)),
      )
      for (const [index, { userId, id }] of signups.entries()) {
        const timeline = timelines[index]
        expect(timeline?.person).toMatchObject({ userId, anonymousIds: [id] })
        expect(timeline && names(timeline)).toEqual(['signup_completed'])
      }
    })

    test('a new visitor gets an id with the page, which no cache may keep', async () => {
      const [first, second] = await Promise.all([ask('/'), ask('/')])
      const cookies = [first, second].map((answer) =>
        answer.headers.getSetCookie().find((one) => one.startsWith('tl_id=')),
      )
      expect(cookies[0]).toMatch(/^tl_id=[0-9a-f-]{36}; Path=\/; Max-Age=34128000; SameSite=Lax(; Secure)?$/)
      expect(cookies[0]?.endsWith('Secure')).toBe(app.https ?? false)
      expect(cookies[0]).not.toBe(cookies[1])
      for (const answer of [first, second]) {
        expect(answer.headers.get('cache-control')).toMatch(/private|no-store/)
        expect(answer.headers.get('cache-control')).not.toMatch(/public|s-maxage/)
      }
    })

    test('a known visitor keeps the id, renewed with every page', async () => {
      const id = randomUUID()
      const answer = await ask('/', { cookie: `tl_id=${id}` })
      expect(answer.headers.getSetCookie()).toContainEqual(expect.stringMatching(`^tl_id=${id}; .*Max-Age=34128000`))
    })

    test('behind a proxy that speaks https, the cookie is Secure', async () => {
      const answer = await ask('/', { 'x-forwarded-proto': 'https' })
      expect(answer.headers.getSetCookie()).toContainEqual(expect.stringMatching(/^tl_id=.*; Secure$/))
    })

    test('a page that caches may share carries no id', async () => {
      for (const headers of [{}, { cookie: `tl_id=${randomUUID()}` }]) {
        const answer = await ask('/pricing', headers)
        expect(answer.headers.get('cache-control')).toMatch(/public|s-maxage/)
        expect(answer.headers.getSetCookie()).toEqual([])
      }
    })

    test('what is no page sets no cookie', async () => {
      const answer = await fetch(new URL('/', running.origin), { headers: { accept: 'application/json' } })
      expect(answer.headers.getSetCookie()).toEqual([])
    })

    test('Global Privacy Control: no id is made, and one that is there is removed', async () => {
      expect((await ask('/', { 'sec-gpc': '1' })).headers.getSetCookie()).toEqual([])
      const answer = await ask('/', { 'sec-gpc': '1', cookie: `tl_id=${randomUUID()}` })
      expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^tl_id=; .*Max-Age=0/)])
    })

    test("the browser's batches reach the collector, and nothing else does", async () => {
      const id = randomUUID()
      const event = {
        eventId: randomUUID(),
        event: 'feature_used',
        anonymousId: id,
        timestamp: new Date().toISOString(),
      }
      const batch = { key: collector.env.THREADLINE_PUBLIC_KEY, sentAt: event.timestamp, events: [event] }
      const send = (path: string, body: string) =>
        fetch(new URL(path, running.origin), {
          method: 'POST',
          body,
          headers: {
            'content-type': 'text/plain',
            origin: running.origin,
            cookie: `tl_id=${id}; app_session=secret`,
          },
        })

      const answer = await send('/t/v1/batch', JSON.stringify(batch))
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({ stored: 1 })
      expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(`^tl_id=${id};`)])
      expect(names((await collector.timeline(id)) as Timeline)).toEqual(['feature_used'])

      expect((await send('/t/v1/batch', '{')).status).toBe(400)
      // Refused by the kit, or before it by the framework's own limit.
      expect([400, 413]).toContain((await send('/t/v1/batch', 'x'.repeat(1_000_001))).status)
      expect((await send('/t/v1/events', '{}')).status).toBe(404)
    })
  })
}

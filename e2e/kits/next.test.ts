import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithBrowser, launchChromium } from '../browser/engines.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { describeKit } from './kit-contract.ts'
import { PUBLIC_KEY, startTestCollector, type TestCollector } from './test-collector.ts'

const folder = fileURLToPath(new URL('../../examples/next', import.meta.url))
const next = `${folder}/node_modules/next/dist/bin/next`
const app = { example: 'next', command: process.execPath, args: [next, 'start'] }

beforeAll(async () => {
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    NEXT_PUBLIC_THREADLINE_KEY: PUBLIC_KEY,
  }
  await promisify(execFile)(process.execPath, [next, 'build', '--webpack'], { cwd: folder, env })
})

describeKit('Next', app)

describeWithBrowser('chromium', 'a server action of Next', (chromium) => {
  let collector: TestCollector
  let running: AppProcess
  let browser: Browser

  beforeAll(async () => {
    collector = await startTestCollector()
    running = await startApp({ ...app, env: collector.env })
    browser = await launchChromium(chromium)
  })
  afterAll(async () => {
    await browser?.close()
    await running?.stop()
    await collector?.close()
  })

  test('called by the page: its event is of the same person, session and page as the page view', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const actions: string[] = []
    page.on('request', (request) => {
      if (request.headers()['next-action'] !== undefined) actions.push(new URL(request.url()).pathname)
    })
    // Before React has taken the page over, the browser would post the form itself.
    const viewed = page.waitForResponse((answer) => answer.url().endsWith('/t/v1/batch'))
    await page.goto(`${running.origin}/trial`)
    await viewed
    await page.fill('input[name=email]', 'ada@example.com')
    await page.click('button')
    await page.waitForFunction(() => document.title.startsWith('user_'))
    expect(actions).toEqual(['/trial'])

    const { events } = await collector.timelineWhere(
      await page.title(),
      (found) =>
        found.events.some(({ event }) => event.event === '$pageview') &&
        found.events.some(({ event }) => event.event === 'trial_started'),
    )
    const view = events.find(({ event }) => event.event === '$pageview')
    const trial = events.find(({ event }) => event.event === 'trial_started')
    expect(trial?.sender).toBe('server')
    expect(trial?.event).toMatchObject({
      anonymousId: view?.event.anonymousId,
      sessionId: view?.event.sessionId,
      url: `${running.origin}/trial`,
    })
    expect(view?.event.sessionId).toEqual(expect.any(String))
    await context.close()
  })

  test("posted by a form without JavaScript: its event carries the cookie's visitor", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`${running.origin}/trial`)
    const [cookie] = (await context.cookies()).filter(({ name }) => name === 'tl_id')
    expect(cookie?.value).toMatch(/^[0-9a-f-]{36}$/)
    await page.fill('input[name=email]', 'grace@example.com')
    await page.click('button')
    await page.waitForURL(/started=/)
    const userId = new URL(page.url()).searchParams.get('started') ?? ''

    const { person, events } = await collector.timelineWhere(userId, (found) => found.events.length > 0)
    expect(person).toMatchObject({ userId, anonymousIds: [cookie?.value] })
    expect(events.map(({ event }) => event.event)).toEqual(['trial_started'])
    await context.close()
  })
})

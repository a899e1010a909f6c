import { fileURLToPath } from 'node:url'
import { startDemo } from '@threadline/example-shop/demo'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { describeWithBrowser, launchChromium } from '../browser/engines.ts'
import { namesOf, readLatest, readTimeline } from './collector-reads.ts'
import { temporaryDataDir } from './data-dir.ts'
import { CAMPAIGN, complaintsOf, land, pay, readPricing, STORY, signUp, visitorIdOf } from './visitor.ts'

/** For a person to look at; not compared with anything. */
const SCREENSHOTS = fileURLToPath(new URL('../../.vitest/story/', import.meta.url))

const SCREENS: Readonly<Record<string, BrowserContextOptions>> = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  desktop: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
}

describeWithBrowser('chromium', 'from the first visit to the paid invoice', (chromium) => {
  test.each(Object.keys(SCREENS))('every step is stored once, on one person, in order (%s)', async (screen) => {
    const demo = await startDemo({ collectorPort: 0, shopPort: 0, dataDir: await temporaryDataDir() })
    onTestFinished(() => demo.close())
    const browser = await launchChromium(chromium)
    onTestFinished(() => browser.close())
    const context = await browser.newContext(SCREENS[screen])
    const page = await context.newPage()
    const complaints = complaintsOf(page)
    const keep = (name: string) => page.screenshot({ path: `${SCREENSHOTS}${screen}-${name}.png`, fullPage: true })

    await land(page, demo.shopUrl)
    const visitorId = await visitorIdOf(page)
    await keep('1-landing')
    await readPricing(page)
    await keep('2-pricing')
    const opened = page.waitForResponse('**/api/checkout')
    await signUp(page, 'ada@example.com')
    const { checkoutId }: { checkoutId: string } = await (await opened).json()
    await keep('3-checkout')
    await pay(page)
    await keep('4-thanks')
    expect(await pressPayAgain(page, checkoutId)).toBe(200)

    await expect
      .poll(async () => namesOf(await readTimeline(demo.collectorUrl, visitorId)), { timeout: 60_000 })
      .toEqual(STORY)
    const timeline = await readTimeline(demo.collectorUrl, visitorId)
    const events = timeline?.events.map(({ event }) => event) ?? []
    expect(timeline?.person).toEqual({ userId: expect.stringMatching(/^user_/), anonymousIds: [visitorId] })
    expect(await readTimeline(demo.collectorUrl, timeline?.person.userId ?? '')).toEqual(timeline)
    expect(events[0]?.utm).toEqual(CAMPAIGN)
    expect(events.filter(({ event }) => event === 'checkout_finished')).toEqual([
      expect.objectContaining({
        eventId: expect.stringMatching(/^stripe:evt_/),
        value: 4900,
        currency: 'USD',
        anonymousId: visitorId,
        userId: timeline?.person.userId,
        properties: expect.objectContaining({ checkout_id: checkoutId }),
      }),
    ])
    // Nothing is stored beside this person's story: neither a second delivery nor a second person.
    expect(await readLatest(demo.collectorUrl)).toHaveLength(STORY.length)

    await page.goto(await demo.livePageUrl())
    await page.getByRole('button', { name: 'Open the live page' }).click()
    await page.getByRole('link', { name: 'Live', exact: true }).click()
    await expect.poll(() => shownEvents(page)).toHaveLength(STORY.length)
    await keep('5-live')
    await page.locator('[data-event=checkout_finished]').getByRole('link').click()
    await expect.poll(() => shownEvents(page)).toEqual(STORY.map((name) => name.split(' ')[0]))
    await page.getByRole('definition').filter({ hasText: visitorId }).waitFor()
    await keep('6-timeline')
    expect(complaints).toEqual([])
  })
})

/** Names of the events on the live page, from top to bottom. */
function shownEvents(page: Page): Promise<readonly (string | undefined)[]> {
  return page
    .locator('[data-event]')
    .evaluateAll((lines) => lines.map((line) => (line instanceof HTMLElement ? line.dataset['event'] : undefined)))
}

/** What a second press of the button sends, which the page itself no longer allows: Stripe's event is delivered again. */
function pressPayAgain(page: Page, checkoutId: string): Promise<number> {
  return page.evaluate(async (id) => {
    const answer = await fetch('/api/pay', { method: 'POST', body: new URLSearchParams({ checkoutId: id }) })
    return answer.status
  }, checkoutId)
}

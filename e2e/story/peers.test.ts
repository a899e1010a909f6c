import { startDemo } from '@threadline/example-shop/demo'
import { expect, onTestFinished, test } from 'vitest'
import { describeWithBrowser, launchChromium } from '../browser/engines.ts'
import { readTimeline } from './collector-reads.ts'
import { temporaryDataDir } from './data-dir.ts'
import { complaintsOf, land, readPricing, signUp, visitorIdOf } from './visitor.ts'

describeWithBrowser('chromium', 'the demo with --peers', (chromium) => {
  test('our client, Segment’s and PostHog’s tell of one visitor, on one timeline', { timeout: 240_000 }, async () => {
    const dataDir = await temporaryDataDir()
    const demo = await startDemo({ collectorPort: 0, shopPort: 0, dataDir, peers: true })
    onTestFinished(() => demo.close())
    const browser = await launchChromium(chromium)
    onTestFinished(() => browser.close())
    const page = await browser.newPage()
    const complaints = complaintsOf(page)

    await land(page, demo.shopUrl)
    const visitorId = await visitorIdOf(page)
    await readPricing(page)
    await signUp(page, 'ada@example.com')

    const told = async () => {
      const timeline = await readTimeline(demo.collectorUrl, visitorId)
      const views = (timeline?.events ?? []).filter(({ event }) => event.event === '$pageview')
      const libraries = views.map(({ event }) => event.context?.library?.split('/').slice(0, -1).join('/') ?? '')
      return { person: timeline?.person, libraries: [...new Set(libraries)].sort() }
    }
    await expect.poll(told, { timeout: 90_000 }).toEqual({
      person: { userId: expect.stringMatching(/^user_/), anonymousIds: [visitorId] },
      libraries: ['@threadline/browser', 'analytics.js', 'web'],
    })
    expect(complaints).toEqual([])
  })
})

import { fileURLToPath } from 'node:url'
import { DEMO_KEYS } from '@threadline/example-shop/demo'
import { buildFrontEnds, SHOP_WEB_ROOT } from '@threadline/example-shop/front-ends'
import { startShop } from '@threadline/example-shop/server'
import getPort from 'get-port'
import { expect, onTestFinished, test } from 'vitest'
import { describeWithBrowser, launchChromium } from '../browser/engines.ts'
import { type Child, startNode } from './child-process.ts'
import { namesOf, readTimeline } from './collector-reads.ts'
import { temporaryDataDir } from './data-dir.ts'
import { land, pay, readPricing, STORY, signUp, visitorIdOf } from './visitor.ts'

describeWithBrowser('chromium', 'a collector that is killed in the middle of a story', (chromium) => {
  test('has every event once after it came back', async () => {
    const dataDir = await temporaryDataDir()
    const port = await getPort({ host: '127.0.0.1' })
    const collectorUrl = `http://127.0.0.1:${port}`
    const startCollectorProcess = async (): Promise<Child> => {
      const child = startNode(
        [
          '--import',
          'tsx',
          '--conditions=@threadline/source',
          fileURLToPath(new URL('run-collector.ts', import.meta.url)),
        ],
        { PORT: String(port), DATA_DIR: dataDir },
      )
      await child.printed(/listening/)
      return child
    }
    const collector = await startCollectorProcess()
    await buildFrontEnds()
    const shop = await startShop({
      preferredPort: 0,
      host: '127.0.0.1',
      collectorUrl,
      livePageUrl: () => Promise.resolve(collectorUrl),
      serverKey: DEMO_KEYS.server,
      dataDir: await temporaryDataDir(),
      webRoot: SHOP_WEB_ROOT,
      webhookSecret: 'whsec_story',
    })
    const browser = await launchChromium(chromium)
    onTestFinished(async () => {
      await browser.close()
      await shop.close()
    })
    const page = await browser.newPage()

    await land(page, shop.url)
    const visitorId = await visitorIdOf(page)
    await expect
      .poll(async () => namesOf(await readTimeline(collectorUrl, visitorId)), { timeout: 60_000 })
      .toEqual(['$pageview /'])

    expect(await collector.stop('SIGKILL')).toBe('SIGKILL')
    // These two happen while nobody listens.
    await readPricing(page)
    await signUp(page, 'restart@example.com')
    await startCollectorProcess()
    await pay(page)

    await expect
      .poll(async () => namesOf(await readTimeline(collectorUrl, visitorId)), { timeout: 60_000 })
      .toEqual(STORY)
  })
})

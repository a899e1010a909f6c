import type { Page } from 'puppeteer-core'
import type { Tab } from './driver.ts'

/** A page that puppeteer drives, as a {@link Tab}. */
export function toTab(page: Page): Tab {
  return {
    async goto(url) {
      try {
        await page.goto(url)
      } catch (error) {
        // Firefox may abort the navigation that the driver watches although the page loads.
        if (!String(error).includes('NS_BINDING_ABORTED')) throw error
        await page.waitForFunction('document.readyState === "complete"')
      }
    },
    evaluate: <Value>(expression: string) => page.evaluate(expression) as Promise<Value>,
    show: () => page.bringToFront(),
    close: () => page.close(),
  }
}

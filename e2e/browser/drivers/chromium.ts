import { launch } from 'puppeteer-core'
import { CHROMIUM_ARGS } from '../chromium-args.ts'
import type { Driver } from './driver.ts'
import { toTab } from './puppeteer-tab.ts'

/** Chromium over CDP. Not by Playwright, which keeps every page visible. */
export async function startChromium(path: string): Promise<Driver> {
  const browser = await launch({ executablePath: path, headless: true, args: [...CHROMIUM_ARGS] })
  return {
    async newProfile() {
      const context = await browser.createBrowserContext()
      return { newTab: async () => toTab(await context.newPage()), close: () => context.close() }
    },
    close: () => browser.close(),
  }
}

import type { BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../engines.ts'
import type { Driver, Profile, Tab } from './driver.ts'

function toTab(page: Page): Tab {
  return {
    async goto(url) {
      await page.goto(url)
    },
    evaluate: (expression) => page.evaluate(expression),
    close: () => page.close(),
  }
}

function toProfile(context: BrowserContext): Profile {
  return {
    newTab: async () => toTab(await context.newPage()),
    close: () => context.close(),
  }
}

/** Chromium over CDP. */
export async function startChromium(path: string): Promise<Driver> {
  const browser = await launchChromium(path)
  return {
    newProfile: async () => toProfile(await browser.newContext()),
    close: () => browser.close(),
  }
}

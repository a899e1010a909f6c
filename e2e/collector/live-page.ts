import { mkdir } from 'node:fs/promises'
import { type ForwardConfig, type StartedCollector, startCollector } from '@threadline/collector'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { onTestFinished } from 'vitest'
import { launchChromium } from '../browser/engines.ts'
import { temporaryDataDir } from '../story/data-dir.ts'
import { KEYS } from './keys.ts'

export const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } }

/** Of the pages that send to {@link openLivePage}'s collector. */
export const PUBLIC_KEY = 'pk_e2e_pages'

/** Where screenshots go, when someone wants to look at them. */
const SHOTS = process.env['SCREENSHOT_DIR']

/** A collector of its own and a page of it, which {@link logIn} opens. `problems` is what the console complains of. */
export async function openLivePage(
  chromium: string,
  colorScheme: 'light' | 'dark',
  forward: readonly ForwardConfig[] = [],
) {
  const dataDir = await temporaryDataDir()
  const collector = await startCollector({ port: 0, dataDir, keys: [...KEYS, { key: PUBLIC_KEY }], forward })
  const browser = await launchChromium(chromium)
  onTestFinished(async () => {
    await browser.close()
    await collector.close()
  })
  const page = await browser.newPage({ colorScheme, viewport: SIZES.desktop })
  const problems: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(String(error)))
  return { collector, page, problems }
}

/** Opens a one-time link and presses its button. */
export async function logIn(page: Page, collector: StartedCollector): Promise<void> {
  await page.goto(await collector.loginUrl())
  await page.getByRole('button', { name: 'Open the live page' }).click()
  await page.waitForURL(`${collector.url}/**`)
}

/** Keeps a screenshot, when someone wants to look at it. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return
  await mkdir(SHOTS, { recursive: true })
  await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true })
}

/** Looks when nothing moves: in the midst of an animation axe would judge by chance. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)))
  return violationsNow(page)
}

export async function violationsNow(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const found: { id: string; nodes: { html: string }[] }[] = await page.evaluate('axe.run().then((r) => r.violations)')
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
}

/** How far the page, or its menu, can be scrolled sideways: 0 when all of it is in view. */
export const sideways = (page: Page) =>
  page.evaluate(() => {
    const scrollers = [document.documentElement, ...document.querySelectorAll('nav')]
    return Math.max(...scrollers.map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth))
  })

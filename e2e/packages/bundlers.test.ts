import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeWithBrowser, launchChromium } from '../browser/engines.ts'
import { BUNDLERS, type Bundler, installBundlers } from './bundlers.ts'
import { installPackages, type Project } from './project.ts'

const MISTAKE = 'order_placed: value is an integer of minor units, got 49.9.'

describeWithBrowser('chromium', 'Development warnings', (path) => {
  let project: Project
  let browser: Browser

  beforeAll(async () => {
    project = installPackages()
    installBundlers(project)
    mkdirSync(join(project.folder, 'pages'))
    project.write(
      'main.js',
      `import { capture, init } from '@threadline/browser'
      init({ key: 'pk_demo', host: '/t', flushIntervalMs: 100 })
      capture('order_placed', {}, { value: 49.9, currency: 'EUR' })`,
    )
    browser = await launchChromium(path)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    project?.remove()
  })

  /** Opens the page until its events were answered by nobody who knows them; gives what it said and what it loaded. */
  async function visit(page: Page, origin: string): Promise<{ said: string[]; code: string }> {
    const said: string[] = []
    const scripts: Promise<string>[] = []
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(error.message))
    page.on('response', (response) => {
      if (response.request().resourceType() === 'script') scripts.push(response.text())
    })
    const answered = page.waitForResponse('**/t/v1/batch', { timeout: 60_000 })
    await page.goto(origin)
    await answered
    // Whatever the page says about the answer, it says before another task of its own.
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 50))')
    return { said: said.filter((line) => line.includes('threadline')), code: (await Promise.all(scripts)).join('\n') }
  }

  async function served(bundler: Bundler, mode: 'development' | 'production') {
    const site = await bundler.serve(project, mode)
    const page = await browser.newPage()
    try {
      return await visit(page, site.origin)
    } finally {
      await page.close()
      await site.close()
    }
  }

  describe.each(BUNDLERS)('$name', (bundler) => {
    test('says in development what is wrong', async () => {
      const { said } = await served(bundler, 'development')
      expect(said).toEqual([
        `threadline: ${MISTAKE} 49.90 EUR is { value: 4990, currency: 'EUR' }.`,
        expect.stringMatching(/^threadline: \/t\/v1\/batch answers (HTTP )?\d+.* add the route/),
      ])
    }, 180_000)

    test('says nothing in production, and loads none of what would', async () => {
      const { said, code } = await served(bundler, 'production')
      expect(said).toEqual([])
      expect(code).toContain('/v1/batch')
      for (const sentence of ['minor units', 'add the route', 'wait for init', 'second time']) {
        expect(code).not.toContain(sentence)
      }
    }, 180_000)
  })
})

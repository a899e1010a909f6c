import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import getPort from 'get-port'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithBrowser, launchChromium } from '../browser/engines.ts'
import { type Recorder, startRecorder } from '../browser/recorder.ts'
import { type AppProcess, startProcess } from '../kits/app-process.ts'

/** A script of an npm package and its arguments; a `0` among them becomes a free port. */
export type NodeCommand = readonly [script: string, ...args: string[]]

/** One framework's app: three pages, as {@link tour} visits them. */
export interface FrameworkApp {
  /** Its folder, in `apps`. */
  readonly folder: string
  readonly build?: NodeCommand
  readonly serve: NodeCommand
  /** Edits the sources of an app that runs, and resolves when the page shows the new ones. */
  readonly edit?: Edit
}

export type Edit = (page: Page) => Promise<void>

const apps = fileURLToPath(new URL('apps/', import.meta.url))

/** How long a framework may take to build, in milliseconds. */
const BUILD_MS = 300_000

/** How long a page may take to show a view, and its event to arrive, in milliseconds. */
const VIEW_MS = 60_000

/** Where the visitor comes from, as a search engine's pages say it. */
const ELSEWHERE = 'https://search.example.org/'

type View = readonly [path: string | undefined, title: string | undefined, referrer: string | undefined]

/** Stays on a page until it has its title and its view has arrived, as a visitor does who reads it. */
async function seeView(page: Page, recorder: Recorder, [count, title]: readonly [number, string]): Promise<void> {
  await page.waitForFunction((expected) => document.title === expected, title)
  await recorder.until(() => recorder.stored('$pageview').length >= count, VIEW_MS)
}

/** Visits every page in every way, and gives the page views that were captured. */
async function tour(page: Page, recorder: Recorder, { origin }: AppProcess, edit: Edit): Promise<View[]> {
  const see = (count: number, title: string) => seeView(page, recorder, [count, title])
  await page.goto(`${origin}/`, { referer: ELSEWHERE })
  await see(1, 'Start')
  await edit(page)
  await page.click('a')
  await see(2, 'Pricing')
  await page.click('button')
  await see(3, 'Account')
  await page.goBack()
  await see(4, 'Pricing')
  await page.goForward()
  await see(5, 'Account')
  await page.goto(`${origin}/account`)
  await see(6, 'Account')
  // A page that is left hands on what has not arrived; what was one too many would be here by now.
  await page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith('tl_q.')))
  return recorder.stored('$pageview').map(({ path, title, referrer }) => [path, title, referrer])
}

/** What the tour has to give: a page within the document comes from the one before, as a page of its own would. */
function viewsAt(origin: string): View[] {
  return [
    ['/', 'Start', ELSEWHERE],
    ['/pricing', 'Pricing', `${origin}/`],
    ['/account', 'Account', `${origin}/pricing`],
    ['/pricing', 'Pricing', `${origin}/account`],
    ['/account', 'Account', `${origin}/pricing`],
    ['/account', 'Account', ''],
  ]
}

/** Builds an app, serves it, and holds it to the same tour as every other. */
export function describeFramework(title: string, app: FrameworkApp): void {
  describeWithBrowser('chromium', title, (chromium) => {
    let recorder: Recorder
    let running: AppProcess
    let browser: Browser

    beforeAll(async () => {
      recorder = await startRecorder('')
      const collector = `${recorder.origin}/t`
      const env = {
        ASTRO_TELEMETRY_DISABLED: '1',
        NEXT_PUBLIC_COLLECTOR: collector,
        NEXT_TELEMETRY_DISABLED: '1',
        NO_COLOR: '1',
        NODE_ENV: app.build ? 'production' : 'development',
        PUBLIC_COLLECTOR: collector,
      }
      const cwd = apps + app.folder
      const port = String(await getPort())
      const argumentsOf = ([script, ...args]: NodeCommand) => [
        `${apps}node_modules/${script}`,
        ...args.map((arg) => (arg === '0' ? port : arg)),
      ]
      if (app.build) {
        const [script, ...args] = argumentsOf(app.build)
        await promisify(execFile)(process.execPath, [script ?? '', ...args], { cwd, env: { ...process.env, ...env } })
      }
      running = await startProcess({
        name: title,
        cwd,
        command: process.execPath,
        args: argumentsOf(app.serve),
        env: { ...env, PORT: port },
      })
      browser = await launchChromium(chromium)
    }, BUILD_MS)
    afterAll(async () => {
      await browser?.close()
      await running?.stop()
      await recorder?.close()
    })

    test('one page view for each view, with its own title, path and referrer', async () => {
      const page = await browser.newPage()
      page.setDefaultTimeout(VIEW_MS)
      expect(await tour(page, recorder, running, app.edit ?? (() => Promise.resolve()))).toEqual(
        viewsAt(running.origin),
      )
      await page.close()
    })
  })
}

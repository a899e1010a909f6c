import type { Browser, BrowserContext, LaunchOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { bundle } from './bundle.ts'
import { describeWithBrowser, launchChromium } from './engines.ts'
import { type Recorder, startRecorder, trackedPage } from './recorder.ts'

/** What a test in Chromium works with; `page` and `context` are new for each test. */
export interface Suite {
  readonly recorder: Recorder
  readonly browser: Browser
  readonly context: BrowserContext
  readonly page: Page
  /** Console lines and uncaught errors of `page`. */
  readonly consoleLines: string[]
  /** Opens another tab of the same profile. */
  newTab(): Promise<Page>
}

/** Everything that a page may import here. */
const SDK = `export * from '@threadline/browser'`

/** A `describe` for Chromium with a recorder, a profile and a page for each test. */
export function describeInChromium(title: string, tests: (suite: Suite) => void, options: LaunchOptions = {}): void {
  describeWithBrowser('chromium', title, (path) => {
    const suite: { -readonly [Key in keyof Suite]?: Suite[Key] | undefined } = { consoleLines: [] }

    beforeAll(async () => {
      suite.recorder = await startRecorder(await bundle(SDK, { globalName: 'threadline' }))
      suite.browser = await launchChromium(path, options)
    })
    afterAll(async () => {
      await suite.browser?.close()
      await suite.recorder?.close()
    })
    beforeEach(async () => {
      suite.recorder?.clear()
      if (suite.recorder) suite.recorder.defaultPage = trackedPage({ flushIntervalMs: 100 })
      suite.consoleLines = []
      const lines = suite.consoleLines
      suite.context = await suite.browser?.newContext()
      suite.page = await suite.context?.newPage()
      suite.page?.on('console', (message) => lines.push(message.text()))
      suite.page?.on('pageerror', (error) => lines.push(error.message))
    })
    afterEach(() => suite.context?.close())

    function get<Key extends keyof Suite>(key: Key): Suite[Key] {
      const value = suite[key]
      if (value === undefined) throw new Error(`${key} is not there before the test runs`)
      return value as Suite[Key]
    }
    tests({
      get recorder() {
        return get('recorder')
      },
      get browser() {
        return get('browser')
      },
      get context() {
        return get('context')
      },
      get page() {
        return get('page')
      },
      get consoleLines() {
        return get('consoleLines')
      },
      newTab: () => get('context').newPage(),
    })
  })
}

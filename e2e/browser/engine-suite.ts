import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { bundle } from './bundle.ts'
import type { Driver, Profile, Tab } from './drivers/driver.ts'
import { START } from './drivers/start.ts'
import { describeWithBrowser, type EngineName } from './engines.ts'
import { type Recorder, startRecorder, trackedPage } from './recorder.ts'

/** What a test in each of the engines works with; `profile` and `tab` are new for each test. */
export interface EngineSuite {
  readonly engine: EngineName
  readonly recorder: Recorder
  readonly profile: Profile
  readonly tab: Tab
  /** A page of a subdomain of the one site that every engine takes for this machine. */
  at(subdomain: string, path?: string): string
  /** Goes to a page and waits until its pageview is stored, so that its ids are settled. Gives the visitor's id. */
  visit(tab: Tab, url: string): Promise<string | null>
  /** Waits until all that a tab has captured is stored; the suite's own tab unless given. */
  flush(tab?: Tab): Promise<void>
  /** Runs statements in the suite's own tab. */
  run(code: string): Promise<unknown>
}

export interface EngineSuiteOptions {
  /**
   * All tests of an engine work in one tab, whose storage is wiped in between, and not each in a profile of its own: quicker,
   * where a test does not care what the browser has seen before.
   */
  readonly sharesTab?: boolean
  /** Entry points whose exports pages get as well as those of the browser package. */
  readonly exports?: readonly string[]
}

/** Forgets what the page of a test has stored. A refusal stops what is still at work in it. */
const WIPE = `(
  window.threadline?.consent?.('denied'),
  localStorage.clear(),
  document.cookie.split('; ').forEach((pair) => { document.cookie = pair.split('=')[0] + '=; path=/; max-age=0' }),
  0)`

const ENGINES: readonly EngineName[] = ['chromium', 'firefox', 'webkit']

/** A `describe` for each engine, with a recorder, a profile and a tab for each test. */
export function describeInEngines(
  title: string,
  tests: (suite: EngineSuite) => void,
  { sharesTab = false, exports = [] }: EngineSuiteOptions = {},
): void {
  for (const engine of ENGINES) {
    describeWithBrowser(engine, title, (path) => {
      const running: { driver?: Driver; recorder?: Recorder; profile?: Profile; tab?: Tab } = {}

      beforeAll(async () => {
        const code = ['@threadline/browser', ...exports].map((entry) => `export * from '${entry}'`).join('\n')
        running.recorder = await startRecorder(await bundle(code, { globalName: 'threadline' }))
        running.driver = await START[engine](path)
      })
      afterAll(async () => {
        await running.driver?.close()
        await running.recorder?.close()
      })
      beforeEach(async () => {
        running.recorder?.clear()
        if (running.recorder) running.recorder.defaultPage = trackedPage({ flushIntervalMs: 100 })
        if (sharesTab && running.tab) return
        running.profile = await get('driver').newProfile()
        running.tab = await running.profile.newTab()
      })
      afterEach(async () => {
        if (sharesTab) await running.tab?.evaluate(WIPE)
        else await running.profile?.close()
      })

      function get<Key extends keyof typeof running>(key: Key): NonNullable<(typeof running)[Key]> {
        const value = running[key]
        if (!value) throw new Error(`${key} is not there before the test runs`)
        return value
      }

      const suite: EngineSuite = {
        engine,
        get recorder() {
          return get('recorder')
        },
        get profile() {
          return get('profile')
        },
        get tab() {
          return get('tab')
        },
        at: (subdomain, at = '/') => `http://${subdomain}.example.localhost:${get('recorder').port}${at}`,
        async visit(tab, url) {
          const recorder = get('recorder')
          const before = recorder.stored('$pageview').length
          await tab.goto(url)
          await recorder.until(() => recorder.stored('$pageview').length > before)
          return tab.evaluate('threadline.getAnonymousId() ?? null')
        },
        async flush(tab = get('tab')) {
          await tab.evaluate('threadline.flush().then(() => null)')
        },
        run: (code) => get('tab').evaluate(`(() => { ${code} })()`),
      }
      tests(suite)
    })
  }
}

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
  /** Waits until all that a tab has captured is stored. */
  flush(tab: Tab): Promise<void>
}

const ENGINES: readonly EngineName[] = ['chromium', 'firefox', 'webkit']

/** A `describe` for each engine, with a recorder, a profile and a tab for each test. */
export function describeInEngines(title: string, tests: (suite: EngineSuite) => void): void {
  for (const engine of ENGINES) {
    describeWithBrowser(engine, title, (path) => {
      const running: { driver?: Driver; recorder?: Recorder; profile?: Profile; tab?: Tab } = {}

      beforeAll(async () => {
        running.recorder = await startRecorder(
          await bundle(`export * from '@threadline/browser'`, { globalName: 'threadline' }),
        )
        running.driver = await START[engine](path)
      })
      afterAll(async () => {
        await running.driver?.close()
        await running.recorder?.close()
      })
      beforeEach(async () => {
        running.recorder?.clear()
        if (running.recorder) running.recorder.defaultPage = trackedPage({ flushIntervalMs: 100 })
        const profile = await running.driver?.newProfile()
        if (!profile) throw new Error(`${engine} did not start`)
        running.profile = profile
        running.tab = await profile.newTab()
      })
      afterEach(() => running.profile?.close())

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
        async flush(tab) {
          await tab.evaluate('threadline.flush().then(() => null)')
        },
      }
      tests(suite)
    })
  }
}

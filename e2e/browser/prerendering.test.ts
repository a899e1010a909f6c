import { readFileSync } from 'node:fs'
import { type Browser, launch, type Page } from 'puppeteer-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { bundle, bundleScriptTag } from './bundle.ts'
import { CHROMIUM_ARGS } from './chromium-args.ts'
import { describeWithBrowser } from './engines.ts'
import { pageWith, type Recorder, startRecorder, trackedPage } from './recorder.ts'

const RULES = JSON.stringify({ prerender: [{ source: 'list', urls: ['/next'], eagerness: 'immediate' }] })

/** What the prerendered page leaves in `localStorage` for the one in front. */
interface Report {
  readonly isPrerendering: boolean
  readonly ids: readonly unknown[]
  readonly cookie: string
  readonly keys: readonly string[]
}

// No other engine prerenders.
describeWithBrowser('chromium', 'Pages that nobody sees yet', (path) => {
  let recorder: Recorder
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    recorder = await startRecorder(await bundle(`export * from '@threadline/browser'`, { globalName: 'threadline' }))
    browser = await launch({ executablePath: path, headless: true, args: [...CHROMIUM_ARGS] })
  })
  afterAll(async () => {
    await browser?.close()
    await recorder?.close()
  })
  beforeEach(async () => {
    recorder.clear()
    page = await (await browser.createBrowserContext()).newPage()
    recorder.pages.set(
      '/',
      `<!doctype html><title>First</title><script type="speculationrules">${RULES}</script><h1>First</h1>`,
    )
    recorder.pages.set(
      '/next',
      pageWith(
        `threadline.capture('captured_before_init', { n: 1 })
        threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 50 })
        const client = threadline.createBrowserClient({ key: 'pk_other', host: '/t', flushIntervalMs: 50 })
        threadline.capture('captured_after_init')
        client.capture('captured_by_client')
        const report = {
          isPrerendering: document.prerendering,
          ids: [threadline.getAnonymousId() ?? null, threadline.getSessionId() ?? null, threadline.headers(), client.getAnonymousId() ?? null],
        }
        // A client that had started would have sent its view by then.
        if (report.isPrerendering) setTimeout(() => {
          const rest = { cookie: document.cookie, keys: Object.keys(localStorage) }
          localStorage.setItem('report', JSON.stringify({ ...report, ...rest }))
        }, 500)`,
        'Next',
      ),
    )
  })

  /** Opens the first page, and waits until the next one is prerendered and has done what it does then. */
  async function prerender(): Promise<Report> {
    await page.goto(`${recorder.origin}/`)
    const report = await page.waitForFunction(`localStorage.getItem('report')`)
    return JSON.parse(String(await report.jsonValue()))
  }

  test('capture, store and send nothing; what was captured early follows when they are shown', async () => {
    expect(await prerender()).toEqual({
      isPrerendering: true,
      ids: [null, null, {}, null],
      cookie: '',
      keys: [],
    })
    expect(recorder.deliveries).toEqual([])

    const shownAt = Date.now()
    await page.evaluate(`(location.href = '/next', 0)`)
    await recorder.until(() => recorder.stored().length === 5)
    const names = (key: string) =>
      recorder.deliveries
        .filter(({ body }) => JSON.parse(body).key === key)
        .flatMap(({ events }) => events.map(({ event }) => event))
        .sort()
    expect(names('pk_test')).toEqual(['$pageview', 'captured_after_init', 'captured_before_init'])
    expect(names('pk_other')).toEqual(['$pageview', 'captured_by_client'])
    expect(recorder.stored('$pageview')).toMatchObject([{ title: 'Next', referrer: `${recorder.origin}/` }, {}])
    // Nobody has seen anything before.
    for (const { timestamp } of recorder.stored()) expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(shownAt)
    expect(new Set(recorder.stored().map(({ anonymousId }) => anonymousId)).size).toBe(1)
  })

  test('that change their address meanwhile are a view of the address they were opened by, when they are shown', async () => {
    const [link, options] = ['/next?utm_source=news', `key: 'pk_test', host: '/t', flushIntervalMs: 50`]
    recorder.pages.set('/', String(recorder.pages.get('/')).replace('/next', link))
    recorder.pages.set(
      '/next',
      pageWith(`threadline.init({ ${options} })
        const client = threadline.createBrowserClient({ ${options}, cookieName: 'other_id', pageviews: false })
        threadline.capture('captured')
        client.capture('captured')
        history.replaceState(null, '', '/clean')
        threadline.capture('captured_later')
        localStorage.setItem('report', '{}')`),
    )
    await prerender()
    const shownAt = Date.now()
    await page.evaluate(`(location.href = '${link}', 0)`)
    await recorder.until(() => recorder.stored().length === 4)
    const opened = { url: recorder.origin + link, utm: { source: 'news' } }
    expect(recorder.stored('$pageview')).toMatchObject([opened])
    expect(recorder.stored('captured')).toMatchObject([opened, opened])
    expect(recorder.stored('captured_later')).toMatchObject([{ path: '/clean', utm: {} }])
    for (const { timestamp } of recorder.stored()) expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(shownAt)
  })

  test('with a stub, whose script comes before or after they are shown: what was called early happens then', async () => {
    const stub = readFileSync(new URL('../../packages/browser/src/script/stub.js', import.meta.url), 'utf8')
    const site = await startRecorder(await bundleScriptTag())
    try {
      for (const when of ['prerenderingchange', 'DOMContentLoaded']) {
        site.clear()
        site.pages.set('/', String(recorder.pages.get('/')))
        site.pages.set(
          '/next',
          `<!doctype html><title>Next</title><script>${stub}
            threadline.capture('captured')
            document.addEventListener('${when}', () => {
              const tag = Object.assign(document.createElement('script'), { src: '/sdk.js' })
              Object.assign(tag.dataset, { key: 'pk_test', host: '/t', flushIntervalMs: '50' })
              document.body.append(tag)
            })
            localStorage.setItem('report', '{}')
          </script><body>`,
        )
        page = await (await browser.createBrowserContext()).newPage()
        await page.goto(`${site.origin}/`)
        await page.waitForFunction(`localStorage.getItem('report')`)
        const shownAt = Date.now()
        await page.evaluate(`(location.href = '/next', 0)`)
        await site.until(() => site.stored().length === 2)
        expect(
          site
            .stored()
            .map(({ event }) => event)
            .sort(),
        ).toEqual(['$pageview', 'captured'])
        for (const { timestamp } of site.stored()) expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(shownAt)
      }
    } finally {
      await site.close()
    }
  })

  test('send nothing at all when nobody opens them', async () => {
    await prerender()
    recorder.pages.set('/other', trackedPage({ flushIntervalMs: 50 }))
    await page.goto(`${recorder.origin}/other`)
    await recorder.until(() => recorder.stored('$pageview').length > 0)
    expect(recorder.stored().map(({ event, path }) => [event, path])).toEqual([['$pageview', '/other']])
  })

  test('a tab that is opened in the background is a view when it loads, and none when it is looked at', async () => {
    recorder.defaultPage = trackedPage({ flushIntervalMs: 50 })
    const url = `${recorder.origin}/behind`
    const devtools = await browser.target().createCDPSession()
    await devtools.send('Target.createTarget', { url, background: true })
    const target = await browser.waitForTarget((candidate) => candidate.url() === url)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    const behind = await target.page()
    expect(await behind?.evaluate('document.visibilityState')).toBe('hidden')
    await behind?.bringToFront()
    await behind?.evaluate(`threadline.capture('looked_at')`)
    await recorder.until(() => recorder.stored('looked_at').length === 1)
    expect(recorder.stored().map(({ event }) => event)).toEqual(['$pageview', 'looked_at'])
  })
})

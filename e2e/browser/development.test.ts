import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startCollector } from '@threadline/collector'
import type { Page, Route } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundle } from './bundle.ts'
import { describeInChromium } from './chromium-suite.ts'

const PK = 'pk_development_e2e_01'

describeInChromium('Development warnings', (suite) => {
  let script: string
  let debugScript: string
  let collector: Awaited<ReturnType<typeof startCollector>>
  let dataDir: string

  beforeAll(async () => {
    const sdk = `export * from '@threadline/browser'`
    script = await bundle(sdk, { globalName: 'threadline', isDevelopment: true })
    debugScript = await bundle(`${sdk}\nexport { debug } from '@threadline/browser/debug'`, {
      globalName: 'threadline',
    })
    dataDir = await mkdtemp(join(tmpdir(), 'threadline-development-'))
    const keys = [{ key: PK, origins: ['https://shop.example.com'] }]
    collector = await startCollector({ port: 0, dataDir, keys })
  })
  afterAll(async () => {
    await collector?.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  /** Runs code on a page with the development build (or another), until the console has said something of ours. */
  async function said(
    code: string,
    { sdk = script, answer }: { sdk?: string; answer?: Parameters<Route['fulfill']>[0] } = {},
  ) {
    const { page, recorder, consoleLines } = suite
    recorder.defaultPage = `<!doctype html><title>Page</title><script src="/development.js"></script><script>${code}</script>`
    await page.route('**/development.js', (route) => route.fulfill({ contentType: 'text/javascript', body: sdk }))
    if (answer) await page.route('**/v1/batch', (route) => route.fulfill(answer))
    await page.goto(recorder.origin)
    const ours = () => consoleLines.filter((line) => line.includes('threadline'))
    await expect.poll(ours, { timeout: 60_000 }).not.toEqual([])
    return ours()
  }

  const init = (options = '') => `threadline.init({ key: '${PK}', host: '/t', flushIntervalMs: 50, ${options} });`

  test('a wrong key, and a key that this origin may not use: what the collector said, and what to do', async () => {
    const host = `host: '${collector.url}'`
    expect(await said(init(`${host}, key: 'pk_unknown_0000000001'`))).toEqual([
      `threadline: ${collector.url} refused the key (HTTP 401: the key is unknown or revoked). Check key in init. Events are kept and sent later.`,
    ])
    const { page, recorder, consoleLines } = suite
    consoleLines.length = 0
    await page.evaluate('localStorage.clear()')
    expect(await said(init(host))).toEqual([
      expect.stringMatching(
        `threadline: ${collector.url} refused this page \\(HTTP 403: this key may not be used from ${recorder.origin}\\). Add ${recorder.origin} to the origins of the key`,
      ),
    ])
  })

  test.each([
    [
      'no /t route',
      { status: 404, body: 'Not found' },
      /\/t\/v1\/batch answers HTTP 404\. Nothing behind \/t .* add the route/,
    ],
    [
      'a catch-all page',
      { status: 200, contentType: 'text/html', body: '<!doctype html><title>App</title>' },
      /answers 200 with something that no collector wrote.* before any catch-all page/,
    ],
    ['a server that takes no POST', { status: 405 }, /takes no POST/],
  ])('%s', async (_, answer, text) => {
    expect(await said(init(), { answer })).toEqual([expect.stringMatching(text)])
  })

  test('a collector that is down', async () => {
    expect(await said(init(`host: 'http://127.0.0.1:1'`))).toEqual([
      expect.stringMatching(/threadline: http:\/\/127\.0\.0\.1:1 cannot be reached\. Is the collector running\?/),
    ])
  })

  test.each([
    [`threadline.identify(null)`, /identify: object null is not an id\. Pass a string of 1 to 200 characters/],
    [`threadline.capture('paid', {}, { value: 4990 })`, /paid: value 4990 has no currency/],
    [`threadline.init({ key: 'pk_other', host: '/t' })`, /init was called a second time, and its options are ignored/],
  ])('%s', async (code, text) => {
    expect(await said(init() + code)).toEqual([expect.stringMatching(text)])
  })

  test('capture without init', async () => {
    await suite.page.clock.install()
    const lines = said(`threadline.capture('plan_viewed')`)
    await suite.page.waitForFunction('window.threadline')
    await suite.page.clock.runFor(5_000)
    expect(await lines).toEqual([expect.stringMatching(/events wait for init, which was not called.*Call init/)])
  })

  test('a secret key in a page', async () => {
    expect(await said(`threadline.init({ key: 'sk_live_1', host: '/t' })`)).toEqual([
      expect.stringMatching(/an sk_ key is secret, and everybody can read it.*Use the pk_ key/),
      'threadline: secret key in a page',
    ])
  })

  test('each sentence once, whatever happens how often', async () => {
    const lines = await said(
      `${init()} for (let n = 0; n < 50; n += 1) threadline.capture('paid', {}, { value: 4990 })`,
    )
    await suite.recorder.until(() => suite.recorder.stored('paid').length === 50)
    expect(lines).toHaveLength(1)
  })

  test('nothing on a page that is in order', async () => {
    const { page, recorder, consoleLines } = suite
    const watch = (where: Page) => where.waitForEvent('console').catch(() => undefined)
    void watch(page)
    const done = said(
      `${init()} threadline.capture('paid', {}, { value: 4990, currency: 'EUR' }); threadline.identify('user_1')`,
    )
    await recorder.until(() => recorder.stored('$identify').length === 1)
    expect(consoleLines).toEqual([])
    await page.evaluate(`console.log('threadline is in order')`)
    expect(await done).toEqual(['threadline is in order'])
  })

  test('the debug part says the same in a production build, which says nothing without it', async () => {
    const mistake = `threadline.capture('paid', {}, { value: 4990 })`
    const { page, recorder, consoleLines } = suite
    expect(await said(init('parts: [threadline.debug]') + mistake, { sdk: debugScript })).toEqual([
      expect.stringMatching(/paid: value 4990 has no currency/),
    ])
    consoleLines.length = 0
    recorder.defaultPage = recorder.defaultPage.replace('parts: [threadline.debug]', '')
    await page.goto(`${recorder.origin}/without`)
    await recorder.until(() => recorder.stored('paid').some(({ path }) => path === '/without'))
    expect(consoleLines).toEqual([])
  })
})

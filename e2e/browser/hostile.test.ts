import { expect, test } from 'vitest'
import { describeInChromium } from './chromium-suite.ts'
import { pageWith, trackedPage } from './recorder.ts'

describeInChromium('Browsers that forbid', (suite) => {
  test('a sandboxed frame has no cookies, no localStorage and no locks: events arrive all the same', async () => {
    const { page, recorder, consoleLines } = suite
    recorder.pages.set('/outer', '<!doctype html><iframe src="/inner" sandbox="allow-scripts"></iframe>')
    recorder.pages.set(
      '/inner',
      pageWith(`threadline.init({ key: 'pk_test', host: '${recorder.origin}/t', flushIntervalMs: 100 })
        window.where = threadline.storage()`),
    )
    await page.goto(`${recorder.origin}/outer`)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    const frame = page.frames().find((candidate) => candidate.url().endsWith('/inner'))
    expect(await frame?.evaluate('threadline.storage()')).toEqual({ cookie: false, localStorage: false })
    expect(recorder.stored()[0]?.anonymousId).toBe(await frame?.evaluate('threadline.getAnonymousId()'))
    // The Navigation API is there, and tells it nothing.
    await frame?.evaluate(`history.pushState(null, '', '/inner/next')`)
    await recorder.until(() => recorder.stored('$pageview').length === 2)
    expect(recorder.stored('$pageview')[1]?.path).toBe('/inner/next')
    expect(consoleLines).toEqual([])
  })

  test('localStorage that throws: the cookie alone holds the id', async () => {
    const { page, recorder, consoleLines } = suite
    await page.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('denied', 'SecurityError')
        },
      })
    })
    await page.goto(recorder.origin)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    const first = await page.evaluate('threadline.getAnonymousId()')
    expect(await page.evaluate('threadline.storage()')).toEqual({ cookie: true, localStorage: false })
    await page.reload()
    await recorder.until(() => recorder.stored('$pageview').length === 2)
    expect(await page.evaluate('threadline.getAnonymousId()')).toBe(first)
    expect(consoleLines).toEqual([])
  })

  test('cookies that are blocked: localStorage alone holds the id', async () => {
    const { page, context, recorder } = suite
    const devtools = await context.newCDPSession(page)
    await devtools.send('Emulation.setDocumentCookieDisabled', { disabled: true })
    await page.goto(recorder.origin)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    const first = await page.evaluate('threadline.getAnonymousId()')
    expect(await page.evaluate('threadline.storage()')).toEqual({ cookie: false, localStorage: true })
    await page.reload()
    await recorder.until(() => recorder.stored('$pageview').length === 2)
    expect(await page.evaluate('threadline.getAnonymousId()')).toBe(first)
  })

  test('a page that is not secure has no locks: ids settle, a reload brings back what was not sent', async () => {
    const { page, recorder } = suite
    const origin = `http://a.example.test:${recorder.port}`
    await page.goto(origin)
    expect(await page.evaluate('isSecureContext')).toBe(false)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    recorder.answer = () => ({ status: 503 })
    await page.evaluate(`for (let n = 0; n < 10; n += 1) threadline.capture('step_done', { n })`)
    await recorder.until(() => recorder.deliveries.some(({ status }) => status === 503))
    await page.reload()
    recorder.answer = () => 'store'
    await recorder.until(() => recorder.stored('step_done').length === 10)
  })

  test.each([
    ['that allows scripts and requests of the site', ''],
    [
      'that takes nothing as text either',
      "; require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'",
    ],
  ])('a strict Content-Security-Policy %s is enough', async (_, more) => {
    const { page, recorder, consoleLines } = suite
    const policy = "default-src 'none'; script-src 'self'; connect-src 'self'"
    recorder.pageHeaders = { 'content-security-policy': policy + more }
    recorder.defaultPage = '<!doctype html><title>Strict</title><script src="/sdk.js"></script>'
    await page.goto(recorder.origin)
    const devtools = await suite.context.newCDPSession(page)
    // Not page.evaluate: the policy forbids what it does.
    await devtools.send('Runtime.evaluate', {
      // Its own fetch has no answers, so that the browser's is taken from a frame.
      expression: `window.fetch = () => undefined
        threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100, parts: [threadline.pageLeave, threadline.trackAttributes,
          threadline.touches(), threadline.linkClicks(), threadline.linkDecoration(['shop.example.org'])] })`,
    })
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    expect(consoleLines).toEqual([])
  })

  test('properties that cannot be sent are refused with a reason, and nothing else is lost', async () => {
    const { page, recorder, consoleLines } = suite
    recorder.defaultPage = trackedPage({ flushIntervalMs: 100 }).replace(
      'threadline.init({',
      'window.drops = []; threadline.init({ onDrop: ({ event }, reason) => drops.push([event, reason]), ',
    )
    await page.goto(recorder.origin)
    await page.evaluate(`(() => {
      const circular = {}
      circular.self = circular
      threadline.capture('circular', circular)
      threadline.capture('big_integer', { value: 10n })
      threadline.capture('large', { text: 'x'.repeat(70_000) })
      threadline.capture('no_date', {}, { timestamp: 'yesterday' })
      threadline.identify('guest')
      threadline.capture('fine', { text: 'ok' })
    })()`)
    await recorder.until(() => recorder.stored().length === 2)
    expect(await page.evaluate('drops')).toEqual([
      ['circular', 'not_serializable'],
      ['big_integer', 'not_serializable'],
      ['large', 'payload_too_large'],
      ['no_date', 'invalid_timestamp'],
      ['$identify', 'invalid_id'],
    ])
    expect(recorder.stored('fine')).toHaveLength(1)
    expect(recorder.stored('$pageview')).toHaveLength(1)
    expect(consoleLines).toEqual([])
  })

  test('what is no object in place of properties or traits, and no text in place of one, costs no event', async () => {
    const { page, recorder, consoleLines } = suite
    recorder.defaultPage = pageWith(`window.codes = []
      const start = { key: 'pk_test', host: '/t', flushIntervalMs: 100, onError: ({ code }) => codes.push(code), pageviews: false,
        parts: [() => ({ enrich: ({ event }) => event === 'enriched' ? { url: new URL(location), properties: 'text' } : undefined })] }
      threadline.identify('user_0', null)
      threadline.capture('early', [])
      threadline.init(start)`)
    await page.goto(recorder.origin)
    await page.evaluate(`(() => {
      threadline.identify('user_1', null)
      threadline.identify('user_2', 'text')
      threadline.group('team_1', 'text')
      threadline.page(null)
      threadline.capture('nothing', null)
      threadline.capture('clicked', new MouseEvent('click'))
      threadline.capture('odd_view', { n: 1 }, { title: 9, path: 5, eventId: 7, email: null })
      threadline.capture('enriched', { n: 2 })
    })()`)
    await recorder.until(() => recorder.stored().length === 10)
    for (const { properties, traits, ...event } of recorder.stored()) {
      expect([event.event, typeof properties === 'object' || properties === undefined, traits]).toEqual([
        event.event,
        true,
        undefined,
      ])
    }
    expect(recorder.stored('$identify').map(({ userId }) => userId)).toEqual(['user_0', 'user_1', 'user_2'])
    expect(recorder.stored('$group')[0]?.properties).toEqual({ groupId: 'team_1' })
    expect(recorder.stored('odd_view')).toMatchObject([{ properties: { n: 1 }, title: 'A page', path: '/' }])
    expect(recorder.stored('enriched')).toMatchObject([{ properties: { n: 2 }, url: `${recorder.origin}/` }])
    const codes = await page.evaluate<string[]>('codes')
    expect(codes).toEqual(Array.from({ length: 14 }, () => 'validation_error'))
    expect(consoleLines).toEqual([])
  })

  test('callbacks that throw are contained', async () => {
    const { page, recorder, consoleLines } = suite
    recorder.defaultPage = pageWith(`
      const fail = () => { throw new Error('from the page') }
      threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100, onDrop: fail, onError: fail, pageviews: false,
        onCapture: (event) => event.event === 'bad' ? fail() : event.event === 'unwanted' ? null : event })`)
    await page.goto(recorder.origin)
    recorder.answer = () => ({ status: 500 })
    await page.evaluate(`threadline.capture('bad'); threadline.capture('unwanted'); threadline.capture('good')`)
    await recorder.until(() => recorder.deliveries.some(({ status }) => status === 500))
    recorder.answer = () => 'store'
    await recorder.until(() => recorder.stored('good').length === 1)
    expect(recorder.stored().map(({ event }) => event)).toEqual(['good'])
    expect(consoleLines.filter((line) => line.includes('from the page'))).toEqual([])
  })

  test('later changes of the caller’s object change nothing', async () => {
    const { page, recorder } = suite
    await page.goto(recorder.origin)
    await page.evaluate(`(() => {
      const properties = { plan: 'pro' }
      threadline.capture('chosen', properties)
      properties.plan = 'team'
    })()`)
    await recorder.until(() => recorder.stored('chosen').length === 1)
    expect(recorder.stored('chosen')).toMatchObject([{ properties: { plan: 'pro' } }])
  })
})

import { readFileSync } from 'node:fs'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { bundleScriptTag } from './bundle.ts'
import { describeInChromium } from './chromium-suite.ts'

const STUB = readFileSync(new URL('../../packages/browser/src/script/stub.js', import.meta.url), 'utf8')

test('the stub in the documentation is the one that is tested', () => {
  const docs = readFileSync(new URL('../../docs/browser.md', import.meta.url), 'utf8')
  expect(docs).toContain(STUB.replace(/^\/\/.*\n/gm, '').trim())
})

describeInChromium('The script tag', (suite) => {
  let script: string
  let debugScript: string

  beforeAll(async () => {
    script = await bundleScriptTag()
    debugScript = await bundleScriptTag({ isDevelopment: true })
  })
  beforeEach(async () => {
    const serve = (file: string, body: string) =>
      suite.page.route(`**/${file}`, (route) => route.fulfill({ contentType: 'text/javascript', body }))
    await serve('threadline.js', script)
    await serve('threadline.debug.js', debugScript)
  })

  /** Serves a script when the returned function is called, and not before. */
  async function holdBack(file: string, body: string): Promise<() => void> {
    let arrive = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      arrive = resolve
    })
    await suite.page.route(`**/${file}`, async (route) => {
      await gate
      await route.fulfill({ contentType: 'text/javascript', body })
    })
    return arrive
  }

  const tag = (attributes = 'async') =>
    `<script ${attributes} src="/threadline.js" data-key="pk_test" data-host="/t" data-flush-interval-ms="100"></script>`
  const withStub = (code: string, body = tag()) =>
    `<!doctype html><title>Tag</title><script>${STUB};${code}</script>${body}`

  test('starts by its attributes, and plays what the stub collected, with its time', async () => {
    const { page, recorder, consoleLines } = suite
    const arrive = await holdBack('threadline.js', script)
    recorder.defaultPage = withStub(
      `threadline.capture('before_load', { n: 1 }); threadline.capture('dated', {}, { timestamp: '2026-01-31T09:30:00.000Z' })`,
      `${tag('async data-attributes="true"')}<button data-track="pressed">Press</button>`,
    )
    await page.goto(recorder.origin, { waitUntil: 'commit' })
    await page.waitForSelector('button')
    const loaded = await page.evaluate('Date.now()')
    arrive()
    await recorder.until(() => recorder.stored('dated').length === 1)
    await page.click('button')
    await page.evaluate(`threadline.signedUp({ method: 'sso' })`)
    await recorder.until(() => recorder.stored().length === 5)
    const names = recorder.stored().map(({ event }) => event)
    expect(names.sort()).toEqual(['$pageview', 'before_load', 'dated', 'pressed', 'signup_completed'])
    expect(Date.parse(recorder.stored('before_load')[0]?.timestamp ?? '')).toBeLessThanOrEqual(Number(loaded))
    expect(recorder.stored('dated')).toMatchObject([{ timestamp: '2026-01-31T09:30:00.000Z' }])
    // Which times were read off the page's clock: all but the one that was given.
    const stamped = recorder.stored().filter((event) => event.stamped)
    const stampedNames = stamped.map(({ event }) => event)
    expect(stampedNames.sort()).toEqual(['$pageview', 'before_load', 'pressed', 'signup_completed'])
    expect(recorder.stored('dated')[0]?.stamped).toBeUndefined()
    expect(consoleLines).toEqual([])
  })

  test('every call is of the moment it was made at, and says what it was called with', async () => {
    const { page, recorder, consoleLines } = suite
    const arrive = await holdBack('threadline.js', script)
    recorder.defaultPage = withStub(`
      const traits = { plan: 'pro' }
      threadline.identify('user_1', traits)
      threadline.signedUp({ method: 'email' })
      threadline.page()
      threadline.group('team_1', traits)
      traits.plan = 'team'
      history.pushState(null, '', '/later')
      document.title = 'Later'`)
    await page.goto(`${recorder.origin}/first#access_token=1`, { waitUntil: 'commit' })
    await page.waitForFunction(`document.title === 'Later'`)
    const changed = Number(await page.evaluate('Date.now()'))
    arrive()
    await recorder.until(() => recorder.stored('$pageview').length + recorder.stored('$group').length === 4)
    for (const name of ['$identify', 'signup_completed', '$group']) {
      expect(recorder.stored(name)).toMatchObject([
        { path: '/first', url: `${recorder.origin}/first`, title: 'Tag', stamped: true },
      ])
      expect(Date.parse(recorder.stored(name)[0]?.timestamp ?? '')).toBeLessThanOrEqual(changed)
    }
    expect(recorder.stored('$identify')[0]?.traits).toEqual({ plan: 'pro' })
    expect(recorder.stored('$group')[0]?.properties).toEqual({ groupId: 'team_1', traits: { plan: 'pro' } })
    // The page's own views, and the one that it asked for.
    expect(
      recorder
        .stored('$pageview')
        .map(({ path, title }) => `${path} ${title}`)
        .sort(),
    ).toEqual(['/first Tag', '/first Tag', '/later Later'])
    expect(consoleLines).toEqual([])
  })

  test.each([
    ['of today', STUB, { path: '/', utm: { source: 'news' }, clickIds: { gclid: 'abc' } }],
    ['that noted less', STUB.replace('at: moment(),', ''), { path: '/en', utm: {}, clickIds: {} }],
  ])('late, on a page that went on: the view is of the page the visitor came to. A stub %s', async (_, stub, view) => {
    const { page, recorder, consoleLines } = suite
    const arrive = await holdBack('threadline.js', script)
    recorder.defaultPage = `<!doctype html><script>${stub}</script><title>Tag</title><script>
      threadline.capture('first')
      history.replaceState(null, '', '/en')
      threadline.capture('second')
      window.calledBy = Date.now()</script>${tag()}`
    await page.goto(`${recorder.origin}/?utm_source=news&gclid=abc`, { waitUntil: 'commit' })
    await page.waitForFunction(`window.calledBy`)
    const loaded = await page.evaluate<number>('calledBy')
    arrive()
    await recorder.until(() => recorder.stored().length === 3)
    expect(recorder.stored('$pageview')).toMatchObject([{ ...view, title: 'Tag' }])
    expect(recorder.stored('first')).toMatchObject([{ path: '/', utm: { source: 'news' } }])
    expect(recorder.stored('second')).toMatchObject([{ path: '/en', utm: {} }])
    if (view.path === '/')
      expect(Date.parse(recorder.stored('$pageview')[0]?.timestamp ?? '')).toBeLessThanOrEqual(loaded)
    expect(consoleLines).toEqual([])
  })

  test('without the script, because it is blocked: answers like a client that has not begun, and holds 500 calls', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = withStub('', '')
    await page.goto(recorder.origin)
    expect(
      await page.evaluate(`(async () => {
        for (let n = 0; n < 2_000; n += 1) threadline.capture('looped', { n })
        const stub = await threadline
        return [stub === threadline, threadline.getAnonymousId() ?? null, threadline.getSessionId() ?? null, threadline.headers(),
          threadline.storage(), threadline.hasOptedOut(), await threadline.flush(), threadline.capture('x') ?? null,
          threadline.q.length, 'then' in threadline, typeof threadline[Symbol.toPrimitive], \`\${threadline}\`]
      })()`),
    ).toEqual([
      true,
      null,
      null,
      {},
      { cookie: false, localStorage: false },
      false,
      { delivered: 0, duplicates: 0, dropped: 0 },
      null,
      500,
      false,
      'undefined',
      '[object Object]',
    ])
  })

  test.each([
    ['type="module"', tag('type="module"')],
    [
      'a tag that a script adds',
      `<script>document.head.append(Object.assign(document.createElement('script'), { src: '/threadline.js' }));
      Object.assign(document.scripts[document.scripts.length - 1].dataset, { key: 'pk_test', host: '/t', flushIntervalMs: '100' })</script>`,
    ],
    ['below an element with its name', `<div id="threadline"></div>${tag()}`],
  ])('starts with %s', async (_, body) => {
    const { page, recorder, consoleLines } = suite
    recorder.defaultPage = withStub(`threadline.capture('early')`, body)
    await page.goto(recorder.origin)
    await recorder.until(() => recorder.stored().length === 2)
    expect(recorder.stored('early')).toHaveLength(1)
    expect(recorder.stored('$pageview')).toHaveLength(1)
    expect(consoleLines).toEqual([])
  })

  test('a tag that says too little throws, and the page may start the client itself, where it is then', async () => {
    const { page, recorder, consoleLines } = suite
    const started = page.waitForEvent('pageerror')
    recorder.defaultPage = withStub('', tag('').replace('data-host="/t"', ''))
    await page.goto(`${recorder.origin}/first`)
    await started
    await page.evaluate(`
      history.pushState(null, '', '/later')
      threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100 })`)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    expect(recorder.stored('$pageview')[0]?.path).toBe('/later')
    expect(consoleLines).toEqual([expect.stringContaining('host and key are required')])
  })

  test('needs no stub', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = `<!doctype html><title>Tag</title><p id="threadline"></p>${tag('')}<script>threadline.capture('after')</script>`
    await page.goto(recorder.origin)
    await recorder.until(() => recorder.stored('after').length === 1)
  })

  test('every function of the client is in the stub, and the other way round', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = withStub(`window.collected = Object.keys(threadline)`, tag(''))
    await page.goto(recorder.origin)
    const [collected, real] = await page.evaluate<
      [string[], string[]]
    >(`[collected.filter((name) => !['q', 'at'].includes(name)),
      Object.keys(threadline).filter((name) => !['pageLeave', 'trackAttributes'].includes(name))]`)
    expect(collected.sort()).toEqual(real.sort())
  })

  test('twice, or run again by a framework: one client', async () => {
    const { page, recorder, consoleLines } = suite
    recorder.defaultPage = withStub('', `${tag('')}${tag('')}<script>${STUB}</script>`)
    await page.goto(recorder.origin)
    // As Turbo does it: the element of the new body is inserted, and runs.
    const again = page.waitForResponse('**/threadline.js')
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { src: '/threadline.js' }))`,
    )
    await again
    await page.waitForLoadState('networkidle')
    await page.evaluate(`threadline.capture('counted')`)
    await recorder.until(() => recorder.stored('counted').length === 1)
    await page.evaluate('threadline.flush()')
    const names = recorder.stored().map(({ event }) => event)
    expect(names.sort()).toEqual(['$pageview', 'counted'])
    expect(consoleLines).toEqual([])
  })

  test.each(['async', '', 'type="module"', 'nonce="n1" integrity=""'])(
    'data-debug="true" on a tag %s says what is wrong',
    async (attributes) => {
      const { page, recorder, consoleLines } = suite
      const body = `${tag(`${attributes} data-debug="true"`)}<script${attributes.startsWith('nonce') ? ' nonce="n1"' : ''}>threadline.capture('paid', {}, { value: 4990 })</script>`
      recorder.defaultPage = withStub('', body)
      if (attributes.startsWith('nonce')) {
        recorder.defaultPage = recorder.defaultPage.replace('<script>', '<script nonce="n1">')
        recorder.pageHeaders = { 'content-security-policy': "script-src 'nonce-n1'" }
      }
      await page.goto(recorder.origin)
      await recorder.until(() => recorder.stored().length === 2)
      expect(consoleLines).toEqual([expect.stringMatching(/^threadline: paid: value 4990 has no currency/)])
      expect(recorder.stored('$pageview')).toHaveLength(1)
      expect(recorder.stored('paid')).toHaveLength(1)
    },
  )

  test('data-debug="true" where a policy lets no script be added: the client works as ever', async () => {
    const { page, recorder } = suite
    recorder.pageHeaders = { 'content-security-policy': "require-trusted-types-for 'script'" }
    recorder.defaultPage = withStub(`threadline.capture('paid')`, tag('data-debug="true"'))
    await page.goto(recorder.origin)
    await recorder.until(() => recorder.stored().length === 2)
  })

  test.each([
    [{ status: 404 }, /404/],
    [{ contentType: 'text/html', body: '<!doctype html>' }, /Unexpected token/],
  ])('data-debug="true" without the file beside it: %j, and the client works as ever', async (answer, complaint) => {
    const { page, recorder, consoleLines } = suite
    await page.route('**/threadline.debug.js', (route) => route.fulfill(answer))
    recorder.defaultPage = withStub(`threadline.capture('paid', {}, { value: 4990 })`, tag('data-debug="true"'))
    await page.goto(recorder.origin)
    await recorder.until(() => recorder.stored('paid').length === 1)
    expect(consoleLines).toEqual([expect.stringMatching(complaint)])
  })
})

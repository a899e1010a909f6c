import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { describeInChromium, type Suite } from './chromium-suite.ts'
import { pageWith } from './recorder.ts'

const INIT = `
  window.errors = []
  threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100, onError: ({ code, message }) => errors.push(code + ': ' + message) })`

/** A page whose own scripts and elements come before the SDK. */
const pageAfter = (html: string, init = INIT) =>
  `<!doctype html><html lang="en"><title>A page</title>${html}<script src="/sdk.js"></script><script>${init}</script></html>`

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** What elements with a name or an id hide: properties of the document, what the window lacks, methods it inherits. */
const NAMED_ELEMENTS = `
  <form name="title"></form><form name="cookie"></form><form name="referrer"></form><form name="documentElement"></form>
  <iframe name="hidden" srcdoc=""></iframe><img name="addEventListener" alt=""><img name="visibilityState" alt="">
  <section id="process"></section><section id="navigation"></section><section id="Temporal"></section>
  <section id="addEventListener"></section><section id="removeEventListener"></section>
  <form id="threadline-form" name="body"></form>`

const OWN_VARIABLES = `
  <script>
    var navigation = { open: true }
    var screen = 'desktop'
    var performance = undefined
    var scrollY = 'top'
    var process = { argv: [] }
    var Temporal = 'none'
  </script>`

/** In the manner of libraries of before ES2015, and of monitoring scripts. */
const REPLACED_BUILT_INS = `
  <script>
    Array.from = function (list) { var copy = []; for (var i = 0; i < (list.length || 0); i += 1) copy.push(list[i]); return copy }
    Array.prototype.toJSON = function () { return '[array]' }
    String.prototype.toJSON = function () { return '"' + this + '"' }
    Object.prototype.each = function () {}
    Object.prototype.toJSON = function () { return 'object' }
    Array.prototype.entries = function () { return this.slice() }
    Array.prototype.reduce = function () { return this[0] }
    Function.prototype.bind = function (self) { var fn = this; return function () { return fn.apply(self, arguments) } }
    var fetched = 0
    var nativeFetch = fetch
    window.fetch = function () { fetched += 1 }
    var push = history.pushState
    history.pushState = function () { return push.apply(history, arguments) }
    var NativePromise = Promise
    window.Promise = function (run) {
      var inner = new NativePromise(run)
      this.then = function (done, failed) { return inner.then(done, failed) }
      this['catch'] = function (failed) { return inner['catch'](failed) }
    }
    window.AbortSignal.timeout = undefined
    URL.canParse = undefined
  </script>`

async function expectWholeVisit(suite: Suite, page: Page): Promise<void> {
  const { recorder } = suite
  await page.goto(`${recorder.origin}/start?utm_source=letter`)
  await recorder.until(() => recorder.stored('$pageview').length === 1)
  await page.evaluate(`history.pushState(null, '', '/next')`)
  await page.evaluate(`threadline.identify('user_42', { plan: 'pro', tags: ['a', 'b'] })`)
  await page.evaluate(`threadline.capture('chosen', { list: [1, { two: 2 }], when: new Date(0) })`)
  await recorder.until(() => recorder.stored('chosen').length === 1 && recorder.stored('$pageview').length === 2)
  const id = await page.evaluate('threadline.getAnonymousId()')
  expect(id).toMatch(UUID)
  for (const event of recorder.stored()) {
    expect(event).toMatchObject({ anonymousId: id, title: 'A page', eventId: expect.stringMatching(UUID) })
  }
  expect(recorder.stored('$pageview')).toMatchObject([{ path: '/start', utm: { source: 'letter' } }, { path: '/next' }])
  expect(recorder.stored('$identify')).toMatchObject([{ userId: 'user_42', traits: { plan: 'pro', tags: ['a', 'b'] } }])
  expect(recorder.stored('chosen')[0]?.properties).toEqual({ list: [1, { two: 2 }], when: '1970-01-01T00:00:00.000Z' })
  expect(await page.evaluate('threadline.storage()')).toEqual({ cookie: true, localStorage: true })
}

describeInChromium('Pages that have names of their own', (suite) => {
  test.each([
    ['elements', NAMED_ELEMENTS],
    ['variables', OWN_VARIABLES],
    ['built-ins', REPLACED_BUILT_INS],
    ['all of them', NAMED_ELEMENTS + OWN_VARIABLES + REPLACED_BUILT_INS],
  ])('%s: a whole visit arrives as on any page, without an error', async (_, html) => {
    const { page, recorder, consoleLines } = suite
    recorder.defaultPage = pageAfter(html)
    await expectWholeVisit(suite, page)
    expect(await page.evaluate('errors')).toEqual([])
    expect(consoleLines).toEqual([])
  })

  test('a part that throws while starting is reported, and the others work', async () => {
    const { page, recorder, consoleLines } = suite
    const parts = `parts: [() => { throw new Error('broken part') }, threadline.trackAttributes, () => ({ enrich() { throw new Error('broken hook') }, delivered() { throw new Error('broken listener') } })],`
    recorder.defaultPage = pageAfter(
      '<button data-track="clicked">Go</button>',
      INIT.replace("key: 'pk_test',", `key: 'pk_test', ${parts}`),
    )
    await page.goto(recorder.origin)
    await page.click('button')
    await recorder.until(() => recorder.stored('clicked').length === 1)
    expect(await page.evaluate('errors')).toEqual([expect.stringContaining('broken part')])
    expect(consoleLines).toEqual([])
  })

  test('a page’s own fetch that ignores its signal and never answers does not hold the queue for ever', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = pageAfter(
      '<script>var native = fetch, hanging = true; window.fetch = (url, options) => hanging ? new Promise(() => {}) : native(url, options)</script>',
    )
    await page.clock.install()
    await page.goto(recorder.origin)
    await page.clock.runFor(500)
    await page.evaluate('(hanging = false)')
    await page.clock.runFor(30_000)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
  })

  test('<base href> moves nothing of ours to another site', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = pageAfter('<base href="https://cdn.example.test/assets/">').replace(
      '/sdk.js',
      `${recorder.origin}/sdk.js`,
    )
    await page.goto(recorder.origin)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
  })
})

describeInChromium('Calls that hold what cannot be read', (suite) => {
  const HOSTILE_CALLS = `
    const unreadable = { get email() { throw new Error('unreadable') } }
    threadline.capture('first', {}, null)
    threadline.capture('second', null, undefined)
    threadline.identify('user_1', unreadable)
    threadline.group('acme', unreadable)
    threadline.page(unreadable)
    threadline.capture('third', unreadable)
    threadline.capture('fourth', {}, { get eventId() { throw new Error('unreadable') } })
    threadline.identify('user_2', null)
    threadline.capture('last')`

  test.each([
    ['before init', `${HOSTILE_CALLS}; ${INIT}`],
    ['after init', `${INIT}; ${HOSTILE_CALLS}`],
    ['once it works', `${INIT}; setTimeout(() => { ${HOSTILE_CALLS} }, 50)`],
  ])('%s: none throws, and none takes another along', async (_, script) => {
    const { page, recorder, consoleLines } = suite
    recorder.defaultPage = pageAfter('', script)
    await page.goto(recorder.origin)
    await recorder.until(() => recorder.stored('last').length === 1)
    const names = recorder.stored().map(({ event }) => event)
    expect(names.filter((name) => name !== '$pageview')).toEqual(['first', 'second', '$identify', 'last'])
    expect(recorder.stored('last')[0]?.userId).toBe('user_2')
    expect(consoleLines).toEqual([])
  })

  test('early identify, page and group keep their moment: time, path, title and what the objects held', async () => {
    const { page, recorder } = suite
    await page.clock.install({ time: '2100-01-31T10:00:00Z' })
    recorder.defaultPage = pageAfter(
      '',
      `const traits = { plan: 'free' }
       threadline.identify('user_1', traits); threadline.page(traits); threadline.group('acme', traits); threadline.capture('early', traits)
       traits.plan = 'pro'
       history.pushState(null, '', '/later'); document.title = 'Later'`,
    )
    await page.goto(`${recorder.origin}/first`)
    await page.clock.runFor(5_000)
    await page.evaluate(INIT)
    await page.clock.runFor(1_000)
    await recorder.until(() => recorder.stored('early').length === 1)
    const early = recorder.stored().filter(({ path }) => path === '/first')
    expect(early.map(({ event }) => event)).toEqual(['$identify', '$pageview', '$group', 'early'])
    for (const { timestamp, title, traits, properties } of early) {
      expect(timestamp < '2100-01-31T10:00:01.000Z').toBe(true)
      expect(title).toBe('A page')
      expect(JSON.stringify(traits ?? properties)).toContain('"plan":"free"')
    }
  })

  test('more early calls than are kept: the first 500 arrive, and the rest are reported', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = pageAfter(
      '',
      `for (let n = 0; n < 600; n += 1) threadline.identify('user_' + n); ${INIT.replace('onError', 'pageviews: false, onError')}`,
    )
    await page.goto(recorder.origin)
    await page.waitForFunction('errors.length > 0')
    expect(await page.evaluate('errors')).toContain('queue_overflow: 100 calls before init')
  })
})

describeInChromium('Addresses and texts without end', (suite) => {
  test('what the page adds is cut and said, never an event refused', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = pageAfter(
      `<script>
        const value = 'v'.repeat(900)
        const ids = Array.from({ length: 60 }, (_, n) => 'x' + String.fromCharCode(97 + n % 26, 97 + n / 26) + 'clid=' + value)
        history.replaceState(null, '', '/a?' + ids.join('&') + '&utm_campaign=' + value + '#/' + 's'.repeat(70_000))
        document.title = 't'.repeat(70_000)
      </script>`,
    )
    await page.goto(recorder.origin)
    await page.evaluate(`threadline.identify('user_1')`)
    await recorder.until(() => recorder.stored('$identify').length + recorder.stored('$pageview').length === 2)
    const [view] = recorder.stored('$pageview')
    expect(view?.url).toHaveLength(4_000)
    expect(view?.title).toHaveLength(500)
    expect(view?.utm?.['campaign']).toHaveLength(500)
    expect(Object.keys(view?.clickIds ?? {})).toHaveLength(20)
    expect(await page.evaluate('errors')).toEqual(
      expect.arrayContaining(
        ['url', 'title', 'utm', 'clickIds'].map((field) => expect.stringContaining(`${field} is cut`)),
      ),
    )
  })

  test('a cut leaves no half of a character', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = pageAfter(
      `<script>
        document.title = 't'.repeat(499) + '😀'
        history.replaceState(null, '', '/a?utm_campaign=' + 'c'.repeat(499) + '😀')
      </script>`,
    )
    await page.goto(recorder.origin)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    const [view] = recorder.stored('$pageview')
    expect([view?.title, view?.utm?.['campaign']]).toEqual(['t'.repeat(499), 'c'.repeat(499)])
  })

  test.each([
    ['the fragment', 'threadline.fragments'],
    ['an address of the page’s own', `threadline.pageAddress(() => '/made/' + 'm'.repeat(70_000))`],
  ])('what a part adds is cut, too: %s', async (_, part) => {
    const { page, recorder } = suite
    recorder.defaultPage = pageAfter(
      `<script>history.replaceState(null, '', '/a#' + 'f'.repeat(70_000))</script>`,
      INIT.replace("key: 'pk_test',", `key: 'pk_test', parts: [${part}],`),
    )
    await page.goto(recorder.origin)
    await page.evaluate(`threadline.capture('read')`)
    await recorder.until(() => recorder.stored('read').length === 1)
    expect(recorder.stored('read')[0]?.url).toHaveLength(4_000)
  })
})

describeInChromium('Parts inside odd pages', (suite) => {
  const withParts = (parts: string, html: string) =>
    pageAfter(html, INIT.replace("key: 'pk_test',", `key: 'pk_test', parts: [${parts}],`))

  test('trackAttributes: clicks and submits inside nested shadow roots', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = withParts(
      'threadline.trackAttributes',
      `<div id="host"></div><script>
        const outer = host.attachShadow({ mode: 'open' })
        outer.innerHTML = '<div id="inner"></div>'
        const inner = outer.getElementById('inner').attachShadow({ mode: 'open' })
        inner.innerHTML = '<button data-track="clicked" data-track-place="inside"><b>Go</b></button>' +
          '<form data-track="searched" data-track-in="shadow" onsubmit="return false"><input name="q"></form>'
      </script>`,
    )
    await page.goto(recorder.origin)
    await page.click('b')
    await page.focus('input')
    await page.keyboard.press('Enter')
    await recorder.until(() => recorder.stored('searched').length === 1)
    expect(recorder.stored('clicked')).toMatchObject([{ properties: { place: 'inside' } }])
    expect(recorder.stored('searched')).toMatchObject([{ properties: { in: 'shadow' } }])
  })

  test('linkDecoration: every other character of an address stays, in shadow roots and on arrival too', async () => {
    const { page, recorder } = suite
    const query = 'flag&q=a%20b+c&sig=x~y%2F&empty='
    const there = `http://shop.github.io:${recorder.port}/arrived?${query}#top`
    recorder.defaultPage = withParts(
      `threadline.linkDecoration(['shop.github.io'])`,
      `<div id="host"></div><script>
        if (location.pathname === '/') host.attachShadow({ mode: 'open' }).innerHTML = '<a href="${there}"><b>Shop</b></a>'
        addEventListener('click', (event) => { window.decorated = event.composedPath().find((node) => node.href)?.href })
      </script>`,
    )
    await page.goto(`http://a.example.test:${recorder.port}/`)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    const id = await page.evaluate('threadline.getAnonymousId()')
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    await page.click('b')
    await recorder.until(() => recorder.stored('$pageview').length === 2)
    expect(requests[0]).toMatch(new RegExp(`/arrived\\?${query.replace('+', '\\+')}&tl_link=${id}\\.[0-9a-z]+`))
    expect(await page.evaluate('location.href')).toBe(there)
    expect(recorder.stored('$pageview')[1]).toMatchObject({ anonymousId: id })
  })

  test('pageLeave: says what its own page was, and a clock that is set counts for nothing', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = withParts('threadline.pageLeave', '')
    await page.goto(`${recorder.origin}/article?utm_source=letter`)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    await page.evaluate(`(() => {
      const now = Date.now
      Date.now = () => now() + 8 * 3_600_000
      document.title = 'Next'
      history.pushState(null, '', '/next?utm_source=other')
    })()`)
    await recorder.until(() => recorder.stored('$page_leave').length === 1)
    const [left] = recorder.stored('$page_leave')
    expect(left).toMatchObject({ path: '/article', title: 'A page', utm: { source: 'letter' } })
    expect(left?.properties?.['visible_ms']).toBeLessThan(3_600_000)
  })
})

describeInChromium('A browser that is wrong about its network', (suite) => {
  test('navigator.onLine is false: events are sent all the same', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = pageWith(`Object.defineProperty(navigator, 'onLine', { get: () => false }); ${INIT}`)
    await page.goto(recorder.origin)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
  })
})

describe('The queue of a tab that dies', () => {
  describeInChromium('beside another', (suite) => {
    test('a tab that survives delivers it without being reloaded', async () => {
      const { page, recorder } = suite
      await page.goto(recorder.origin)
      await recorder.until(() => recorder.stored('$pageview').length === 1)
      const other = await suite.newTab()
      await other.goto(recorder.origin)
      await recorder.until(() => recorder.stored('$pageview').length === 2)
      recorder.answer = () => 'hang'
      await other.evaluate(`(() => { for (let n = 0; n < 20; n += 1) threadline.capture('step_done', { n }) })()`)
      await recorder.until(() =>
        recorder.deliveries.some(({ events }) => events.some(({ event }) => event === 'step_done')),
      )
      recorder.answer = () => 'store'
      const crashed = other.waitForEvent('crash')
      other.goto('chrome://crash').catch(() => undefined)
      await crashed
      await recorder.until(() => recorder.stored('step_done').length === 20)
      expect(recorder.stored('step_done').map(({ eventId }) => recorder.timesStored(eventId))).toEqual(
        Array(20).fill(1),
      )
    })

    test('tabs that live take nothing from one another', async () => {
      const { page, recorder } = suite
      const other = await suite.newTab()
      for (const tab of [page, other]) await tab.goto(recorder.origin)
      await recorder.until(() => recorder.stored('$pageview').length === 2)
      for (let round = 0; round < 10; round += 1) {
        for (const tab of [page, other]) await tab.evaluate(`threadline.capture('step_done', { round: ${round} })`)
        await Promise.all([page, other].map((tab) => tab.evaluate('threadline.flush()')))
      }
      await recorder.until(() => recorder.stored('step_done').length === 20)
      expect(recorder.stored('step_done').map(({ eventId }) => recorder.timesStored(eventId))).toEqual(
        Array(20).fill(1),
      )
    })
  })
})

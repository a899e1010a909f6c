import { beforeAll, beforeEach, expect, test } from 'vitest'
import { bundle } from './bundle.ts'
import { describeInChromium } from './chromium-suite.ts'
import type { Tab } from './drivers/driver.ts'
import { describeInEngines, type EngineSuite } from './engine-suite.ts'
import { pageWith, type Recorder } from './recorder.ts'

/** A page that starts the client after some code, with options given as code. */
const withOptions = (options: string, before = '') =>
  pageWith(`${before}\nthreadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100, ${options} })`)

describeInChromium('Global properties', (suite) => {
  const page = () =>
    withOptions('parts: [globals.part]', `window.globals = threadline.globalProperties({ version: '2.1' })`)
  const sent = (name: string) => suite.recorder.stored(name).map(({ properties }) => properties)

  test('go with every event, on later pages and in other tabs too; the event’s own win; identities go without', async () => {
    const { page: tab, recorder } = suite
    recorder.defaultPage = page()
    await tab.goto(recorder.origin)
    await tab.evaluate(
      `globals.set({ plan: 'pro' }); threadline.capture('first', { plan: 'own' }); threadline.identify('user_1')`,
    )
    await recorder.until(() => sent('$identify').length + sent('$pageview').length === 2)
    expect(sent('$pageview')).toEqual([{ version: '2.1' }])
    expect(sent('first')).toEqual([{ version: '2.1', plan: 'own' }])
    expect(sent('$identify')).toEqual([undefined])

    const other = await suite.newTab()
    await other.goto(`${recorder.origin}/other`)
    await other.evaluate(`globals.set({ theme: 'dark', version: undefined }); threadline.capture('elsewhere')`)
    // Browsers hand what one tab stores to another's process a little later.
    await expect.poll(() => tab.evaluate(`localStorage.getItem('tl_properties')`)).toContain('dark')
    await tab.evaluate(`threadline.capture('later')`)
    await recorder.until(() => recorder.stored('elsewhere').length + recorder.stored('later').length === 2)
    expect(sent('elsewhere')).toEqual([{ plan: 'pro', theme: 'dark' }])
    expect(sent('later')).toEqual([{ plan: 'pro', theme: 'dark' }])

    await tab.evaluate(`globals.clear(); threadline.capture('cleared')`)
    await recorder.until(() => recorder.stored('cleared').length === 1)
    expect(sent('cleared')).toEqual([{}])
  })

  test('belong to the visitor: reset and a refusal end them', async () => {
    const { page: tab, recorder } = suite
    recorder.defaultPage = page()
    await tab.goto(recorder.origin)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    await tab.evaluate(`globals.set({ plan: 'pro' }); threadline.reset(); threadline.capture('somebody_else')`)
    await recorder.until(() => recorder.stored('somebody_else').length === 1)
    expect(sent('somebody_else')).toEqual([{ version: '2.1' }])
    await tab.evaluate(`globals.set({ plan: 'pro' }); threadline.consent('denied')`)
    expect(await tab.evaluate(`localStorage.getItem('tl_properties')`)).toBeNull()
  })

  test('that are no JSON, or too much of it, change nothing and are told', async () => {
    const { page: tab, recorder } = suite
    recorder.defaultPage = withOptions(
      'parts: [globals.part], onError: ({ code }) => codes.push(code)',
      `window.codes = []; window.globals = threadline.globalProperties()`,
    )
    await tab.goto(recorder.origin)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    await tab.evaluate(`(() => { const circular = {}; circular.self = circular; globals.set({ ok: 1 }); globals.set(circular)
      globals.set({ text: 'x'.repeat(5_000) }); threadline.capture('after') })()`)
    await recorder.until(() => recorder.stored('after').length === 1)
    expect(sent('after')).toEqual([{ ok: 1 }])
    expect(await tab.evaluate('codes')).toEqual(['props_too_large', 'props_too_large'])
  })
})

describeInChromium('One’s own visits', (suite) => {
  test('are out from ?threadline=off on, on later pages and subdomains, until ?threadline=on', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = withOptions('parts: [threadline.excludeOwnVisits()]')
    const at = (host: string, path: string) => `http://${host}.example.test:${recorder.port}${path}`
    await page.goto(at('www', '/?threadline=off'))
    expect(await page.evaluate('threadline.getAnonymousId() ?? null')).toBeNull()
    await page.goto(at('shop', '/later'))
    expect(await page.evaluate('threadline.hasOptedOut()')).toBe(true)
    await page.goto(at('www', '/?threadline=on'))
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    await page.goto(at('shop', '/counted'))
    await recorder.until(() => recorder.stored('$pageview').length === 2)
    expect(recorder.stored('$pageview').map(({ path }) => path)).toEqual(['/', '/counted'])
  })
})

describeInChromium('?threadline=on', (suite) => {
  test('takes back an opt-out, and is no consent', async () => {
    const { page, recorder } = suite
    const pending = withOptions(`parts: [threadline.excludeOwnVisits()], consent: 'pending'`)
    recorder.defaultPage = pending
    await page.goto(`${recorder.origin}/?threadline=on`)
    expect(
      await page.evaluate('[threadline.getAnonymousId() ?? null, threadline.storage().cookie, document.cookie]'),
    ).toEqual([null, false, ''])
    await page.goto(`${recorder.origin}/?threadline=off`)
    expect(await page.evaluate('threadline.hasOptedOut()')).toBe(true)
    await page.goto(`${recorder.origin}/?threadline=on`)
    expect(await page.evaluate('[threadline.hasOptedOut(), threadline.getAnonymousId() ?? null]')).toEqual([
      false,
      null,
    ])
    // What was refused when the page asked is no opt-out.
    await page.evaluate(`threadline.consent('denied')`)
    await page.goto(`${recorder.origin}/?threadline=on`)
    expect(await page.evaluate('document.cookie')).toContain('tl_opted_out=denied')
    await page.evaluate(`threadline.consent({ analytics: true }); threadline.capture('granted')`)
    await recorder.until(() => recorder.stored().length === 1)
    expect(recorder.stored('granted')[0]?.consent).toEqual({ analytics: true })
  })
})

describeInChromium('Clicks on links', (suite) => {
  test('to other sites and to files are captured, without query and fragment; others are not', async () => {
    const { page, recorder } = suite
    const host = `shop.example.test:${recorder.port}`
    recorder.defaultPage = withOptions(
      `parts: [threadline.linkClicks({ ownDomains: ['partner.test'], downloads: ['ics'] })]`,
      `addEventListener('click', (event) => event.preventDefault())`,
    ).replace(
      '<h1>',
      `<a id="out" href="https://other.test/path?token=1#part"><b>Out</b></a>
       <a id="sub" href="http://www.example.test/">Subdomain</a> <a id="own" href="https://shop.partner.test/">Own</a>
       <a id="in" href="/inside">Inside</a> <a id="mail" href="mailto:jo@example.com">Mail</a>
       <a id="file" href="/files/Price%20List.PDF?v=2">File</a> <a id="ics" href="/event.ics">Event</a>
       <a id="named" href="/export" download>Export</a> <div id="host"></div>
       <svg width="20" height="20"><a href="https://svg.test/"><text y="15">S</text></a></svg><h1>`,
    )
    await page.goto(`http://${host}/`)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    await page.evaluate(`document.querySelector('#host').attachShadow({ mode: 'open' }).innerHTML =
      '<a id="shadow" href="https://shadow.test/">Shadow</a>'`)
    for (const id of ['#out b', '#sub', '#own', '#in', '#mail', '#file', '#ics', '#named', '#shadow'])
      await page.click(id)
    await page.click('#out', { button: 'middle' })
    await page.click('#out', { button: 'right' })
    await page.evaluate('threadline.flush()')
    expect(recorder.stored().map(({ event, properties }) => [event, properties])).toEqual([
      ['$pageview', undefined],
      ['outbound_link_clicked', { url: 'https://other.test/path', host: 'other.test' }],
      [
        'file_downloaded',
        { url: `http://${host}/files/Price%20List.PDF`, file_name: 'Price%20List.PDF', file_extension: 'pdf' },
      ],
      ['file_downloaded', { url: `http://${host}/event.ics`, file_name: 'event.ics', file_extension: 'ics' }],
      ['file_downloaded', { url: `http://${host}/export`, file_name: 'export', file_extension: '' }],
      ['outbound_link_clicked', { url: 'https://shadow.test/', host: 'shadow.test' }],
      ['outbound_link_clicked', { url: 'https://other.test/path', host: 'other.test' }],
    ])
  })

  test('that leave the page arrive', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = withOptions('parts: [threadline.linkClicks()]').replace(
      '<h1>',
      `<a href="http://other.github.io:${recorder.port}/there">Out</a><h1>`,
    )
    await page.goto(`http://shop.github.io:${recorder.port}/`)
    await page.click('a')
    await recorder.until(() => recorder.stored('outbound_link_clicked').length === 1)
    expect(recorder.stored('outbound_link_clicked')).toMatchObject([{ path: '/' }])
  })

  test('to what the page has made are downloads by name; what is no address is nothing, and throws nothing', async () => {
    const { page, recorder, consoleLines } = suite
    recorder.defaultPage = withOptions(
      `parts: [threadline.linkClicks()]`,
      `addEventListener('click', (event) => event.preventDefault())`,
    ).replace(
      '<h1>',
      `<a id="none" href="http://">None</a> <a id="bad" href="https://x:y/x.pdf" download>Bad</a>
       <a id="blob" download="Report 1.CSV">Blob</a> <a id="data" href="data:text/plain,x" download>Data</a>
       <a id="shown" href="data:text/plain,x.pdf">Shown</a><h1>`,
    )
    await page.goto(recorder.origin)
    await page.evaluate(`document.querySelector('#blob').href = URL.createObjectURL(new Blob(['x']))`)
    for (const id of ['#none', '#bad', '#blob', '#data', '#shown']) await page.click(id)
    await page.evaluate('threadline.flush()')
    expect(recorder.stored('outbound_link_clicked')).toEqual([])
    expect(recorder.stored('file_downloaded').map(({ properties }) => properties)).toEqual([
      { file_name: 'Report 1.CSV', file_extension: 'csv' },
      { file_name: '', file_extension: '' },
    ])
    expect(consoleLines).toEqual([])
  })
})

describeInChromium('Web vitals', (suite) => {
  let script: string
  beforeAll(async () => {
    const code = `export * from '@threadline/browser'\nexport { webVitals } from '@threadline/browser/web-vitals'`
    script = await bundle(code, { globalName: 'threadline' })
  })

  test('are measured for each page, and sent when it is left', async () => {
    const { page, recorder, consoleLines } = suite
    await page.route('**/sdk.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }))
    recorder.defaultPage = withOptions('parts: [threadline.webVitals]').replace(
      '<h1>',
      `<button onclick="const end = performance.now() + 150; while (performance.now() < end);">Press</button><h1>`,
    )
    await page.goto(`${recorder.origin}/measured`)
    await page.click('button')
    // The browser tells of an interaction after its next frame, if it took long enough, and the library looks when idle.
    await page.evaluate(`new Promise((resolve) => new PerformanceObserver((list) => {
      if (list.getEntries().some(({ interactionId }) => interactionId)) requestIdleCallback(resolve, { timeout: 2_000 })
    }).observe({ type: 'event', durationThreshold: 40, buffered: true }))`)
    await page.goto('about:blank')
    await recorder.until(() => recorder.stored('web_vitals_measured').length === 1)
    const [event] = recorder.stored('web_vitals_measured')
    expect(event).toMatchObject({ path: '/measured' })
    expect(event?.properties).toEqual({
      lcp_ms: expect.any(Number),
      fcp_ms: expect.any(Number),
      ttfb_ms: expect.any(Number),
      inp_ms: expect.any(Number),
      cls: expect.any(Number),
    })
    for (const value of Object.values(event?.properties ?? {})) expect(value).toBeLessThan(60_000)
    expect(consoleLines).toEqual([])
  })
})

describeInChromium('Storage by request', (suite) => {
  test('memoryOnly: nothing is read from cookies or localStorage, nothing is left there, and events arrive', async () => {
    const { page, recorder, consoleLines } = suite
    await page.addInitScript(`
      window.touched = []
      const { set, get } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')
      Object.defineProperty(Document.prototype, 'cookie', { get() { touched.push('read cookie'); return get.call(this) },
        set(text) { touched.push(text); set.call(this, text) } })
      for (const name of ['getItem', 'setItem', 'removeItem', 'key']) {
        const original = Storage.prototype[name]
        Storage.prototype[name] = function (...args) { touched.push(name + ' ' + args[0]); return original.apply(this, args) }
      }`)
    recorder.defaultPage = withOptions(
      `parts: [threadline.touches(), threadline.pageLeave], onError: ({ message }) => console.log(message)`,
      'threadline.memoryOnly()',
    )
    await page.goto(recorder.origin)
    await page.evaluate(`threadline.capture('first'); threadline.identify('user_1'); threadline.capture('second')`)
    await recorder.until(() => recorder.stored('second').length === 1)
    await page.evaluate(
      `threadline.consent('denied'); threadline.consent('granted'); threadline.optOut(); threadline.optIn()`,
    )
    expect(await page.evaluate('threadline.storage()')).toEqual({ cookie: false, localStorage: false })
    expect(await page.evaluate('touched')).toEqual([])
    expect(await page.evaluate('[document.cookie, Object.keys(localStorage)]')).toEqual(['', []])
    expect(new Set(recorder.stored().map(({ anonymousId }) => anonymousId)).size).toBe(1)
    expect(recorder.stored('second')).toMatchObject([{ userId: 'user_1' }])
    const first = recorder.stored('first')[0]?.anonymousId

    await page.goto(`${recorder.origin}/next`)
    await recorder.until(() => recorder.stored('$pageview').some(({ path }) => path === '/next'))
    expect(recorder.stored('$pageview').at(-1)?.anonymousId).not.toBe(first)
    expect(recorder.stored().map(({ eventId }) => recorder.timesStored(eventId))).toEqual(
      recorder.stored().map(() => 1),
    )
    expect(consoleLines).toEqual([])
  })

  test('partitionedCookies: a frame on another site keeps an id for that site', async () => {
    const { page, context } = suite
    const sdk = await bundle(`export * from '@threadline/browser'`, { globalName: 'threadline' })
    // The driver answers for both sites, so that they are https.
    await page.route('https://**', (route) => {
      const { hostname, pathname } = new URL(route.request().url())
      if (pathname === '/t/v1/batch') return route.fulfill({ status: 204 })
      const body = hostname.startsWith('widget')
        ? `<script>${sdk}</script><script>threadline.partitionedCookies()
           threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100, cookieSameSite: 'none' })</script>`
        : '<iframe src="https://widget.maker.example/"></iframe>'
      return route.fulfill({ contentType: 'text/html', body })
    })
    await page.goto('https://customer.example/')
    const idCookie = async () =>
      (await context.cookies('https://widget.maker.example/')).find(({ name }) => name === 'tl_id')
    await expect.poll(idCookie, { timeout: 60_000 }).toMatchObject({
      secure: true,
      sameSite: 'None',
      partitionKey: 'https://customer.example',
    })
    const frame = page.frames()[1]
    expect((await idCookie())?.value).toBe(await frame?.evaluate('threadline.getAnonymousId()'))
    await frame?.evaluate(`threadline.consent('denied')`)
    await expect.poll(idCookie).toBeUndefined()
  })
})

describeInChromium('An address of the page’s own', (suite) => {
  test('is what events carry: by a rule, also after a route change and when the page is left', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = withOptions(
      `parts: [threadline.pageLeave, threadline.pageAddress(({ pathname }) =>
        window.step ? '/checkout/' + window.step : pathname.startsWith('/orders/') ? '/orders/:id' : undefined)]`,
    )
    await page.goto(`${recorder.origin}/orders/8841?ref=mail`)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    await page.evaluate(`history.pushState(null, '', '/cart'); 0`)
    await recorder.until(() => recorder.stored('$pageview').length === 2)
    await page.evaluate(`window.step = 'payment'; threadline.page(); threadline.capture('paid'); threadline.flush()`)
    await recorder.until(() => recorder.stored('paid').length === 1)
    expect(recorder.stored().map(({ event, path, url }) => [event, path, url?.slice(recorder.origin.length)])).toEqual([
      ['$pageview', '/orders/:id', '/orders/:id'],
      ['$page_leave', '/orders/:id', '/orders/:id'],
      ['$pageview', '/cart', '/cart'],
      ['$page_leave', '/cart', '/cart'],
      ['$pageview', '/checkout/payment', '/checkout/payment'],
      ['paid', '/checkout/payment', '/checkout/payment'],
    ])
  })

  test('of the page’s own waits for the title like any other, and is what the next view came from', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = withOptions(
      `parts: [threadline.pageAddress(({ href }) => href.replace(/users\\/\\d+/, 'users/:id'))]`,
    )
    await page.goto(`${recorder.origin}/users/6`)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    await page.evaluate(`history.pushState(null, '', '/users/7'); setTimeout(() => { document.title = 'Seven' }, 150)`)
    await recorder.until(() => recorder.stored('$pageview').length === 2)
    await page.evaluate(`history.pushState(null, '', '/next'); document.title = 'Next'`)
    await recorder.until(() => recorder.stored('$pageview').length === 3)
    // Longer than an address may be.
    await page.evaluate(
      `history.pushState(null, '', '/' + 'x'.repeat(5_000)); setTimeout(() => { document.title = 'Long' }, 150)`,
    )
    await recorder.until(() => recorder.stored('$pageview').length === 4)
    const own = `${recorder.origin}/users/:id`
    expect(recorder.stored('$pageview').map(({ title, referrer }) => [title, referrer])).toEqual([
      ['A page', ''],
      ['Seven', own],
      ['Next', own],
      ['Long', `${recorder.origin}/next`],
    ])
  })

  test('of a rule that throws is the browser’s', async () => {
    const { page, recorder, consoleLines } = suite
    recorder.defaultPage = withOptions(`parts: [threadline.pageAddress(() => { throw new Error('rule') })]`)
    await page.goto(`${recorder.origin}/plain`)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    expect(recorder.stored('$pageview')).toMatchObject([{ path: '/plain' }])
    expect(consoleLines).toEqual([])
  })
})

describeInEngines('Extras', testExtras, { exports: ['@threadline/browser/web-vitals'] })

function testExtras(suite: EngineSuite): void {
  let recorder: Recorder
  let tab: Tab

  beforeEach(() => {
    ;({ recorder, tab } = suite)
  })

  test('web vitals and a click on a link out are sent by a page that is left', async () => {
    recorder.defaultPage = withOptions('parts: [threadline.webVitals, threadline.linkClicks()]').replace(
      '<h1>',
      // To a browser another name for this machine is another site.
      `<a href="http://127.0.0.1:${recorder.port}/out">Out</a><h1>`,
    )
    await tab.goto(`${recorder.origin}/measured`)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    await tab.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(1))))')
    await tab.evaluate(`(setTimeout(() => document.querySelector('a').click()), 1)`)
    await recorder.until(
      () => recorder.stored('web_vitals_measured').length > 0 && recorder.stored('outbound_link_clicked').length > 0,
    )
    expect(recorder.stored('web_vitals_measured')).toMatchObject([
      { path: '/measured', properties: { ttfb_ms: expect.any(Number), fcp_ms: expect.any(Number) } },
    ])
    expect(recorder.stored('outbound_link_clicked')).toMatchObject([
      { path: '/measured', properties: { url: `http://127.0.0.1:${recorder.port}/out`, host: '127.0.0.1' } },
    ])
  })

  test('memoryOnly leaves nothing behind, and what is captured last arrives', async () => {
    recorder.defaultPage = withOptions('', 'threadline.memoryOnly()')
    const origin = `http://memory.example.localhost:${recorder.port}`
    // The page of the test before may still send its own.
    const views = () => recorder.stored('$pageview').filter(({ url }) => url?.startsWith(origin))
    await tab.goto(origin)
    await recorder.until(() => views().length === 1)
    await tab.evaluate(`(threadline.capture('last'), setTimeout(() => { location.href = '/next' }), 1)`)
    await recorder.until(() => recorder.stored('last').length === 1 && views().length === 2)
    expect(await tab.evaluate('[document.cookie, Object.keys(localStorage).length]')).toEqual(['', 0])
    expect(recorder.stored('last')[0]?.anonymousId).toBe(views()[0]?.anonymousId)
    expect(recorder.stored('last').map(({ eventId }) => recorder.timesStored(eventId))).toEqual([1])
  })
}

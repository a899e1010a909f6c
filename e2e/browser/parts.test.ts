import { expect, test } from 'vitest'
import { bundle } from './bundle.ts'
import { describeInChromium } from './chromium-suite.ts'
import { pageWith } from './recorder.ts'

/** A page that starts the client with parts, given as code. */
const withParts = (parts: string, options = '') =>
  pageWith(`threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100, parts: [${parts}], ${options} })`)

describeInChromium('Optional parts', (suite) => {
  test('pageLeave: visible time and scroll depth of each page, under its own address', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = withParts('threadline.pageLeave').replace('<h1>', '<div style="height: 400vh"></div><h1>')
    await page.clock.install()
    await page.goto(`${recorder.origin}/article`)
    await page.clock.runFor(5_000)
    await page.evaluate('scrollTo(0, document.documentElement.scrollHeight / 2)')
    await page.waitForFunction('scrollY > 0')
    await page.evaluate(`history.pushState(null, '', '/next')`)
    await page.clock.runFor(3_000)
    await page.goto('about:blank')
    await recorder.until(() => recorder.stored('$page_leave').length === 2)
    const [article, next] = recorder.stored('$page_leave')
    expect(article).toMatchObject({ path: '/article', url: `${recorder.origin}/article` })
    expect(article?.properties?.['visible_ms']).toBeGreaterThanOrEqual(5_000)
    expect(article?.properties?.['scroll_depth']).toBeGreaterThan(50)
    expect(next).toMatchObject({ path: '/next' })
    expect(next?.properties?.['visible_ms']).toBeGreaterThanOrEqual(3_000)
    expect(recorder.stored().map(({ event }) => event)).toEqual([
      '$pageview',
      '$page_leave',
      '$pageview',
      '$page_leave',
    ])
  })

  test('trackAttributes: clicks and submits of marked elements, with their properties, and no others', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = withParts('threadline.trackAttributes').replace(
      '<h1>',
      `<button data-track="plan_chosen" data-track-plan-name="pro"><b>Pro</b></button>
       <form data-track="search_made" data-track-place="top"><input name="q"><button id="go">Go</button></form>
       <button id="other">Other</button><h1>`,
    )
    await page.goto(recorder.origin)
    await page.evaluate(`addEventListener('submit', (event) => event.preventDefault())`)
    await page.click('b')
    await page.click('#other')
    await page.click('input')
    await page.click('#go')
    await recorder.until(() => recorder.stored('search_made').length + recorder.stored('$pageview').length === 2)
    const clicks = recorder.stored().filter(({ event }) => event !== '$pageview')
    expect(clicks.map(({ event, properties }) => [event, properties])).toEqual([
      ['plan_chosen', { plan_name: 'pro' }],
      ['search_made', { place: 'top' }],
    ])
  })

  test('trackAttributes: a click on a label counts once, though the browser clicks its control as well', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = withParts('threadline.trackAttributes').replace(
      '<h1>',
      `<label data-track="within"><input type="checkbox" id="box"><span>Yes</span></label>
       <p data-track="around"><label for="far">Far</label> <input type="radio" id="far"></p>
       <label data-track="outer">Both <button type="button" data-track="inner">Own</button></label><h1>`,
    )
    await page.goto(recorder.origin)
    await page.click('span')
    await page.click('#box')
    await page.evaluate(`document.querySelector('span').click(); document.querySelector('#box').click()`)
    await page.focus('#box')
    await page.keyboard.press('Space')
    await page.click('label[for]')
    await page.click('#far')
    await page.getByText('Both').click({ position: { x: 5, y: 5 } })
    await page.evaluate('threadline.flush()')
    const names = recorder.stored().map(({ event }) => event)
    expect(names.filter((name) => name !== '$pageview')).toEqual([
      ...Array.from({ length: 5 }, () => 'within'),
      ...['around', 'around', 'outer', 'inner'],
    ])
  })

  test('shareVisitorId: a visitor who leaves takes the shared id along, one that a service made stays', async () => {
    const { page, recorder } = suite
    const options = `adoptIds: ['svc_id']`
    recorder.defaultPage = withParts(
      `threadline.shareVisitorId({ kind: 'localStorage', name: 'svc_id' }), threadline.shareVisitorId({ kind: 'cookie', name: 'svc_cookie' })`,
      options,
    )
    const shared = () =>
      page.evaluate<string[]>(
        `[threadline.getAnonymousId(), localStorage.svc_id, /svc_cookie=([^;]*)/.exec(document.cookie)[1]]`,
      )
    await page.goto(recorder.origin)
    await page.evaluate(`threadline.identify('user_1')`)
    await recorder.until(() => recorder.stored('$identify').length === 1)
    const [first = ''] = await shared()
    expect(await shared()).toEqual([first, first, first])

    await page.evaluate(`threadline.reset()`)
    const [second = ''] = await shared()
    expect(second).not.toBe(first)
    expect(await shared()).toEqual([second, second, second])
    // Whoever comes after the cookies were cleared is not the person of before.
    await page.evaluate(
      `document.cookie = 'tl_id=;max-age=0;path=/'; document.cookie = 'tl_id=;max-age=0;path=/;domain=localhost'; localStorage.removeItem('tl_id')`,
    )
    await page.reload()
    expect((await shared())[0]).toBe(second)

    // Signed out at once, on a page that a visitor comes back to: storage may be used a moment later.
    await page.evaluate(`document.cookie = 'tl_session=;max-age=0;path=/'; localStorage.removeItem('tl_session')`)
    recorder.defaultPage = recorder.defaultPage.replace('</script><h1>', ';threadline.reset()</script><h1>')
    await page.reload()
    await expect.poll(async () => new Set(await shared()).size).toBe(1)
    expect((await shared())[0]).not.toBe(second)

    await page.evaluate(`localStorage.svc_id = 'the-services-own'; threadline.reset()`)
    const [third, own, cookie] = await shared()
    expect([own, cookie]).toEqual(['the-services-own', third])
    await page.evaluate(`threadline.setAnonymousId('srv_device_1234')`)
    expect(await shared()).toEqual(['srv_device_1234', 'the-services-own', 'srv_device_1234'])
  })

  test('linkDecoration: the id goes to a listed host, is taken over, and leaves the address bar', async () => {
    const { page, recorder } = suite
    const there = `http://shop.github.io:${recorder.port}/arrived?color=red`
    recorder.defaultPage = withParts(`threadline.linkDecoration(['shop.github.io'])`).replace(
      '<h1>',
      `<a id="listed" href="${there}">Shop</a><a id="other" href="http://other.github.io:${recorder.port}/">Other</a><h1>`,
    )
    await page.goto(`http://a.example.test:${recorder.port}/`)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    const id = await page.evaluate('threadline.getAnonymousId()')
    await page.click('#listed')
    await recorder.until(() => recorder.stored('$pageview').length === 2)
    // Asked of the page: the driver hears of an address that was replaced a moment later.
    expect(await page.evaluate('location.href')).toBe(there)
    expect(await page.evaluate('threadline.getAnonymousId()')).toBe(id)
    expect(recorder.stored('$pageview')[1]).toMatchObject({ anonymousId: id, url: there })

    await page.goto(`http://a.example.test:${recorder.port}/`)
    await page.click('#other')
    await page.waitForURL('**/other.github.io:*/**').catch(() => undefined)
    expect(page.url()).not.toContain('tl_link')
  })

  test('touches: the first and the last campaign go with the events that want credit', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = withParts('threadline.touches()')
    await page.goto(`${recorder.origin}/landing?utm_source=news&gclid=g1`)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    await page.goto(`${recorder.origin}/offer?utm_source=ads`)
    await page.goto(`${recorder.origin}/signup`)
    await page.evaluate(`threadline.signedUp({ method: 'email' })`)
    await recorder.until(() => recorder.stored('signup_completed').length === 1)
    expect(recorder.stored('signup_completed')[0]?.properties).toMatchObject({
      method: 'email',
      first_touch: { path: '/landing', utm: { source: 'news' }, click_ids: { gclid: 'g1' } },
      last_touch: { path: '/offer', utm: { source: 'ads' } },
    })
    await page.evaluate(`threadline.consent('denied')`)
    expect(await page.evaluate('Object.keys(localStorage)')).toEqual(['tl_opted_out'])
  })

  test('clickIds, allowParams and scrub see every event', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = withParts(
      `threadline.clickIds(['irclickid'])`,
      `onCapture: threadline.chain(threadline.allowParams(['page']), threadline.scrub)`,
    )
    await page.goto(`${recorder.origin}/?irclickid=i1&page=2&token=secret`)
    await page.evaluate(`threadline.capture('asked', { text: 'I am jo@example.com' })`)
    await recorder.until(() => recorder.stored().length === 2)
    expect(recorder.stored('$pageview')).toMatchObject([
      { url: `${recorder.origin}/?page=2`, clickIds: { irclickid: 'i1' } },
    ])
    expect(recorder.stored('asked')).toMatchObject([{ properties: { text: 'I am [removed]' } }])
  })

  test('addIdField: the form hands over the id of the moment it is sent', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = withParts('').replace(
      '<h1>',
      '<form method="get" action="/sent"><button>Send</button></form><h1>',
    )
    await page.goto(recorder.origin)
    await page.evaluate(`threadline.addIdField(document.forms[0]); threadline.setAnonymousId('set-after-the-field')`)
    await page.click('button')
    await page.waitForURL('**/sent*')
    expect(new URL(page.url()).searchParams.get('anonymous_id')).toBe('set-after-the-field')
  })
})

describeInChromium('The development overlay', (suite) => {
  test('shows ids, queue, consent and each event with its verdict, under a strict policy', async () => {
    const { page, recorder, consoleLines } = suite
    const script = await bundle(`
      import { init, capture } from '@threadline/browser'
      import { overlay } from '@threadline/browser/overlay'
      init({ key: 'pk_test', host: '/t', flushIntervalMs: 100, parts: [overlay()] })
      capture('plan_viewed', { plan: 'pro' })
      const circular = {}
      circular.self = circular
      capture('circular', circular)`)
    await page.route('**/overlay.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }))
    recorder.pageHeaders = { 'content-security-policy': "default-src 'none'; script-src 'self'; connect-src 'self'" }
    recorder.defaultPage = '<!doctype html><title>Overlay</title><script type="module" src="/overlay.js"></script>'
    await page.goto(recorder.origin)
    await recorder.until(() => recorder.stored('plan_viewed').length === 1)
    const panel = page.locator('threadline-overlay details')
    await panel.locator('summary').click()
    await expect
      .poll(() => panel.locator('li').allTextContents())
      .toEqual(['circulardropped: not_serializable', 'plan_vieweddelivered', '$pageviewdelivered'])
    expect(await panel.locator('dl').textContent()).toContain(recorder.stored()[0]?.anonymousId)
    expect(consoleLines).toEqual([])
  })
})

import { beforeEach, expect, test } from 'vitest'
import { describeInChromium } from './chromium-suite.ts'
import type { Tab } from './drivers/driver.ts'
import { describeInEngines, type EngineSuite } from './engine-suite.ts'
import { pageWith, type Recorder } from './recorder.ts'

/** Built-ins that came after the oldest browsers which the package's README promises: Chromium 103, Firefox 104, Safari 16.0. */
const TOO_NEW = `
  delete URL.canParse; delete URL.parse; delete Object.groupBy; delete Map.groupBy; delete Promise.withResolvers
  delete Promise.try; delete Array.fromAsync; delete AbortSignal.any; delete RegExp.escape; delete Iterator
  for (const name of ['toSorted', 'toReversed', 'toSpliced', 'with']) delete Array.prototype[name]
  for (const name of ['union', 'intersection', 'difference', 'isSubsetOf']) delete Set.prototype[name]
  for (const name of ['isWellFormed', 'toWellFormed']) delete String.prototype[name]
  for (const name of ['map', 'filter', 'take', 'toArray', 'some', 'find', 'forEach', 'flatMap'])
    delete Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()))[name]
  delete URLSearchParams.prototype.size`

describeInEngines('Privacy helpers', testPrivacy)

function testPrivacy(suite: EngineSuite): void {
  let recorder: Recorder
  let tab: Tab

  beforeEach(() => {
    ;({ recorder, tab } = suite)
  })

  test('scrub and allowParams work without what the oldest promised browsers lack, on long text too', async () => {
    recorder.defaultPage = pageWith(`
      threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100, parts: [threadline.touches()],
        onCapture: threadline.chain(threadline.allowParams(['page']), threadline.scrub) })`).replace(
      '<script',
      `<script>${TOO_NEW}</script><script`,
    )
    await tab.goto(`${recorder.origin}/?page=2&token=secret&utm_campaign=m%C3%BCller%2540example.com`)
    await tab.evaluate(`(() => {
      for (const part of ['a', '1', '1 ', '%25', 'a@', '1%20'])
        threadline.capture('pasted', { text: part.repeat(30_000 / part.length).slice(0, 30_000) })
      threadline.capture('asked', { text: 'müller@bücher.example', at: new Date(0), card: '4111%201111 1111-1111' })
    })()`)
    await recorder.until(() => recorder.stored('asked').length + recorder.stored('$pageview').length === 2)
    expect(recorder.stored('asked')[0]?.properties).toEqual({
      text: '[removed]',
      at: '1970-01-01T00:00:00.000Z',
      card: '[removed]',
    })
    expect(recorder.stored('pasted')).toHaveLength(6)
    expect(recorder.stored('pasted').map(({ properties }) => `${properties?.['text']}`.length)).toEqual(
      Array(6).fill(30_000),
    )
    expect(recorder.stored('$pageview')).toMatchObject([
      { url: `${recorder.origin}/?page=2&utm_campaign=[removed]`, utm: { campaign: '[removed]' } },
    ])
  })

  test('a fragment is sent when it is a hash route, and otherwise only with the part that asks for it', async () => {
    recorder.defaultPage = pageWith(`
      threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100,
        parts: location.search ? [threadline.pageLeave, threadline.fragments] : [threadline.pageLeave] })
      threadline.capture('read')`)
    const read = () => recorder.stored('read').length
    const left = () => recorder.stored('$page_leave').length
    for (const [index, address] of [
      '/back#access_token=secret&state=1',
      '/plans#pricing',
      '/#/cart?step=2',
      '/#!/cart',
      '/plans?all#pricing',
    ].entries()) {
      await tab.goto(`${recorder.origin}${address}`)
      await recorder.until(() => read() > index)
      await tab.goto('about:blank')
      await recorder.until(() => left() > index)
    }
    const addresses = (name: string) => recorder.stored(name).map(({ url }) => url?.slice(recorder.origin.length))
    const sent = ['/back', '/plans', '/#/cart?step=2', '/#!/cart', '/plans?all#pricing']
    expect(addresses('$pageview')).toEqual(sent)
    expect(addresses('read')).toEqual(sent)
    expect(addresses('$page_leave')).toEqual(sent)
  })

  test('touches: neither Back nor Reload nor a later route is a new touch', async () => {
    recorder.defaultPage = pageWith(`
      threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100, parts: [threadline.touches()] })`)
    // Two names for this machine: to a browser they are two sites.
    const search = `http://127.0.0.1:${recorder.port}/search`
    const lead = async () => {
      const before = recorder.stored('lead_created').length
      await tab.evaluate('threadline.leadCreated()')
      await recorder.until(() => recorder.stored('lead_created').length > before)
      return recorder.stored('lead_created').at(-1)?.properties?.['last_touch']
    }
    const document = () => tab.evaluate<string>("[location.pathname, performance.timeOrigin].join(' ')").catch(() => '')
    const arrive = async (navigate: string, path: string) => {
      const before = recorder.stored('$pageview').length
      const left = await document()
      await tab.evaluate(`(setTimeout(() => ${navigate}), 1)`)
      // The driver may hear of another document after the recorder does.
      await expect
        .poll(document, { timeout: 60_000 })
        .toSatisfy((now: string) => now !== left && now.startsWith(`${path} `))
      await recorder.until(
        () => recorder.stored('$pageview').length > before && recorder.stored('$pageview').at(-1)?.path === path,
      )
    }
    await tab.goto(search)
    await arrive(`location.href = '${recorder.origin}/found'`, '/found')
    expect(await lead()).toMatchObject({ path: '/found', referrer: `http://127.0.0.1:${recorder.port}/` })
    await arrive(`location.href = '/offer?utm_source=ads&gclid='`, '/offer')
    const ads = { path: '/offer', utm: { source: 'ads' } }
    expect(await lead()).toEqual({ at: expect.any(String), ...ads })
    // A router's page, then Back within the document.
    await arrive(`history.pushState(null, '', '/buy?utm_source=')`, '/buy')
    expect(await lead()).toMatchObject(ads)
    await arrive(`history.pushState(null, '', '/late?utm_source=mail')`, '/late')
    expect(await lead()).toMatchObject({ path: '/late', utm: { source: 'mail' } })
    await arrive('history.go(-2)', '/offer')
    expect(await lead()).toMatchObject({ path: '/late' })
    await arrive('location.reload()', '/offer')
    expect(await lead()).toMatchObject({ path: '/late' })
    // Back to the document that has the search engine as its referrer, kept or loaded anew.
    await arrive('history.go(-1)', '/found')
    expect(await lead()).toMatchObject({ path: '/late', utm: { source: 'mail' } })
  })
}

describeInChromium('Referrers of touches', (suite) => {
  const script = (options = '', consent = 'granted') =>
    pageWith(`threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100, consent: '${consent}',
      parts: [threadline.touches(${options})] })`)

  /** Comes to the shop by a link on another page, and gives how that is remembered. */
  async function comeFrom(origin: string, to = `http://shop.example.test:${suite.recorder.port}/back`) {
    const { page, recorder } = suite
    await page.route(`${origin}/**`, (route) =>
      route.fulfill({ contentType: 'text/html', body: `<a href="${to}">Back to the shop</a>` }),
    )
    await page.goto(`${origin}/pay`)
    await page.click('a')
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    await page.evaluate('threadline.leadCreated()')
    await recorder.until(() => recorder.stored('lead_created').length === 1)
    return recorder.stored('lead_created')[0]?.properties?.['last_touch']
  }

  test.each([
    'http://checkout.stripe.com',
    'http://www.paypal.com',
    'http://accounts.google.com',
    'http://tenant.eu.auth0.com',
    'http://www.example.test',
    'http://pay.partner.example',
  ])('nobody comes from %s', async (origin) => {
    suite.recorder.defaultPage = script(`{ ignoreReferrers: ['partner.example'] }`)
    expect(await comeFrom(origin)).toEqual({ at: expect.any(String), path: '/back' })
  })

  test.each(['http://www.google.com', 'http://notstripe.com', 'http://stripe.com.example'])(
    'people come from %s',
    async (origin) => {
      suite.recorder.defaultPage = script()
      expect(await comeFrom(origin)).toMatchObject({ path: '/back', referrer: `${origin}/` })
    },
  )

  test('another site under a public suffix is another site', async () => {
    suite.recorder.defaultPage = script()
    const to = `http://shop.github.io:${suite.recorder.port}/back`
    expect(await comeFrom('http://other.github.io', to)).toMatchObject({ referrer: 'http://other.github.io/' })
  })

  test('while consent is pending no cookie is set to find out which domains are own', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = script('', 'pending')
    await page.addInitScript(`
      const { set, get } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')
      window.written = []
      Object.defineProperty(document, 'cookie', { get() { return get.call(document) }, set(text) { written.push(text); set.call(document, text) } })`)
    await page.route('http://www.example.test/**', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<a href="http://shop.example.test:${recorder.port}/back">Back to the shop</a>`,
      }),
    )
    await page.goto('http://www.example.test/')
    await page.click('a')
    await page.waitForURL('**/back')
    await page.evaluate('threadline.leadCreated()')
    expect(await page.evaluate('written')).toEqual([])
    await page.evaluate(`threadline.consent('granted'); threadline.leadCreated()`)
    await recorder.until(() => recorder.stored('lead_created').length === 2)
    for (const { properties } of recorder.stored('lead_created')) {
      expect(properties?.['last_touch']).toEqual({ at: expect.any(String), path: '/back' })
    }
  })
})

import type { BrowserContext, Page } from 'playwright-core'
import { beforeEach, expect, test } from 'vitest'
import { describeInChromium } from './chromium-suite.ts'
import { pageWith, type Recorder, trackedPage } from './recorder.ts'

describeInChromium('A first visit', (suite) => {
  let recorder: Recorder
  let context: BrowserContext
  let page: Page

  beforeEach(() => {
    ;({ recorder, context, page } = suite)
    recorder.defaultPage = trackedPage({ flushIntervalMs: 200 })
  })

  /** The visitor's id, as the page has it. */
  const id = () => page.evaluate('threadline.getAnonymousId()')

  test('keeps one id in cookie and localStorage, and sends it', async () => {
    await page.goto(`${recorder.origin}/pricing?utm_source=news&utm_campaign=spring&gclid=abc&ScCid=def&ref=ghi`)
    await recorder.until(() => recorder.stored('$pageview').length === 1)

    const [cookie] = (await context.cookies()).filter(({ name }) => name === 'tl_id')
    const local = await page.evaluate(() => localStorage.getItem('tl_id'))
    expect(cookie?.value).toMatch(/^[0-9a-f-]{36}$/)
    expect(cookie?.sameSite).toBe('Lax')
    expect(local).toBe(cookie?.value)
    expect(await id()).toBe(cookie?.value)

    const [event] = recorder.stored('$pageview')
    expect(event).toMatchObject({
      anonymousId: cookie?.value,
      path: '/pricing',
      title: 'A page',
      utm: { source: 'news', campaign: 'spring' },
      clickIds: { gclid: 'abc', ScCid: 'def' },
      context: { library: expect.stringMatching(/^@threadline\/browser\//), locale: expect.any(String) },
    })
    expect(suite.consoleLines).toEqual([])
  })

  test('init adds one listener and reads nothing; a burst of events does not ask for cookies with each', async () => {
    recorder.defaultPage = pageWith(`
      const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')
      window.reads = 0
      Object.defineProperty(document, 'cookie', {
        get() { reads += 1; return get.call(document) },
        set(text) { set.call(document, text) },
      })
      const { addEventListener } = EventTarget.prototype
      window.listeners = 0
      EventTarget.prototype.addEventListener = function (...args) {
        if (!(this instanceof AbortSignal)) listeners += 1
        return addEventListener.apply(this, args)
      }
      threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 200 })
      window.afterInit = [listeners, reads]`)
    await page.goto(recorder.origin)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
    expect(await page.evaluate('afterInit')).toEqual([1, 0])
    const reads = await page.evaluate<number>(`(() => {
      const before = reads
      for (let n = 0; n < 50; n += 1) threadline.capture('step_done', { n })
      return reads - before
    })()`)
    // A few more when it is time to store the session anew.
    expect(reads).toBeLessThan(20)
    await recorder.until(() => recorder.stored('step_done').length === 50)
  })

  test('needs no preflight: text/plain with the key in the body', async () => {
    await page.goto(recorder.origin)
    await recorder.until(() => recorder.deliveries.length > 0)
    const [delivery] = recorder.deliveries
    expect(delivery?.headers['content-type']).toBe('text/plain')
    expect(delivery?.headers.authorization).toBeUndefined()
    expect(JSON.parse(delivery?.body ?? '')).toMatchObject({ key: 'pk_test', sentAt: expect.any(String) })
  })

  test('sends what was captured together in one request', async () => {
    await page.goto(recorder.origin)
    await page.evaluate('for (let n = 0; n < 10; n += 1) threadline.capture("step_done", { n })')
    await recorder.until(() => recorder.stored('step_done').length === 10)
    expect(recorder.deliveries.filter(({ events }) => events.some(({ event }) => event === 'step_done'))).toHaveLength(
      1,
    )
    expect(recorder.stored('step_done').map(({ properties }) => properties?.['n'])).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ])
  })

  test('counts a route change as a pageview, with the new title, and a hash or state change not', async () => {
    await page.goto(recorder.origin)
    await page.evaluate(() => {
      history.pushState(null, '', '/pricing?plan=pro')
      document.title = 'Pricing'
    })
    await page.evaluate(() => history.replaceState({ scroll: 1 }, '', location.href))
    await page.evaluate(() => {
      location.hash = 'faq'
    })
    await page.evaluate('threadline.capture("marker")')
    await page.evaluate('threadline.flush()')
    expect(recorder.stored('$pageview').map(({ path, title }) => [path, title])).toEqual([
      ['/', 'A page'],
      ['/pricing', 'Pricing'],
    ])
  })

  test('delivers at once when the page is left', async () => {
    recorder.defaultPage = trackedPage({ flushIntervalMs: 60_000 })
    await page.goto(recorder.origin)
    await page.evaluate('threadline.capture("before_leaving")')
    await page.goto('about:blank')
    await recorder.until(() => recorder.stored('before_leaving').length === 1)
    expect(recorder.timesStored(recorder.stored('before_leaving')[0]?.eventId ?? '')).toBe(1)
  })

  test('a call made before init tells of its own moment, and of what its object held then', async () => {
    recorder.pages.set(
      '/early',
      `<!doctype html><script src="/sdk.js"></script><script>
        const properties = { plan: 'pro' }
        threadline.capture('early_call', properties)
        const calledBy = Date.now()
        properties.plan = 'team'
        setTimeout(() => threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100 }), 300)
      </script>`,
    )
    await page.goto(`${recorder.origin}/early`)
    await recorder.until(() => recorder.stored('early_call').length === 1)
    const [event] = recorder.stored('early_call')
    expect(event?.properties).toEqual({ plan: 'pro' })
    expect(Date.parse(event?.timestamp ?? '')).toBeLessThanOrEqual(await page.evaluate<number>('calledBy'))
  })

  test('plays calls made before init, and links a user to the visitor', async () => {
    recorder.pages.set(
      '/early',
      `<!doctype html><script src="/sdk.js"></script><script>
        threadline.capture('early_call')
        threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100 })
        threadline.identify('user_42', { plan: 'pro' })
        threadline.identify('null')
        threadline.signedUp({ method: 'email' })
      </script>`,
    )
    await page.goto(`${recorder.origin}/early`)
    // The view waits for its title, and the others do not wait for it.
    await recorder.until(() => recorder.stored().length === 4)
    const anonymousId = await id()
    const [view] = recorder.stored('$pageview')
    expect(view?.userId).toBeUndefined()
    expect(recorder.stored().flatMap(({ event, userId }) => (event === view?.event ? [] : [[event, userId]]))).toEqual([
      ['early_call', undefined],
      ['$identify', 'user_42'],
      ['signup_completed', 'user_42'],
    ])
    expect(new Set(recorder.stored().map((event) => event.anonymousId))).toEqual(new Set([anonymousId]))
  })
})

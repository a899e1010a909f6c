import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeInChromium } from './chromium-suite.ts'
import { pageWith } from './recorder.ts'

const SERVERS_ID = 'srv_device_1234'

/** A page that starts the client and does more in the same task. */
const starting = (more = '', options: { readonly [option: string]: unknown } = {}) =>
  pageWith(
    `threadline.init(${JSON.stringify({ key: 'pk_test', host: '/t', flushIntervalMs: 50, ...options })})\n${more}`,
  )

/** Has the visit of a page be over, and the visitor stay. */
const endSession = (page: Page) =>
  page.evaluate(`(() => {
    const over = localStorage.tl_session.split('.')[0] + '.1.1'
    localStorage.tl_session = over
    document.cookie = 'tl_session=' + over + '; path=/'
  })()`)

describeInChromium('Events that wait', (suite) => {
  /** Whom each event is of: the view first, which may wait for its title, the others in the order of capture. */
  async function sent(
    last: string,
  ): Promise<[event: string, anonymousId: string | undefined, userId: string | undefined][]> {
    const { recorder } = suite
    await recorder.until(() => recorder.stored(last).length === 1 && recorder.stored('$pageview').length >= 1)
    const [view = [], others = []] = [true, false].map((isView) =>
      recorder.stored().filter(({ event }) => (event === '$pageview') === isView),
    )
    return [...view, ...others].map(({ event, anonymousId, userId }) => [event, anonymousId, userId])
  }

  const idOf = (page: Page) => page.evaluate<string>('threadline.getAnonymousId()')

  /** Makes a visitor who is signed in, and leaves only what the browser keeps. */
  async function signIn(): Promise<string> {
    const { page, recorder } = suite
    recorder.defaultPage = starting(`threadline.identify('user_1')`)
    await page.goto(recorder.origin)
    // The page must have heard that all arrived: what it had not would be sent again, by the next one.
    await page.evaluate('threadline.flush()')
    const id = await idOf(page)
    await page.goto('about:blank')
    recorder.clear()
    return id
  }

  async function signInLongAgo(): Promise<string> {
    const { page, recorder } = suite
    const id = await signIn()
    recorder.defaultPage = '<!doctype html><title>No client</title>'
    await page.goto(recorder.origin)
    await endSession(page)
    return id
  }

  test('reset on the page that starts a new visit: what went before stays with who was signed in', async () => {
    const { page, recorder } = suite
    const first = await signInLongAgo()
    recorder.defaultPage = starting(`threadline.reset(); threadline.identify('user_2')`)
    await page.goto(recorder.origin)
    const [view, link] = await sent('$identify')
    const second = await idOf(page)
    expect(second).not.toBe(first)
    expect([view, link]).toEqual([
      ['$pageview', first, 'user_1'],
      ['$identify', second, 'user_2'],
    ])
  })

  test('setAnonymousId on the page that starts a new visit: the same', async () => {
    const { page, recorder } = suite
    const first = await signInLongAgo()
    recorder.defaultPage = starting(`threadline.setAnonymousId('${SERVERS_ID}'); threadline.capture('as_another')`)
    await page.goto(recorder.origin)
    expect(await sent('as_another')).toEqual([
      ['$pageview', first, 'user_1'],
      ['as_another', SERVERS_ID, undefined],
    ])
  })

  test('two users in one task of a first visit: each has their own', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = starting(`
      threadline.identify('user_1'); threadline.capture('as_1')
      threadline.reset()
      threadline.identify('user_2'); threadline.capture('as_2')`)
    await page.goto(recorder.origin)
    const events = await sent('as_2')
    const second = await idOf(page)
    const first = events[0]?.[1]
    expect(first).not.toBe(second)
    expect(events).toEqual([
      ['$pageview', first, undefined],
      ['$identify', first, 'user_1'],
      ['as_1', first, 'user_1'],
      ['$identify', second, 'user_2'],
      ['as_2', second, 'user_2'],
    ])
  })

  test('… while another tab settles its first visit, too', async () => {
    const { page, recorder, newTab } = suite
    recorder.pages.set('/busy', '<!doctype html><title>Holds the lock</title>')
    recorder.defaultPage = starting(`threadline.identify('user_1')`)
    const other = await newTab()
    await other.goto(`${recorder.origin}/busy`)
    await other.evaluate(
      `new Promise((held) => { navigator.locks.request('tl_id', () => { held(); return new Promise(() => undefined) }) })`,
    )
    await page.goto(recorder.origin)
    await page.evaluate('threadline.getAnonymousId(); threadline.reset(); threadline.capture("afterwards")')
    const events = await sent('afterwards')
    const second = await idOf(page)
    expect(events.map(([event, id, user]) => [event, id === second, user])).toEqual([
      ['$pageview', false, undefined],
      ['$identify', false, 'user_1'],
      ['afterwards', true, undefined],
    ])
  })

  test('a server’s id that is set while consent is pending is that of all that waits, and of nothing the page wrote', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = starting(
      `threadline.setAnonymousId('checkout'); threadline.capture('waits', { step: 'checkout' })`,
      { consent: 'pending' },
    )
    await page.goto(recorder.origin)
    await page.evaluate(`threadline.setAnonymousId('${SERVERS_ID}')`)
    await page.evaluate(`threadline.consent('granted'); threadline.capture('agreed')`)
    const events = await sent('agreed')
    expect(events.map(([event, id]) => [event, id])).toEqual([
      ['$pageview', 'checkout'],
      ['waits', 'checkout'],
      ['agreed', SERVERS_ID],
    ])
    expect(recorder.stored('waits')[0]?.properties).toEqual({ step: 'checkout' })
  })

  test('what waited for consent before a returning visitor signed out is theirs, in their visit', async () => {
    const { page, recorder } = suite
    const first = await signIn()
    const [session] = (await suite.context.cookies()).filter(({ name }) => name === 'tl_session')
    recorder.defaultPage = starting('', { consent: 'pending' })
    await page.goto(recorder.origin)
    await page.evaluate(
      `threadline.reset(); threadline.capture('signed_out'); threadline.setAnonymousId('${SERVERS_ID}')`,
    )
    await page.evaluate(`threadline.consent('granted'); threadline.capture('agreed')`)
    expect((await sent('agreed')).map(([event, id]) => [event, id])).toEqual([
      ['$pageview', first],
      ['signed_out', SERVERS_ID],
      ['agreed', SERVERS_ID],
    ])
    expect(session?.value).toContain(recorder.stored('$pageview')[0]?.sessionId)
    expect(session?.value).not.toContain(recorder.stored('agreed')[0]?.sessionId)
  })

  test('who signs out and keeps the server’s id is signed out in every tab', async () => {
    const { page, recorder, newTab } = suite
    recorder.defaultPage = starting(`threadline.setAnonymousId('${SERVERS_ID}'); threadline.identify('user_1')`)
    await page.goto(recorder.origin)
    await sent('$identify')
    recorder.defaultPage = starting()
    const other = await newTab()
    await other.goto(`${recorder.origin}/other`)
    await other.evaluate(`threadline.capture('as_user')`)
    expect((await sent('as_user')).at(-1)).toEqual(['as_user', SERVERS_ID, 'user_1'])

    await page.evaluate(`threadline.reset(); threadline.setAnonymousId('${SERVERS_ID}')`)
    // Another process may see what was stored a moment later.
    await other.waitForFunction(() => localStorage.getItem('tl_id.user') === null)
    await other.evaluate(`threadline.capture('in_the_other_tab')`)
    expect((await sent('in_the_other_tab')).at(-1)).toEqual(['in_the_other_tab', SERVERS_ID, undefined])
    await page.evaluate(`threadline.capture('in_this_tab')`)
    expect((await sent('in_this_tab')).at(-1)).toEqual(['in_this_tab', SERVERS_ID, undefined])
  })
})

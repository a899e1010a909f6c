import { identityFrom } from '@threadline/server'
import { expect, test } from 'vitest'
import type { Tab } from './drivers/driver.ts'
import { describeInEngines } from './engine-suite.ts'
import { pageWith, trackedPage } from './recorder.ts'

const HOST_ONLY = 'set-by-the-server'

/** A page that asks for its ids in the task that starts the client, as a sign-up form would. */
const askingPage = (options: { readonly [option: string]: unknown } = {}, before = '') =>
  pageWith(`
    ${before}
    threadline.init(${JSON.stringify({ key: 'pk_test', host: '/t', flushIntervalMs: 100, ...options })})
    window.asked = { id: threadline.getAnonymousId(), headers: threadline.headers() }
    threadline.signedUp({ method: 'email' })`)

interface Asked {
  readonly id: string
  readonly headers: { readonly [name: string]: string }
}

/** The values of a page's cookies of one name. */
const cookies = (tab: Tab, name = 'tl_id') =>
  tab.evaluate<string[]>(
    `document.cookie.split('; ').filter((pair) => pair.startsWith('${name}=')).map((pair) => pair.split('=')[1])`,
  )

describeInEngines('Who the visitor is', (suite) => {
  /** What the page was told, and what its events were sent with. */
  async function askedBy(tab: Tab): Promise<Asked> {
    const { recorder } = suite
    await recorder.until(() => recorder.stored('signup_completed').length === 1)
    const [event] = recorder.stored('signup_completed')
    const asked = await tab.evaluate<Asked>('window.asked')
    expect(asked.headers).toEqual({
      'x-threadline-anonymous-id': asked.id,
      'x-threadline-session-id': event?.sessionId,
    })
    expect(event?.anonymousId).toBe(asked.id)
    expect(await tab.evaluate('threadline.getAnonymousId()')).toBe(asked.id)
    return asked
  }

  test('an id that is asked for in the task of init is the one that is stored, though the session is over', async () => {
    const { tab, recorder, visit } = suite
    const first = await visit(tab, recorder.origin)
    const session = recorder.stored()[0]?.sessionId
    await tab.evaluate(
      `(localStorage.tl_session = '${session}.1.1', document.cookie = 'tl_session=${session}.1.1; path=/')`,
    )
    recorder.defaultPage = askingPage()
    await tab.goto(recorder.origin)
    expect((await askedBy(tab)).id).toBe(first)
    expect(recorder.stored('signup_completed')[0]?.sessionId).not.toBe(session)
  })

  test('… which the server has just set', async () => {
    const { tab, recorder } = suite
    recorder.pageHeaders = { 'set-cookie': `tl_id=${HOST_ONLY}; Path=/` }
    recorder.defaultPage = askingPage()
    await tab.goto(recorder.origin)
    expect((await askedBy(tab)).id).toBe(HOST_ONLY)
  })

  test('… which is taken over from another tracker', async () => {
    const { tab, recorder } = suite
    recorder.defaultPage = askingPage(
      { adoptIds: ['_fn_vid'] },
      `document.cookie = '_fn_vid=visitor-of-before; path=/'`,
    )
    await tab.goto(recorder.origin)
    expect((await askedBy(tab)).id).toBe('visitor-of-before')
  })

  test('… which is stored when consent is given, and none before', async () => {
    const { tab, recorder, visit } = suite
    const first = await visit(tab, recorder.origin)
    recorder.defaultPage = pageWith(`
      threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100, consent: 'pending' })
      window.pending = [threadline.getAnonymousId() ?? null, threadline.getSessionId() ?? null, threadline.headers()]
      threadline.consent('granted')
      window.asked = { id: threadline.getAnonymousId(), headers: threadline.headers() }
      threadline.signedUp({ method: 'email' })`)
    await tab.goto(recorder.origin)
    expect((await askedBy(tab)).id).toBe(first)
    expect(await tab.evaluate('window.pending')).toEqual([null, null, {}])
    expect(new Set(recorder.stored().map(({ anonymousId }) => anonymousId))).toEqual(new Set([first]))
  })

  test('… which is new on a first visit, and stays', async () => {
    const { tab, recorder } = suite
    recorder.defaultPage = askingPage()
    await tab.goto(recorder.origin)
    const { id } = await askedBy(tab)
    expect(await cookies(tab)).toEqual([id])
  })

  test('on a first visit in two tabs at once both hand out the id that stays, once it is settled', async () => {
    const { tab, recorder, profile } = suite
    const other = await profile.newTab()
    recorder.defaultPage = askingPage()
    await Promise.all([tab.goto(recorder.origin), other.goto(recorder.origin)])
    await recorder.until(() => recorder.stored('signup_completed').length === 2)
    const ids = [tab, other].map((one) => one.evaluate<string>('threadline.getAnonymousId()'))
    const [stays, ...rest] = [...(await Promise.all(ids)), ...recorder.stored().map((event) => event.anonymousId)]
    expect(new Set(rest)).toEqual(new Set([stays]))
    expect(await cookies(tab)).toEqual([stays])
  })

  test('sign out on one subdomain: another, open all the while, keeps neither the visitor nor the user', async () => {
    const { tab, recorder, profile, at, visit, flush } = suite
    const www = await profile.newTab()
    const first = await visit(tab, at('shop'))
    await tab.evaluate(`threadline.identify('user_1')`)
    await flush(tab)
    expect(await visit(www, at('www'))).toBe(first)
    await www.evaluate(`(threadline.reset(), threadline.identify('user_2'))`)
    await flush(www)
    await tab.evaluate(`threadline.capture('added_to_cart')`)
    await flush(tab)
    await visit(tab, at('shop', '/again'))

    const second = await www.evaluate('threadline.getAnonymousId()')
    const later = [...recorder.stored('added_to_cart'), ...recorder.stored('$pageview').slice(-1)]
    expect(later.map(({ anonymousId, userId }) => [anonymousId, userId])).toEqual([
      [second, undefined],
      [second, undefined],
    ])
    expect(recorder.stored('$identify')).toMatchObject([
      { anonymousId: first, userId: 'user_1' },
      { anonymousId: second, userId: 'user_2' },
    ])
  })

  test('the user goes with the visitor: over pages, not to an id that somebody else gave', async () => {
    const { tab, recorder, visit, flush } = suite
    await visit(tab, recorder.origin)
    await tab.evaluate(`threadline.identify('user 1, with a blank')`)
    await flush(tab)
    await visit(tab, recorder.origin)
    await tab.evaluate(`(threadline.setAnonymousId('another-visitor'), threadline.capture('as_another'))`)
    await flush(tab)
    expect(recorder.stored('$pageview').at(-1)).toMatchObject({ userId: 'user 1, with a blank' })
    expect(recorder.stored('as_another')).toMatchObject([{ anonymousId: 'another-visitor' }])
    expect(recorder.stored('as_another')[0]).not.toHaveProperty('userId')
  })

  test('two clients with their own cookies share neither visitor nor user', async () => {
    const { tab, recorder } = suite
    recorder.defaultPage = pageWith(`
      const options = { host: '/t', flushIntervalMs: 100, pageviews: false }
      window.shop = threadline.createBrowserClient({ ...options, key: 'pk_shop', cookieName: 'shop_id' })
      window.blog = threadline.createBrowserClient({ ...options, key: 'pk_blog', cookieName: 'blog_id' })`)
    await tab.goto(recorder.origin)
    await tab.evaluate(`shop.identify('user_1')`)
    await tab.evaluate(`Promise.all([shop.flush(), blog.flush()]).then(() => null)`)
    await tab.goto(recorder.origin)
    await tab.evaluate(`(shop.capture('in_shop'), blog.capture('in_blog'))`)
    await tab.evaluate(`Promise.all([shop.flush(), blog.flush()]).then(() => null)`)
    const [inShop] = recorder.stored('in_shop')
    const [inBlog] = recorder.stored('in_blog')
    expect(inShop).toMatchObject({ anonymousId: recorder.stored('$identify')[0]?.anonymousId, userId: 'user_1' })
    expect(inBlog).not.toHaveProperty('userId')
    expect(inBlog?.anonymousId).not.toBe(inShop?.anonymousId)
  })

  test.each(['.example.localhost', 'Example.LocalHost', '.a.example.localhost'])(
    'cookieDomain %s, as browsers read it: the id stays, in one cookie, beside one of the host’s own',
    async (cookieDomain) => {
      const { tab, recorder, at, visit } = suite
      recorder.defaultPage = trackedPage({ flushIntervalMs: 100, cookieDomain })
      const first = await visit(tab, at('a'))
      await tab.evaluate(`(document.cookie = 'tl_id=${first}; path=/', localStorage.clear())`)
      expect(await visit(tab, at('a'))).toBe(first)
      await tab.evaluate(`(document.cookie = 'tl_id=of-another-time; path=/; max-age=0')`)
      expect(await visit(tab, at('a'))).toBe(first)
      expect(await cookies(tab)).toEqual([first])
    },
  )

  test('what the server set for its host alone is forgotten by reset and by a refusal; the server agrees', async () => {
    const { tab, recorder, at, visit } = suite
    /** The visitor as the site's server reads it from the page's next request. */
    async function atServer(): Promise<string | undefined> {
      await tab.evaluate(`(threadline.capture('asked_server'), threadline.flush().then(() => null))`)
      return identityFrom({ headers: recorder.deliveries.at(-1)?.headers }).anonymousId
    }

    recorder.pageHeaders = { 'set-cookie': `tl_id=${HOST_ONLY}; Path=/` }
    expect(await visit(tab, at('www.shop'))).toBe(HOST_ONLY)
    expect(new Set(await cookies(tab))).toEqual(new Set([HOST_ONLY]))
    await tab.evaluate('threadline.reset()')
    const second = await tab.evaluate<string>('threadline.getAnonymousId()')
    expect(second).not.toBe(HOST_ONLY)
    expect(await cookies(tab)).toEqual([second])
    expect(await atServer()).toBe(second)

    // On the next page it sets what it was sent.
    recorder.pageHeaders = { 'set-cookie': `tl_id=${second}; Path=/` }
    expect(await visit(tab, at('www.shop'))).toBe(second)
    expect(await atServer()).toBe(second)
    await tab.evaluate(`threadline.consent('denied')`)
    expect(await cookies(tab)).toEqual([])
  })

  test('a visitor who is forgotten on another subdomain is forgotten where the server set a cookie for its host', async () => {
    const { tab, recorder, at, visit, flush } = suite
    recorder.pageHeaders = { 'set-cookie': `tl_id=${HOST_ONLY}; Path=/` }
    expect(await visit(tab, at('www'))).toBe(HOST_ONLY)
    recorder.pageHeaders = {}
    expect(await visit(tab, at('shop'))).toBe(HOST_ONLY)
    await tab.evaluate('threadline.reset()')
    const second = await tab.evaluate<string>('threadline.getAnonymousId()')
    await flush(tab)

    // The request for the page carries the host's old cookie and the site's new one.
    recorder.pages.set('/untracked', '<!doctype html><p>Nothing runs here')
    await tab.goto(at('www', '/untracked'))
    expect(new Set(await cookies(tab))).toEqual(new Set([HOST_ONLY, second]))
    await tab.evaluate(
      `fetch('/t/v1/batch', { method: 'POST', body: JSON.stringify({ events: [{ event: 'by_hand', eventId: 'e1', timestamp: new Date() }] }) }).then(() => null)`,
    )
    expect(identityFrom({ headers: recorder.deliveries.at(-1)?.headers }).anonymousId).toBe(second)
    expect(await visit(tab, at('www'))).toBe(second)
    expect(await cookies(tab)).toEqual([second])
  })
})

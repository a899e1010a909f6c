import type { BrowserContext, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeInChromium } from './chromium-suite.ts'
import { pageWith, trackedPage } from './recorder.ts'

const id = (page: Page) => page.evaluate<string | undefined>('threadline.getAnonymousId()')

async function cookies(context: BrowserContext, name = 'tl_id') {
  return (await context.cookies()).filter((cookie) => cookie.name === name)
}

describeInChromium('Identity', (suite) => {
  const at = (host: string, path = '/') => `http://${host}:${suite.recorder.port}${path}`

  async function visit(url: string, page = suite.page): Promise<string | undefined> {
    const { recorder } = suite
    const before = recorder.stored('$pageview').length
    await page.goto(url)
    await recorder.until(() => recorder.stored('$pageview').length > before)
    return id(page)
  }

  test('carries over from one subdomain to another, by one cookie on the domain they share', async () => {
    const first = await visit(at('a.example.test'))
    expect(await visit(at('b.example.test'))).toBe(first)
    expect((await cookies(suite.context)).map(({ domain, value }) => [domain, value])).toEqual([
      ['.example.test', first],
    ])
    expect(new Set(suite.recorder.stored().map(({ sessionId }) => sessionId)).size).toBe(1)
  })

  test('on a public suffix the cookie is the host’s own', async () => {
    const first = await visit(at('shop.github.io'))
    expect(await cookies(suite.context)).toMatchObject([
      { domain: expect.stringContaining('shop.github.io'), value: first },
    ])
    expect(await visit(at('other.github.io'))).not.toBe(first)
  })

  test('two cookies of one name: the one that subdomains share stays', async () => {
    const { context } = suite
    const shared = { name: 'tl_id', value: 'the-shared-id', domain: '.example.test', path: '/' }
    await context.addCookies([{ name: 'tl_id', value: 'the-hosts-own-id', url: at('a.example.test') }, shared])
    expect(await visit(at('a.example.test'))).toBe('the-shared-id')
    expect(await cookies(context)).toMatchObject([{ domain: '.example.test', value: 'the-shared-id' }])
  })

  test('the cookie wins over localStorage, and corrects it', async () => {
    const { context, page } = suite
    await visit(suite.recorder.origin)
    await context.addCookies([{ name: 'tl_id', value: 'set-by-the-server', url: suite.recorder.origin }])
    expect(await visit(suite.recorder.origin)).toBe('set-by-the-server')
    expect(await page.evaluate('localStorage.getItem("tl_id")')).toBe('set-by-the-server')
  })

  test('an id of the server’s is taken with its colons encoded, as Express writes them', async () => {
    const { context, page } = suite
    await context.addCookies([{ name: 'tl_id', value: 'srv%3Adevice%3a1234', url: suite.recorder.origin }])
    expect(await visit(suite.recorder.origin)).toBe('srv:device:1234')
    expect(await page.evaluate('threadline.storage()')).toEqual({ cookie: true, localStorage: true })
    expect(await cookies(context)).toHaveLength(1)
  })

  test.each(['undefined', 'short', 'with blanks', '<script>alert(1)</script>', 'x'.repeat(201)])(
    'a stored id that is none is replaced: %s',
    async (value) => {
      const { context, recorder } = suite
      await context.addCookies([{ name: 'tl_id', value: encodeURI(value), url: recorder.origin }])
      expect(await visit(recorder.origin)).toMatch(/^[0-9a-f-]{36}$/)
    },
  )

  test('takes over the id of another tracker, and keeps it', async () => {
    const { context, recorder } = suite
    recorder.defaultPage = trackedPage({ flushIntervalMs: 100, adoptIds: ['_fn_vid', 'analyse_anon_id'] })
    await context.addCookies([{ name: '_fn_vid', value: 'visitor-of-before', url: recorder.origin }])
    expect(await visit(recorder.origin)).toBe('visitor-of-before')
    expect(recorder.stored()[0]?.anonymousId).toBe('visitor-of-before')
    await context.clearCookies({ name: '_fn_vid' })
    expect(await visit(recorder.origin)).toBe('visitor-of-before')
  })

  const theirs = '0192f0c1-2d3e-4abc-8def-0123456789ab'
  const encoded = `RS_ENC_v3_${btoa(JSON.stringify(theirs))}`
  const cookie = (value: string) => `document.cookie = 'other=${value}; path=/'`
  const local = (value: string) => `localStorage.setItem('other', ${JSON.stringify(value)})`

  test.each([
    ['as it is, in a cookie', cookie(theirs)],
    ['in quotes, in localStorage', local(JSON.stringify(theirs))],
    ['in quotes, in a cookie', cookie(encodeURIComponent(JSON.stringify(theirs)))],
    ['as a member of an object, in a cookie', cookie(encodeURIComponent(JSON.stringify({ distinct_id: theirs })))],
    ['as RudderStack has it, in a cookie', cookie(encodeURIComponent(encoded))],
    ['as RudderStack has it, in localStorage', local(encoded)],
    ['behind a cookie that holds none', `${cookie('%E0%A4%A')}; ${local(JSON.stringify(theirs))}`],
  ])('storedId takes over an id %s', async (_, before) => {
    const { recorder } = suite
    recorder.defaultPage = pageWith(`
      ${before}
      threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100, adoptIds: [threadline.storedId('other', 'distinct_id')] })`)
    expect(await visit(recorder.origin)).toBe(theirs)
    await recorder.until(() => recorder.stored().length > 0)
    expect(recorder.stored()[0]?.anonymousId).toBe(theirs)
  })

  test.each([
    ['an object without the member', JSON.stringify({ id: theirs })],
    ['no id', JSON.stringify('anonymous')],
    ['a list', JSON.stringify([theirs])],
    ['what is encoded another way', `RS_ENC_v3_%%%`],
  ])('storedId passes over %s', async (_, value) => {
    const { recorder } = suite
    recorder.defaultPage = pageWith(`
      ${local(value)}
      threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100, adoptIds: [threadline.storedId('other', 'distinct_id')] })`)
    expect(await visit(recorder.origin)).toMatch(/^[0-9a-f-]{36}$/)
    expect(await visit(recorder.origin)).not.toBe(theirs)
  })

  test('names, domain and SameSite are options', async () => {
    suite.recorder.defaultPage = trackedPage({
      flushIntervalMs: 100,
      cookieName: 'who',
      storageKey: 'who_too',
      cookieDomain: 'a.example.test',
      cookieSameSite: 'strict',
      cookieMaxAgeDays: 10,
    })
    const first = await visit(at('a.example.test'))
    const [cookie] = await cookies(suite.context, 'who')
    expect(cookie).toMatchObject({ domain: '.a.example.test', sameSite: 'Strict', value: first })
    expect((cookie?.expires ?? 0) * 1_000 - Date.now()).toBeLessThanOrEqual(10 * 86_400_000)
    expect(await suite.page.evaluate('localStorage.getItem("who_too")')).toBe(first)
  })

  test('storage() says where the id is', async () => {
    const { page, recorder } = suite
    await visit(recorder.origin)
    expect(await page.evaluate('threadline.storage()')).toEqual({ cookie: true, localStorage: true })
    await page.evaluate('localStorage.clear()')
    expect(await page.evaluate('threadline.storage()')).toEqual({ cookie: true, localStorage: false })
  })

  test('setAnonymousId takes a server’s id from the first event on, and refuses what is none', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = pageWith(`
      window.drops = []
      threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100, onDrop: (event, reason) => drops.push(reason) })
      threadline.setAnonymousId('owned-by-the-server')
      threadline.setAnonymousId('no id')
    `)
    expect(await visit(recorder.origin)).toBe('owned-by-the-server')
    expect(recorder.stored()[0]?.anonymousId).toBe('owned-by-the-server')
    expect(await page.evaluate('drops')).toEqual(['invalid_id'])
    expect(await cookies(suite.context)).toMatchObject([{ value: 'owned-by-the-server' }])
  })

  test('identify is remembered by the next page and another tab; reset forgets visitor, user and session', async () => {
    const { page, recorder } = suite
    const first = await visit(recorder.origin)
    await page.evaluate(`threadline.identify('user_42', { email: 'jo@example.com' })`)
    await visit(`${recorder.origin}/next`)
    expect(recorder.stored('$pageview').at(-1)).toMatchObject({ anonymousId: first, userId: 'user_42' })
    expect(recorder.stored('$identify')).toMatchObject([
      { email: 'jo@example.com', traits: { email: 'jo@example.com' } },
    ])

    const session = await page.evaluate('threadline.getSessionId()')
    await page.evaluate('threadline.reset()')
    expect(await id(page)).not.toBe(first)
    expect(await page.evaluate('threadline.getSessionId()')).not.toBe(session)
    const other = await suite.newTab()
    await visit(`${recorder.origin}/other`, other)
    expect(recorder.stored('$pageview').at(-1)).toMatchObject({ anonymousId: await id(page) })
    expect(recorder.stored('$pageview').at(-1)).not.toHaveProperty('userId')
  })

  test('alias and group say what they link', async () => {
    const { page, recorder } = suite
    await visit(recorder.origin)
    await page.evaluate(`threadline.alias('old_visitor_1'); threadline.group('team_7', { plan: 'pro' })`)
    await recorder.until(() => recorder.stored('$group').length === 1)
    expect(recorder.stored('$alias')).toMatchObject([{ properties: { previousId: 'old_visitor_1' } }])
    expect(recorder.stored('$group')).toMatchObject([{ properties: { groupId: 'team_7', traits: { plan: 'pro' } } }])
  })

  test('headers() hands the ids over to the site’s own server', async () => {
    const { page, recorder } = suite
    const first = await visit(recorder.origin)
    expect(await page.evaluate('threadline.headers()')).toEqual({
      'x-threadline-anonymous-id': first,
      'x-threadline-session-id': await page.evaluate('threadline.getSessionId()'),
    })
  })

  test('a session ends after 30 minutes without an event, and after 24 hours in any case', async () => {
    const { page, recorder } = suite
    await page.clock.install()
    await visit(recorder.origin)
    const session = () => page.evaluate('threadline.getSessionId()')
    const sessionOfEvent = async () => {
      await page.evaluate(`threadline.capture('step_done')`)
      return session()
    }
    const first = await session()
    await page.clock.fastForward(29 * 60_000)
    expect(await sessionOfEvent()).toBe(first)
    await page.clock.fastForward(29 * 60_000)
    expect(await sessionOfEvent()).toBe(first)
    await page.clock.fastForward(31 * 60_000)
    const second = await sessionOfEvent()
    expect(second).not.toBe(first)
    for (let count = 0; count < 48; count += 1) {
      await page.clock.fastForward(29 * 60_000)
      expect(await sessionOfEvent()).toBe(second)
    }
    await page.clock.fastForward(29 * 60_000)
    await page.clock.fastForward(29 * 60_000)
    expect(await sessionOfEvent()).not.toBe(second)
  })

  test('asking for the session, the headers or where the id is keeps no session alive, and none is asked for in vain', async () => {
    const { page, recorder } = suite
    await page.clock.install()
    await visit(recorder.origin)
    const ask = () => page.evaluate<string>(`(threadline.headers(), threadline.storage(), threadline.getSessionId())`)
    const stored = () => page.evaluate<string>('localStorage.tl_session')
    const first = await ask()
    await page.clock.fastForward(20 * 60_000)
    expect(await ask()).toBe(first)
    const before = await stored()
    await page.clock.fastForward(9 * 60_000)
    expect(await ask()).toBe(first)
    expect(await stored()).toBe(before)
    await page.clock.fastForward(2 * 60_000)
    const second = await ask()
    expect(second).not.toBe(first)
    // The event that comes after has the session that was handed out.
    await page.evaluate(`threadline.capture('step_done')`)
    await page.clock.runFor(1_000)
    await recorder.until(() => recorder.stored('step_done').length === 1)
    expect(recorder.stored('step_done')).toMatchObject([{ sessionId: second }])
  })

  test('an integer is a user, as its decimal string; what is no id is refused, and onError says what to do', async () => {
    const { page, recorder } = suite
    recorder.defaultPage = pageWith(`
      window.errors = []
      window.drops = []
      threadline.init({
        key: 'pk_test', host: '/t', flushIntervalMs: 100,
        onError: ({ code, message }) => errors.push([code, message]),
        onDrop: ({ event }, reason) => drops.push([event, reason]),
      })`)
    await visit(recorder.origin)
    await page.evaluate(`for (const id of [
      null, undefined, NaN, Infinity, 4.2, 2 ** 53, 0, -1, '', ' ', 'guest', 'x'.repeat(201), {}, [], true, Symbol('s'),
      { toString() { throw new Error('hostile') } },
    ]) threadline.identify(id)`)
    const refused = await page.evaluate<string[][]>('errors')
    expect(refused).toHaveLength(17)
    expect(new Set(refused.map(([code]) => code))).toEqual(new Set(['invalid_id']))
    expect(refused.map(([, message]) => message)).toEqual(
      expect.arrayContaining([
        'identify: number NaN is not an id. Pass a string of 1 to 200 characters that stands for one alone, or an integer.',
        expect.stringMatching(/^identify: string guest is not an id/),
        expect.stringMatching(/^identify: object object is not an id/),
      ]),
    )
    expect(await page.evaluate('drops')).toEqual(Array(17).fill(['$identify', 'invalid_id']))
    await page.evaluate(`threadline.alias(null); threadline.group('undefined'); threadline.setAnonymousId(42)`)
    expect((await page.evaluate<string[][]>('errors')).slice(17)).toEqual([
      ['invalid_id', expect.stringMatching(/^alias: object null is not an id/)],
      ['invalid_id', expect.stringMatching(/^group: string undefined is not an id/)],
      ['invalid_id', expect.stringMatching(/^setAnonymousId: number 42 is not an id. Pass 8 to 200/)],
    ])

    await page.evaluate(`threadline.identify(42); threadline.alias(7); threadline.group(10n)`)
    await recorder.until(() => recorder.stored('$group').length === 1)
    expect(recorder.stored('$identify')).toMatchObject([{ userId: '42' }])
    expect(recorder.stored('$alias')).toMatchObject([{ userId: '42', properties: { previousId: '7' } }])
    expect(recorder.stored('$group')).toMatchObject([{ properties: { groupId: '10' } }])
    await visit(recorder.origin)
    expect(recorder.stored('$pageview').at(-1)).toMatchObject({ userId: '42' })
  })
})

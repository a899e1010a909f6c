import { beforeEach, describe, expect, test } from 'vitest'
import type { Tab } from './drivers/driver.ts'
import { describeInEngines, type EngineSuite } from './engine-suite.ts'
import { pageWith, type Recorder } from './recorder.ts'

/** Where the visitor comes to; pages here go elsewhere at once. */
const LANDING = '/?utm_source=news&gclid=abc'
const CAMPAIGN = { utm: { source: 'news' }, clickIds: { gclid: 'abc' } }

const REDIRECT = `history.replaceState(null, '', '/en')`

describeInEngines('A client that has not begun', testStart, { sharesTab: true })

function testStart(suite: EngineSuite): void {
  let recorder: Recorder
  let tab: Tab

  beforeEach(() => {
    ;({ recorder, tab } = suite)
  })

  /** Comes to a page that starts the client and runs `code` in the same task, unless that says otherwise. */
  async function land(code: string, options = '', at = LANDING): Promise<void> {
    recorder.defaultPage = pageWith(`
      threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 50, ${options} })
      ${code}`)
    await tab.goto(recorder.origin + at)
  }

  /** The events of a name, as soon as there is one, and what was captured beside it. */
  async function sent(name: string) {
    await recorder.until(() => recorder.stored(name).length > 0)
    return captured(name)
  }

  /** The events of a name that were captured until now, views with the title that is there. */
  async function captured(name: string) {
    await suite.flush()
    return recorder.stored(name)
  }

  const landing = () => ({ url: recorder.origin + LANDING, path: '/', ...CAMPAIGN })

  describe.each([
    ['in the task of init', (code: string) => code],
    ['in a promise', (code: string) => `Promise.resolve().then(() => { ${code} })`],
    ['in the next script', (code: string) => `</script><script>${code}`],
  ])('and a page that goes on %s', (_, then) => {
    test('by replaceState: one view, of the landing address with its campaign, and the title that comes', async () => {
      await land(then(`${REDIRECT}; setTimeout(() => { document.title = 'Home' }, 50)`))
      expect(await sent('$pageview')).toMatchObject([{ ...landing(), title: 'Home' }])
      expect(recorder.stored()).toHaveLength(1)
    })

    test('by pushState: two views, each with its own address and title', async () => {
      await land(then(`history.pushState(null, '', '/sign-in'); document.title = 'Sign in'`))
      expect(await captured('$pageview')).toMatchObject([
        { ...landing(), title: 'A page' },
        { path: '/sign-in', title: 'Sign in', utm: {}, clickIds: {}, referrer: recorder.origin + LANDING },
      ])
      expect(recorder.stored()).toHaveLength(2)
    })

    test('by pushState to another query of the same path: each view with its own title', async () => {
      await land(then(`history.pushState(null, '', '/?step=2'); document.title = 'Step 2'`))
      expect((await captured('$pageview')).map(({ url, title }) => [url, title])).toEqual([
        [recorder.origin + LANDING, 'A page'],
        [`${recorder.origin}/?step=2`, 'Step 2'],
      ])
    })

    test('by replaceState where that counts', async () => {
      await land(then(REDIRECT), 'pageviews: { replace: true }')
      expect((await captured('$pageview')).map(({ path, utm }) => [path, utm])).toEqual([
        ['/', CAMPAIGN.utm],
        ['/en', {}],
      ])
    })
  })

  test('gives each event the page it was captured on, before init too', async () => {
    recorder.defaultPage = pageWith(`
      threadline.capture('first')
      history.replaceState(null, '', '/offer?utm_source=ads')
      threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 50 })
      threadline.capture('second')
      ${REDIRECT}
      threadline.capture('third')
      window.id = threadline.getAnonymousId()
      threadline.capture('fourth')`)
    await tab.goto(recorder.origin + LANDING)
    await sent('$pageview')
    const page = (name: string) => recorder.stored(name).map(({ path, utm, clickIds }) => [path, utm, clickIds])
    expect(page('first')).toEqual([['/', CAMPAIGN.utm, CAMPAIGN.clickIds]])
    expect(page('second')).toEqual([['/offer', { source: 'ads' }, {}]])
    expect(page('$pageview')).toEqual([['/offer', { source: 'ads' }, {}]])
    expect(page('third')).toEqual([['/en', {}, {}]])
    expect(page('fourth')).toEqual([['/en', {}, {}]])
    const ids = new Set(recorder.stored().map(({ anonymousId }) => anonymousId))
    expect(ids).toEqual(new Set([await tab.evaluate('id')]))
  })

  test('has the time at which it was started, however busy the page is', async () => {
    await land(`
      window.startedBy = Date.now()
      threadline.capture('early')
      while (Date.now() < startedBy + 300) {}`)
    const [view] = await sent('$pageview')
    expect(Date.parse(view?.timestamp ?? '')).toBeLessThanOrEqual(await tab.evaluate<number>('startedBy'))
  })

  test('whose page was taken down and started again counts it once', async () => {
    await land(`
      threadline.destroy()
      threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 50 })
      ${REDIRECT}`)
    expect(await sent('$pageview')).toMatchObject([landing()])
    expect(recorder.stored()).toHaveLength(1)
  })

  test('beside another one: both have the page that they were started on', async () => {
    await land(`
      window.other = threadline.createBrowserClient({ key: 'pk_other', host: '/t', flushIntervalMs: 50 })
      history.pushState(null, '', '/sign-in')`)
    await tab.evaluate('Promise.all([threadline.flush(), other.flush()]).then(() => null)')
    for (const key of ['pk_test', 'pk_other']) {
      const own = recorder.deliveries.filter(({ body }) => JSON.parse(body).key === key)
      const paths = own.flatMap(({ events }) => events.map(({ path }) => path))
      expect(paths).toEqual(['/', '/sign-in'])
    }
  })

  describe('shows its parts the page it was started on', () => {
    test.each(['granted', 'pending'])('touches, also of a visitor who agrees later: %s', async (consent) => {
      await land(REDIRECT, `parts: [threadline.touches()], consent: '${consent}'`)
      await suite.run(`
        history.pushState(null, '', '/asked')
        threadline.consent('granted')
        threadline.leadCreated()`)
      const credit = { path: '/', utm: CAMPAIGN.utm, click_ids: CAMPAIGN.clickIds }
      expect(await sent('lead_created')).toMatchObject([
        { path: '/asked', properties: { first_touch: credit, last_touch: credit } },
      ])
      expect(recorder.stored('$pageview')).toMatchObject([landing(), { path: '/asked', utm: {} }])
    })

    test('clickIds', async () => {
      await land(REDIRECT, `parts: [threadline.clickIds(['irclickid'])]`, '/?irclickid=i1')
      expect(await sent('$pageview')).toMatchObject([{ clickIds: { irclickid: 'i1' } }])
    })

    test('fragments', async () => {
      await land(REDIRECT, 'parts: [threadline.fragments]', '/plans?all#pricing')
      expect(await sent('$pageview')).toMatchObject([{ url: `${recorder.origin}/plans?all#pricing` }])
    })

    test('excludeOwnVisits', async () => {
      await land(
        `${REDIRECT}; threadline.capture('early')`,
        `parts: [threadline.excludeOwnVisits()], onDrop: ({ event }) => (window.drops ??= []).push(event)`,
        '/?threadline=off',
      )
      expect(await tab.evaluate('[threadline.getAnonymousId() ?? null, threadline.hasOptedOut()]')).toEqual([
        null,
        true,
      ])
      expect(await tab.evaluate('drops')).toEqual(expect.arrayContaining(['$pageview', 'early']))
      await suite.flush()
      expect(recorder.deliveries).toEqual([])
    })

    test.each(['', 'pageviews: { replace: true },'])(
      'linkDecoration: takes the id over, and no event tells of the parameter. %s',
      async (options) => {
        const id = 'visitor-of-the-other-site'
        recorder.defaultPage = pageWith(`
          threadline.capture('first')
          threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 50, ${options}
            parts: [threadline.pageLeave, threadline.linkDecoration(['shop.example.org'])] })
          threadline.capture('second')
          if (location.search.includes('redirect')) history.replaceState(null, '', '/en?a=1')`)
        const link = `tl_link=${id}.${Date.now().toString(36)}`
        await tab.goto(`${recorder.origin}/arrived?${link}&a=1`)
        await sent('$pageview')
        expect(await tab.evaluate('location.href')).toBe(`${recorder.origin}/arrived?a=1`)
        await tab.goto(`${recorder.origin}/arrived?redirect&${link}`)
        await recorder.until(() => recorder.stored('$page_leave').length > 0)
        await suite.flush()
        expect(await tab.evaluate('location.href')).toBe(`${recorder.origin}/en?a=1`)
        expect(new Set(recorder.stored().map(({ anonymousId }) => anonymousId))).toEqual(new Set([id]))
        expect(JSON.stringify(recorder.stored())).not.toContain('tl_link')
        expect(recorder.stored('$pageview').map(({ url }) => url?.slice(recorder.origin.length))).toEqual(
          options ? ['/arrived?a=1', '/arrived?redirect', '/en?a=1'] : ['/arrived?a=1', '/arrived?redirect'],
        )
      },
    )
  })
}

import { beforeEach, describe, expect, test } from 'vitest'
import type { Tab } from './drivers/driver.ts'
import { describeInEngines, type EngineSuite } from './engine-suite.ts'
import { pageWith, type Recorder, trackedPage } from './recorder.ts'

describeInEngines('Page views', testPageviews, { sharesTab: true })

function testPageviews(suite: EngineSuite): void {
  let recorder: Recorder
  let tab: Tab

  beforeEach(() => {
    ;({ recorder, tab } = suite)
    recorder.defaultPage = trackedPage({ flushIntervalMs: 50 })
  })

  const views = () => recorder.stored('$pageview').map(({ path, title }) => [path, title])

  /** Opens a page and waits until its view is stored. */
  async function open(where = '/'): Promise<void> {
    await tab.goto(recorder.origin + where)
    await recorder.until(() => recorder.stored('$pageview').length === 1)
  }

  const { run, flush } = suite

  describe('wait for the title of their page', () => {
    // How React's effects, React 19's <title> and metadata that is streamed reach the page.
    test.each([
      ['set in an effect', `setTimeout(() => { document.title = 'Pricing' }, 150)`],
      [
        'whose element is replaced',
        `setTimeout(() => {
          document.querySelector('title').remove()
          document.head.append(Object.assign(document.createElement('title'), { textContent: 'Pricing' }))
        }, 150)`,
      ],
      [
        'in a new head',
        `setTimeout(() => {
          const head = document.createElement('head')
          head.innerHTML = '<title>Pricing</title>'
          document.head.replaceWith(head)
        }, 150)`,
      ],
      ['that comes in two steps', `document.title = ''; setTimeout(() => { document.title = 'Pricing' }, 300)`],
    ])('a title %s', async (_, setTitle) => {
      await open()
      const [leftAt, setAt] = await tab.evaluate<[number, number]>(`(() => {
        const leftAt = Date.now()
        history.pushState(null, '', '/pricing?plan=pro')
        threadline.capture('seen_early')
        ${setTitle}
        return [leftAt, Date.now()]
      })()`)
      await recorder.until(() => recorder.stored('$pageview').length === 2)
      expect(views()).toEqual([
        ['/', 'A page'],
        ['/pricing', 'Pricing'],
      ])
      // What is captured meanwhile waits for no title.
      const [, seen, pricing] = recorder.stored()
      expect(seen?.event).toBe('seen_early')
      // All else is of the moment of the navigation.
      expect(pricing).toMatchObject({
        url: `${recorder.origin}/pricing?plan=pro`,
        referrer: `${recorder.origin}/`,
        sessionId: seen?.sessionId,
      })
      expect(Date.parse(pricing?.timestamp ?? '')).toBeGreaterThanOrEqual(leftAt)
      expect(Date.parse(pricing?.timestamp ?? '')).toBeLessThanOrEqual(setAt)
    })

    test('a title that arrives after the start', async () => {
      recorder.pages.set(
        '/late',
        pageWith(
          `threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 50 })
          setTimeout(() => { document.title = 'Late' }, 400)`,
          '',
        ),
      )
      await open('/late')
      expect(views()).toEqual([['/late', 'Late']])
    })

    test('a title of the HTML that a script replaces a while after the load', async () => {
      recorder.pages.set(
        '/app',
        pageWith(
          `threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 50 })
          addEventListener('load', () => setTimeout(() => { document.title = 'Inbox' }, 300))`,
          'Loading…',
        ),
      )
      await open('/app')
      expect(views()).toEqual([['/app', 'Inbox']])
    })

    test('a page without a title, and one with the same title: both are sent after a while', async () => {
      recorder.defaultPage = trackedPage({ flushIntervalMs: 50 }, '')
      await open()
      await run(`history.pushState(null, '', '/next')`)
      await recorder.until(() => recorder.stored('$pageview').length === 2)
      expect(views()).toEqual([
        ['/', ''],
        ['/next', ''],
      ])
    })

    test('a page that is left before: each view once, with the title it had', async () => {
      await open()
      await run(`
        history.pushState(null, '', '/a')
        document.title = 'A'
        history.pushState(null, '', '/b')
        document.title = 'B'
        threadline.capture('left')
        location.href = '/next'`)
      await recorder.until(() => recorder.stored('$pageview').length === 4)
      // In any order: requests of a page that leaves are under way at the same time.
      expect(views().sort()).toEqual([
        ['/', 'A page'],
        ['/a', 'A'],
        ['/b', 'B'],
        ['/next', 'A page'],
      ])
      expect(recorder.stored('left')).toHaveLength(1)
    })

    test('flush sends what waits, without a wait', async () => {
      recorder.defaultPage = trackedPage({ flushIntervalMs: 60_000 })
      await tab.goto(recorder.origin)
      const [before, after] = await tab.evaluate<[string, number]>(`(async () => {
        history.pushState(null, '', '/next')
        threadline.capture('asked')
        document.title = 'Next'
        const flushed = threadline.flush()
        document.title = 'Later'
        return [document.title, (await flushed).delivered]
      })()`)
      expect([before, after]).toEqual(['Later', 3])
      expect(views()).toEqual([
        ['/', 'A page'],
        ['/next', 'Next'],
      ])
    })

    test('page(): properties of the moment of the call, the title that follows', async () => {
      recorder.defaultPage = trackedPage({ flushIntervalMs: 50, pageviews: false })
      await tab.goto(recorder.origin)
      await run(`threadline.page()`)
      await recorder.until(() => recorder.stored('$pageview').length === 1)
      await run(`
        const properties = { section: 'docs' }
        history.pushState(null, '', '/docs')
        threadline.page(properties)
        properties.section = 'none'
        setTimeout(() => { document.title = 'Docs' }, 100)`)
      await recorder.until(() => recorder.stored('$pageview').length === 2)
      expect(recorder.stored('$pageview')[1]).toMatchObject({
        path: '/docs',
        title: 'Docs',
        referrer: `${recorder.origin}/`,
        properties: { section: 'docs' },
      })
    })

    test('a refusal takes a view that waits, a grant lets it go with its title and the id that stays', async () => {
      recorder.defaultPage = trackedPage({ flushIntervalMs: 50, consent: 'pending' }).replace(
        'threadline.init({',
        'window.drops = []; threadline.init({ onDrop: ({ event }, reason) => drops.push([event, reason]), ',
      )
      await tab.goto(recorder.origin)
      await run(`
        history.pushState(null, '', '/asked')
        threadline.consent('granted')
        document.title = 'Granted'`)
      await recorder.until(() => recorder.stored('$pageview').length === 2)
      const id = await tab.evaluate('threadline.getAnonymousId()')
      expect(recorder.stored()).toMatchObject([
        { path: '/', title: 'A page', anonymousId: id },
        { path: '/asked', title: 'Granted', anonymousId: id },
      ])

      await run(`
        history.pushState(null, '', '/next')
        threadline.consent('denied')
        document.title = 'Next'`)
      expect(await tab.evaluate('drops')).toEqual([['$pageview', 'consent_denied']])
      await run(`
        history.pushState(null, '', '/again')
        threadline.consent('granted')
        threadline.capture('marker')`)
      await recorder.until(() => recorder.stored('marker').length === 1)
      expect(views()).toHaveLength(2)
    })
  })

  describe('say when a program drives the browser', () => {
    const person = `Object.defineProperty(navigator, 'webdriver', { value: false, configurable: true });`

    test.each([
      ['the driver of these tests', '', true],
      ['a person', person, undefined],
      ['a test that is run by Cypress', `${person} window.Cypress = {};`, true],
    ])('%s', async (_, preparation, automated) => {
      recorder.defaultPage = pageWith(`${preparation}
        threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 50 })`)
      await open()
      expect(recorder.stored('$pageview')[0]?.context?.automated).toBe(automated)
    })

    test('and drop what it does, on request', async () => {
      recorder.defaultPage = pageWith(`
        window.drops = []
        threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 50, onCapture: threadline.dropAutomated,
          onDrop: ({ event }, reason) => drops.push([event, reason]) })
        threadline.capture('step_done')`)
      await tab.goto(recorder.origin)
      await tab.evaluate(`threadline.flush().then(() => 0)`)
      expect(await tab.evaluate('drops')).toEqual([
        ['step_done', 'hook_dropped'],
        ['$pageview', 'hook_dropped'],
      ])
      expect(recorder.deliveries).toEqual([])
    })
  })

  // Firefox and WebKit have had it for a short while only.
  describe.each([
    ['by the Navigation API', ''],
    ['by history', `Object.defineProperty(window, 'navigation', { value: undefined })`],
  ])('count what the rules say, told %s', (_, preparation) => {
    const pageOf = (options: string) =>
      pageWith(`${preparation}
        threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 50, ${options} })`)

    const urls = () => recorder.stored('$pageview').map(({ url }) => url?.slice(recorder.origin.length))

    /** Goes through the addresses, each by its own method, and waits for what came of it. */
    async function go(...steps: readonly string[]): Promise<void> {
      await run(`${steps.join(';')}; threadline.capture('signup_completed'); document.title = 'Another'`)
      await flush()
      expect(recorder.stored('signup_completed')).toHaveLength(1)
    }
    const push = (address: string) => `history.pushState(null, '', '${address}')`
    const replace = (address: string) => `history.replaceState(null, '', '${address}')`

    test('path and query, by pushState and by going back; replaceState moves on without being counted', async () => {
      recorder.defaultPage = pageOf('')
      await open()
      await tab.evaluate(`new Promise((resolve) => {
        ${push('/list?page=2')}; ${push('/list?page=2#top')}; ${replace('/list?page=3')}; ${push('/list?page=2')}
        addEventListener('popstate', () => setTimeout(resolve), { once: true })
        history.back()
      })`)
      await go()
      expect(urls()).toEqual(['/', '/list?page=2', '/list?page=2', '/list?page=3'])
    })

    /** As often as the browser allows: WebKit throws after a hundred. Leaves the number of times in `window.replaced`. */
    const storm = `
      window.replaced = 0
      try { while (replaced < 200) { history.replaceState(null, '', '/map?at=' + replaced); replaced += 1 } } catch {}`

    test('a storm of replaceState is no page view', async () => {
      recorder.defaultPage = pageOf('')
      await open('/map')
      await go(storm)
      expect(urls()).toEqual(['/map'])
    })

    test('replaceState on request; a storm takes no conversion then, either', async () => {
      recorder.defaultPage = pageOf('pageviews: { replace: true }')
      await open('/map')
      await go(storm)
      const replaced = await tab.evaluate<number>('replaced')
      expect(replaced).toBeGreaterThanOrEqual(90)
      expect(urls()).toEqual(['/map', ...Array.from({ length: replaced }, (_, n) => `/map?at=${n}`)])
    })

    test('the path alone', async () => {
      recorder.defaultPage = pageOf('pageviews: { by: threadline.byPath }')
      await open('/list')
      await run(push('/list?page=2'))
      await go(push('/item'))
      expect(urls()).toEqual(['/list', '/item'])
    })

    test('the fragment too', async () => {
      recorder.defaultPage = pageOf('pageviews: { by: threadline.byHash }')
      await open('/app#/')
      await run(`location.hash = '/pricing'; document.title = 'Pricing'`)
      await recorder.until(() => recorder.stored('$pageview').length === 2)
      expect(urls()).toEqual(['/app#/', '/app#/pricing'])
    })

    test('a function of the page’s own: what it does not know belongs to the page of before, what it throws is told', async () => {
      recorder.defaultPage = pageOf(`
        onDrop: ({ event }, reason) => { window.dropped = [event, reason] },
        pageviews: { by(address) {
          if (address.pathname === '/bad') throw new Error('from the page')
          return address.searchParams.get('tab') ?? undefined
        } }`)
      await open('/?tab=a')
      await go(push('/dialog'), push('/?tab=a&x=1'), push('/bad'), push('/?tab=b'))
      expect(urls()).toEqual(['/?tab=a', '/?tab=b'])
      expect(await tab.evaluate('window.dropped')).toEqual(['$pageview', 'hook_failed'])
    })
  })
}

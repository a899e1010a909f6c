import { beforeEach, describe, expect, test } from 'vitest'
import type { Tab } from './drivers/driver.ts'
import { describeInEngines, type EngineSuite } from './engine-suite.ts'
import { pageWith, type Recorder } from './recorder.ts'

const OPTIONS = `{ key: 'pk_test', host: '/t', flushIntervalMs: 50 }`

describeInEngines('One client for each page', testOneClient, { sharesTab: true })

function testOneClient(suite: EngineSuite): void {
  const { run, flush } = suite
  let recorder: Recorder
  let tab: Tab

  beforeEach(() => {
    ;({ recorder, tab } = suite)
  })

  /** Names of what was stored, in alphabetical order: a view is sent when it has its title, others at once. */
  const names = () =>
    recorder
      .stored()
      .map(({ event }) => event)
      .sort()

  /** Captures the last event of a test, and waits until it and what waited for a title are stored. */
  async function finish(code = `threadline.capture('finished')`): Promise<void> {
    await run(code)
    await flush()
    await recorder.until(() => recorder.stored('finished').length > 0)
  }

  describe('started again', () => {
    test('by two bundles: one view each, both capture, and they share ids, queue and consent', async () => {
      recorder.defaultPage = `<!doctype html><title>Two</title>
        <script src="/sdk.js"></script><script>threadline.init(${OPTIONS}); window.first = threadline</script>
        <script src="/sdk.js?2"></script><script>
          threadline.capture('before_joining')
          threadline.init(${OPTIONS})
          window.ids = [first.getAnonymousId(), threadline.getAnonymousId()]
        </script>`
      await tab.goto(recorder.origin)
      await run(`history.pushState(null, '', '/next'); document.title = 'Next'`)
      await run(`first.capture('by_first'); threadline.capture('by_second'); first.identify('user_1')`)
      await finish()
      expect(names()).toEqual([
        '$identify',
        '$pageview',
        '$pageview',
        'before_joining',
        'by_first',
        'by_second',
        'finished',
      ])
      const [id, ...others] = await tab.evaluate<string[]>('ids')
      expect(others).toEqual([id])
      expect(recorder.stored('finished')[0]?.userId).toBe('user_1')
      await run(`threadline.consent('denied')`)
      expect(await tab.evaluate('first.getAnonymousId() ?? null')).toBeNull()
      // A refusal is remembered, and the profile is that of the next test.
      await run(`threadline.consent('granted')`)
    })

    test('by a script that the page runs again on each visit', async () => {
      recorder.defaultPage = pageWith(`threadline.init(${OPTIONS})`)
      await tab.goto(recorder.origin)
      for (const visit of ['a', 'b', 'c']) {
        // As Turbo and Astro do: the new page's scripts, and what is in them, once more.
        await tab.evaluate(`new Promise((resolve) => {
          history.pushState(null, '', '/${visit}')
          document.title = '${visit}'
          const script = document.createElement('script')
          script.src = '/sdk.js?${visit}'
          script.onload = () => { threadline.init(${OPTIONS}); resolve() }
          document.body.append(script)
        })`)
      }
      await finish()
      expect(names()).toEqual([...Array(4).fill('$pageview'), 'finished'])
      expect(recorder.stored('$pageview').map(({ path }) => path)).toEqual(['/', '/a', '/b', '/c'])
    })

    test('by init and by createBrowserClient: for the same key one client, for another one of its own', async () => {
      recorder.defaultPage = pageWith(`
        threadline.init(${OPTIONS})
        window.same = threadline.createBrowserClient(${OPTIONS})
        window.absolute = threadline.createBrowserClient({ ...${OPTIONS}, host: location.origin + '/t' })
        window.other = threadline.createBrowserClient({ key: 'pk_other', host: '/t', flushIntervalMs: 50 })`)
      await tab.goto(recorder.origin)
      await run(`same.capture('by_same'); absolute.capture('by_absolute'); other.capture('by_other')`)
      await finish()
      const sentBy = (key: string) =>
        recorder.deliveries
          .filter(({ body }) => JSON.parse(body).key === key)
          .flatMap(({ events }) => events.map(({ event }) => event))
          .sort()
      await recorder.until(() => sentBy('pk_other').length === 2)
      expect(sentBy('pk_test')).toEqual(['$pageview', 'by_absolute', 'by_same', 'finished'])
      expect(sentBy('pk_other')).toEqual(['$pageview', 'by_other'])
    })

    test('by two clients of one service with keys of their own: what they stored is sent with the key of each', async () => {
      // Nothing but the key tells them apart, and it stands in the body.
      recorder.defaultPage = pageWith(`
        const serviceOf = (key) => ({
          name: 'service', dedupes: true,
          limits: { maxEvents: 100, maxRequestBytes: 100_000, maxEventBytes: 10_000, envelopeBytes: 100 },
          encode: (event) => ({ body: JSON.stringify(event) }),
          request: (batch) => ({ method: 'POST', url: '/t/v1/batch', headers: { 'content-type': 'text/plain' },
            body: JSON.stringify({ key }).slice(0, -1) + ',"events":[' + batch.map(({ body }) => body) + ']}' }),
          verdict: ({ status }) => status < 300 ? { kind: 'delivered' } : { kind: 'retry', message: 'down' },
        })
        for (const key of ['key_a', 'key_b'])
          threadline.createBrowserClient({ destination: serviceOf(key), pageviews: false, flushIntervalMs: 50 })
            .capture('captured', { key, path: location.pathname })`)
      recorder.answer = () => ({ status: 503 })
      await tab.goto(`${recorder.origin}/first`)
      await recorder.until(() => recorder.deliveries.length > 1)
      await tab.goto(`${recorder.origin}/second`)
      recorder.answer = () => 'store'
      await recorder.until(() => recorder.stored('captured').length === 4)
      const sent = recorder.deliveries.flatMap(({ body, events }) =>
        events.map(({ properties }) => [JSON.parse(body).key, properties?.['key']]),
      )
      expect(sent.filter(([usedKey, ownKey]) => usedKey !== ownKey)).toEqual([])
    })

    test('by another version: it counts no views, loses nothing, and says so', async () => {
      recorder.defaultPage = pageWith(`
        threadline.init(${OPTIONS})
        const [client] = Object.values(globalThis[Symbol.for('threadline.clients')])
        client.version = '99.0.0'
        window.errors = []
        window.second = threadline.createBrowserClient({
          ...${OPTIONS}, parts: [threadline.trackAttributes], onError: ({ code }) => errors.push(code) })
        second.capture('by_second')`)
      await tab.goto(recorder.origin)
      await finish()
      await recorder.until(() => recorder.stored('by_second').length === 1)
      expect(names()).toEqual(['$pageview', 'by_second', 'finished'])
      expect(await tab.evaluate('errors')).toEqual(['already_started'])
    })
  })

  describe('taken down', () => {
    /** Counts what a client adds to the page and does not take away. */
    const WATCH = `
      window.listeners = 0
      const { addEventListener } = EventTarget.prototype
      EventTarget.prototype.addEventListener = function (type, listener, options) {
        // A signal of its own is no part of the page.
        if (!(this instanceof AbortSignal)) {
          listeners += 1
          options?.signal?.addEventListener('abort', () => { listeners -= 1 })
        }
        return addEventListener.call(this, type, listener, options)
      }
      window.timers = new Set()
      for (const [set, clear] of [['setTimeout', 'clearTimeout'], ['setInterval', 'clearInterval']]) {
        const [setTimer, clearTimer] = [window[set], window[clear]]
        window[set] = (run, ...rest) => {
          const id = setTimer((...args) => { if (set === 'setTimeout') timers.delete(id); run(...args) }, ...rest)
          // WebKit's driver sets timers in the page, too.
          if (new Error().stack.includes('/sdk.js')) timers.add(id)
          return id
        }
        window[clear] = (id) => { timers.delete(id); clearTimer(id) }
      }
      window.before = [history.pushState, history.replaceState]`

    test.each([
      ['by the Navigation API', ''],
      ['by history', `Object.defineProperty(window, 'navigation', { value: undefined });`],
    ])('listeners, history, timers, locks and parts are gone, told %s', async (_, preparation) => {
      recorder.defaultPage = pageWith(`${preparation} ${WATCH}
        threadline.init({ ...${OPTIONS}, flushIntervalMs: 60_000, parts: [
          threadline.pageLeave, threadline.trackAttributes, threadline.linkDecoration(['other.test']) ] })`).replace(
        '<h1>',
        '<button data-track="pressed">Press</button><h1>',
      )
      await tab.goto(recorder.origin)
      await run(`threadline.capture('captured_before')`)
      expect(await tab.evaluate('listeners')).toBeGreaterThan(5)
      await run('threadline.destroy()')
      // What waited goes out as on leaving a page.
      await recorder.until(() => recorder.stored('captured_before').length === 1)
      expect(await tab.evaluate('listeners')).toBe(0)
      expect(await tab.evaluate('before[0] === history.pushState && before[1] === history.replaceState')).toBe(true)
      // What is in flight still ends, and lets go of its lock.
      await tab.evaluate(`(async () => {
        while (timers.size || (await navigator.locks.query()).held.length) await new Promise((resolve) => setTimeout(resolve, 20))
      })()`)

      const sent = names()
      recorder.defaultPage = pageWith(`threadline.init(${OPTIONS})`)
      await run(`
        document.querySelector('button').click()
        history.pushState(null, '', '/next')
        dispatchEvent(new PageTransitionEvent('pagehide'))`)
      await tab.goto(`${recorder.origin}/last`)
      await finish()
      expect(names()).toEqual([...sent, '$pageview', 'finished'].sort())
    })

    test('and started again on the same page: the view is not counted again, calls between wait', async () => {
      recorder.defaultPage = pageWith(`
        threadline.init(${OPTIONS})
        threadline.destroy()
        threadline.capture('between')
        threadline.init(${OPTIONS})`)
      await tab.goto(recorder.origin)
      await recorder.until(() => recorder.stored('between').length === 1)
      await run(`threadline.destroy(); threadline.init(${OPTIONS}); threadline.capture('after_restart')`)
      await recorder.until(() => recorder.stored('after_restart').length === 1)
      await run(`history.pushState(null, '', '/next'); document.title = 'Next'`)
      await finish()
      expect(names()).toEqual(['$pageview', '$pageview', 'after_restart', 'between', 'finished'])
    })

    test('a client object: what is captured after it is refused with a reason, what did not arrive is kept', async () => {
      recorder.answer = () => ({ status: 503 })
      recorder.defaultPage = pageWith(`
        window.drops = []
        const options = { ...${OPTIONS}, onDrop: ({ event }, reason) => drops.push([event, reason]) }
        window.client = threadline.createBrowserClient(options)
        client.capture('captured_before')`)
      await tab.goto(recorder.origin)
      await run(`client.destroy(); client.destroy(); client.capture('captured_after')`)
      expect(await tab.evaluate('drops')).toEqual([['captured_after', 'closed']])
      await recorder.until(() => recorder.deliveries.some(({ status }) => status === 503))
      recorder.answer = () => 'store'
      await tab.goto(`${recorder.origin}/last`)
      await finish(`client.capture('finished')`)
      await recorder.until(() => recorder.stored('captured_before').length === 2)
    })
  })
}

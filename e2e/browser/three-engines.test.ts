import { beforeEach, expect, test } from 'vitest'
import type { Profile, Tab } from './drivers/driver.ts'
import { describeInEngines } from './engine-suite.ts'
import { pageWith, type Recorder, trackedPage } from './recorder.ts'

describeInEngines('The visitor and its events', (suite) => {
  let recorder: Recorder
  let profile: Profile
  let tab: Tab

  beforeEach(() => {
    ;({ recorder, profile, tab } = suite)
    recorder.defaultPage = trackedPage({ flushIntervalMs: 200 })
  })

  const cookie = (where: Tab) =>
    where.evaluate<string | undefined>(`document.cookie.match(/tl_id=([^;]*)/)?.[1] ?? null`)
  const { visit } = suite
  const id = (where: Tab) => where.evaluate<string | undefined>('threadline.getAnonymousId()')

  test('keeps one id in cookie and localStorage, over reloads', async () => {
    const first = await visit(tab, recorder.origin)
    expect(first).toMatch(/^[0-9a-f-]{36}$/)
    expect(await cookie(tab)).toBe(first)
    expect(await tab.evaluate('localStorage.getItem("tl_id")')).toBe(first)
    expect(await visit(tab, `${recorder.origin}/again`)).toBe(first)
  })

  test('survives the loss of either store', async () => {
    const first = await visit(tab, recorder.origin)
    await tab.evaluate('localStorage.clear()')
    expect(await visit(tab, recorder.origin)).toBe(first)
    expect(await tab.evaluate('localStorage.getItem("tl_id")')).toBe(first)
    await tab.evaluate('document.cookie = "tl_id=; max-age=0; path=/"')
    expect(await cookie(tab)).toBeNull()
    expect(await visit(tab, recorder.origin)).toBe(first)
    expect(await cookie(tab)).toBe(first)
  })

  test('carries over from one subdomain to another', async () => {
    // Every engine takes names under localhost for this machine.
    const at = (host: string) => `http://${host}.example.localhost:${recorder.port}/`
    const first = await visit(tab, at('a'))
    expect(first).toMatch(/^[0-9a-f-]{36}$/)
    expect(await visit(tab, at('b'))).toBe(first)
    expect(new Set(recorder.stored().map(({ sessionId }) => sessionId)).size).toBe(1)
  })

  test('two tabs opened at once agree on one id and one session, in the page and in every event', async () => {
    const other = await profile.newTab()
    await Promise.all([tab.goto(recorder.origin), other.goto(recorder.origin)])
    await recorder.until(() => recorder.stored('$pageview').length === 2)
    expect(await id(other)).toBe(await id(tab))
    expect(new Set(recorder.stored().map(({ anonymousId }) => anonymousId)).size).toBe(1)
    expect(new Set(recorder.stored().map(({ sessionId }) => sessionId)).size).toBe(1)
  })

  test('50 events, then the page is left at once: all are stored, once, after the next visit', async () => {
    await visit(tab, recorder.origin)
    await tab.evaluate(
      `(() => { for (let n = 0; n < 50; n += 1) threadline.capture('step_done', { n }); location.href = '/next' })()`,
    )
    await recorder.until(() => recorder.stored('step_done').length === 50 && recorder.stored('$pageview').length === 2)
    expect(recorder.stored('step_done').map(({ properties }) => properties?.['n'])).toEqual(
      expect.arrayContaining(Array.from({ length: 50 }, (_, n) => n)),
    )
  })

  test('the endpoint is down, the page is loaded anew, the endpoint is up: 50 of 50', async () => {
    await visit(tab, recorder.origin)
    recorder.answer = () => 'cut'
    await tab.evaluate(`(() => { for (let n = 0; n < 50; n += 1) threadline.capture('step_done', { n }) })()`)
    await recorder.until(() => recorder.deliveries.some(({ status }) => status === 0))
    await tab.goto(`${recorder.origin}/again`)
    recorder.answer = () => 'store'
    await recorder.until(() => recorder.stored('step_done').length === 50)
  })

  test('a page that was kept and is shown again goes on, and nothing of ours kept it from being kept', async () => {
    recorder.defaultPage = trackedPage({ flushIntervalMs: 100 }).replace(
      '<script>',
      '<script>addEventListener("pageshow", ({ persisted }) => { window.persisted = persisted });',
    )
    const first = await visit(tab, recorder.origin)
    await tab.evaluate('(window.kept = true)')
    await visit(tab, `${recorder.origin}/next`)
    await tab.evaluate('setTimeout(() => history.back())')
    await recorder.until(() => recorder.stored('$pageview').length === 3)
    // The event may be there before the driver knows that the page is back.
    await expect.poll(() => tab.evaluate('[window.kept, window.persisted]')).toEqual([true, true])
    await tab.evaluate(`threadline.capture('after_return')`)
    await recorder.until(() => recorder.stored('after_return').length === 1)
    expect(recorder.stored('after_return')).toMatchObject([{ anonymousId: first, path: '/' }])
    expect(recorder.stored('$pageview').map(({ path }) => path)).toEqual(['/', '/next', '/'])
  })

  // Chromium keeps none that still sends something, as this one may.
  test('a page that comes back, kept or loaded anew, is left once', async () => {
    recorder.defaultPage = pageWith(
      `threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 100, parts: [threadline.pageLeave] })`,
    )
    await visit(tab, recorder.origin)
    await visit(tab, `${recorder.origin}/next`)
    await tab.evaluate('setTimeout(() => history.back())')
    await recorder.until(() => recorder.stored('$pageview').length === 3)
    // The event may be there before the driver knows that the page is back.
    await expect.poll(() => tab.evaluate('location.pathname').catch(() => '')).toBe('/')
    await tab.evaluate(`(threadline.capture('after_return'), 0)`)
    await recorder.until(() => recorder.stored('after_return').length === 1)
    expect(recorder.stored('$page_leave').map(({ path }) => path)).toEqual(['/', '/next'])
  })

  // WebKitGTK's driver switches between tabs without showing them.
  test.skipIf(suite.engine === 'webkit')(
    'a page that is hidden sends what it has, and nothing again when shown',
    async () => {
      recorder.defaultPage = trackedPage({ flushIntervalMs: 60_000, flushAt: 1_000 })
      await tab.goto(recorder.origin)
      await tab.evaluate(`(() => { for (let n = 0; n < 10; n += 1) threadline.capture('step_done', { n }) })()`)
      const other = await profile.newTab()
      await other.show()
      await recorder.until(() => recorder.stored('step_done').length === 10)
      expect(await tab.evaluate('document.visibilityState')).toBe('hidden')
      await tab.show()
      await tab.evaluate(`threadline.capture('step_done', { n: 10 })`)
      await tab.evaluate('threadline.flush().then(() => 1)')
      expect(recorder.stored('step_done').map(({ eventId }) => recorder.timesStored(eventId))).toEqual(
        Array(11).fill(1),
      )
    },
  )

  test('counts a route change as a pageview', async () => {
    await visit(tab, recorder.origin)
    await tab.evaluate(`(() => { history.pushState(null, '', '/pricing?plan=pro'); document.title = 'Pricing' })()`)
    await tab.evaluate(`history.replaceState({ scroll: 1 }, '', location.href)`)
    await recorder.until(() => recorder.stored('$pageview').length === 2)
    expect(recorder.stored('$pageview').map(({ path, title }) => [path, title])).toEqual([
      ['/', 'A page'],
      ['/pricing', 'Pricing'],
    ])
  })
})

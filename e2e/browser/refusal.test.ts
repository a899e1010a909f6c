import { expect, test } from 'vitest'
import type { Tab } from './drivers/driver.ts'
import { describeInEngines } from './engine-suite.ts'
import { pageWith, trackedPage } from './recorder.ts'

/** A page that notes what it drops, and whether it came back from the back/forward cache. */
const notingPage = pageWith(`
  window.drops = []
  addEventListener('pageshow', ({ persisted }) => { window.persisted = persisted })
  threadline.init({
    key: 'pk_test', host: '/t', flushIntervalMs: 100, onDrop: ({ event }, reason) => drops.push([event, reason]),
  })`)

const cookieNames = (tab: Tab) =>
  tab.evaluate<string[]>(`document.cookie.split('; ').filter(Boolean).map((pair) => pair.split('=')[0]).sort()`)
const localKeys = (tab: Tab) => tab.evaluate<string[]>(`Object.keys(localStorage).sort()`)

const REFUSALS = ['optOut()', `consent('denied')`, 'consent({ analytics: false, ads: true })']

describeInEngines('A refusal', (suite) => {
  /** Captures in a tab, and expects that nothing comes of it: no event, no id, no trace but the refusal. */
  async function expectNothingFrom(tab: Tab, event: string): Promise<void> {
    const { recorder, flush } = suite
    await tab.evaluate(`(threadline.capture('${event}'), threadline.identify('user_1'))`)
    await flush(tab)
    expect(recorder.stored(event)).toEqual([])
    expect(await tab.evaluate('threadline.getAnonymousId() ?? null')).toBeNull()
    expect(await tab.evaluate('threadline.headers()')).toEqual({})
    expect(await cookieNames(tab)).toEqual(['tl_opted_out'])
    expect((await localKeys(tab)).filter((key) => key !== 'tl_opted_out')).toEqual([])
  }

  test.each(REFUSALS)('%s in one tab holds in those that are open, from their next event on', async (refusal) => {
    const { tab, recorder, profile, visit } = suite
    recorder.defaultPage = notingPage
    const [other, www] = [await profile.newTab(), await profile.newTab()]
    await visit(tab, suite.at('shop'))
    await visit(other, suite.at('shop', '/other'))
    await visit(www, suite.at('www'))
    await tab.evaluate(`threadline.${refusal}`)
    await expectNothingFrom(tab, 'after_refusal')
    await expectNothingFrom(other, 'after_refusal_elsewhere')
    await expectNothingFrom(www, 'after_refusal_on_another_subdomain')
    expect(await other.evaluate('drops')).toEqual([
      ['after_refusal_elsewhere', 'consent_denied'],
      ['$identify', 'consent_denied'],
    ])
  })

  test.each(REFUSALS.slice(0, 2))('%s drops what another tab has not sent yet', async (refusal) => {
    const { tab, recorder, profile, visit } = suite
    recorder.defaultPage = notingPage
    const other = await profile.newTab()
    await visit(tab, recorder.origin)
    await visit(other, recorder.origin)
    recorder.answer = () => ({ status: 503 })
    await other.evaluate(`threadline.capture('waiting')`)
    await recorder.until(() => recorder.deliveries.some(({ status }) => status === 503))
    await tab.evaluate(`threadline.${refusal}`)
    recorder.answer = () => 'store'
    await other.evaluate(`threadline.flush().then(() => null)`)
    expect(await other.evaluate('drops')).toEqual([['waiting', 'consent_denied']])
    expect(recorder.stored('waiting')).toEqual([])
  })

  test.each(REFUSALS.slice(0, 2))('%s holds in a page that comes back from the cache', async (refusal) => {
    const { tab, recorder, visit } = suite
    recorder.defaultPage = notingPage
    await visit(tab, recorder.origin)
    await tab.evaluate('(window.kept = true)')
    await visit(tab, `${recorder.origin}/next`)
    await tab.evaluate(`threadline.${refusal}`)
    await tab.evaluate('setTimeout(() => history.back())')
    await expect.poll(() => tab.evaluate('[window.kept, window.persisted]').catch(() => [])).toEqual([true, true])
    await expectNothingFrom(tab, 'after_return')
    expect(recorder.stored('$pageview').map(({ path }) => path)).toEqual(['/', '/next'])
  })

  test('optOut is stronger than a banner that grants on the next page; optIn takes it back, in every tab', async () => {
    const { tab, recorder, profile, visit, flush } = suite
    const www = await profile.newTab()
    await visit(www, suite.at('www'))
    await visit(tab, suite.at('shop'))
    await tab.evaluate('threadline.optOut()')
    await tab.goto(suite.at('shop', '/next'))
    await tab.evaluate('threadline.consent({ analytics: true, ads: true })')
    expect(await tab.evaluate('threadline.hasOptedOut()')).toBe(true)
    await expectNothingFrom(tab, 'after_banner')
    await expectNothingFrom(www, 'in_www')

    await www.evaluate('threadline.optIn()')
    for (const one of [www, tab]) {
      expect(await one.evaluate('threadline.hasOptedOut()')).toBe(false)
      await one.evaluate(`threadline.capture('back_again')`)
      await flush(one)
    }
    expect(recorder.stored('back_again')).toHaveLength(2)
    expect(new Set(recorder.stored('back_again').map(({ anonymousId }) => anonymousId)).size).toBe(1)
    expect(recorder.stored('after_banner')).toEqual([])
  })

  test('a denial is remembered by later pages, until the visitor or the site says otherwise', async () => {
    const { tab, recorder, visit, flush } = suite
    await visit(tab, recorder.origin)
    await tab.evaluate(`threadline.consent('denied')`)
    for (const options of [{}, { consent: 'pending' }]) {
      recorder.defaultPage = trackedPage({ flushIntervalMs: 100, ...options })
      await tab.goto(recorder.origin)
      await expectNothingFrom(tab, 'on_a_later_page')
      expect(await tab.evaluate('threadline.hasOptedOut()')).toBe(false)
    }
    await tab.evaluate(`(threadline.consent('granted'), threadline.capture('asked_again'))`)
    await flush(tab)
    expect(recorder.stored('asked_again')).toHaveLength(1)

    await tab.evaluate(`threadline.consent('denied')`)
    recorder.defaultPage = trackedPage({ flushIntervalMs: 100, consent: 'granted' })
    expect(await visit(tab, recorder.origin)).not.toBeNull()
  })

  test('what a server wrote into the cookie counts as an opt-out, whatever it is', async () => {
    const { tab, recorder } = suite
    recorder.pageHeaders = { 'set-cookie': 'tl_opted_out=1; Path=/' }
    await tab.goto(recorder.origin)
    expect(await tab.evaluate('threadline.hasOptedOut()')).toBe(true)
    await expectNothingFrom(tab, 'opted_out_by_server')
  })

  test.each([
    ['denied', trackedPage({ consent: 'denied' })],
    ['pending', trackedPage({ consent: 'pending' })],
    ['opted out', trackedPage().replace('threadline.init', `localStorage.tl_opted_out = 'opted_out'; threadline.init`)],
  ])('%s from the start: no cookie is written, not even to try', async (_, html) => {
    const { tab, recorder } = suite
    const watch = `<script>
      const { set, get } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')
      window.written = []
      Object.defineProperty(document, 'cookie', {
        get: () => get.call(document),
        set: (text) => { written.push(text); set.call(document, text) },
      })
    </script>`
    recorder.defaultPage = html.replace('<script', `${watch}<script`)
    await tab.goto(suite.at('shop'))
    await tab.evaluate(
      `(threadline.capture('early'), threadline.identify('user_1'), threadline.setAnonymousId('owned-by-the-server'),
        threadline.getAnonymousId(), threadline.headers(), threadline.storage(), threadline.flush({ timeoutMs: 100 }).then(() => null, () => null))`,
    )
    expect(await tab.evaluate('written')).toEqual([])
    expect((await localKeys(tab)).filter((key) => key !== 'tl_opted_out')).toEqual([])
    expect(recorder.deliveries).toEqual([])
  })
})

import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeInChromium } from './chromium-suite.ts'
import { pageWith, trackedPage } from './recorder.ts'

/** Captures events numbered from `first` on. */
const captureSteps = (page: Page, count: number, first = 0) =>
  page.evaluate(`for (let n = ${first}; n < ${first + count}; n += 1) threadline.capture('step_done', { n })`)

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)

describeInChromium('Delivery', (suite) => {
  /** The numbers of the stored steps, in order, each as often as it was stored. */
  const storedSteps = () =>
    suite.recorder
      .stored('step_done')
      .flatMap(({ eventId, properties }) =>
        Array.from({ length: suite.recorder.timesStored(eventId) }, () => Number(properties?.['n'])),
      )
      .sort((a, b) => a - b)

  async function visit(page: Page, path = '/'): Promise<void> {
    const { recorder } = suite
    const before = recorder.stored('$pageview').length
    await page.goto(recorder.origin + path)
    await recorder.until(() => recorder.stored('$pageview').length > before)
  }

  const untilSteps = (count: number) => suite.recorder.until(() => suite.recorder.stored('step_done').length >= count)

  test('a tab that is closed right after 50 events loses none', async () => {
    const { recorder, page } = suite
    recorder.defaultPage = trackedPage({ flushIntervalMs: 60_000, flushAt: 1_000 })
    await page.goto(recorder.origin)
    await captureSteps(page, 50)
    await page.close({ runBeforeUnload: false })
    const next = await suite.newTab()
    await next.goto(recorder.origin)
    await untilSteps(50)
    expect([...new Set(storedSteps())]).toEqual(numbers(50))
  })

  test('a page that is left sends nothing twice, though the browser tells it that what is in flight has failed', async () => {
    const { recorder, page } = suite
    // Notes what each document sends.
    recorder.defaultPage = pageWith(`
      const native = fetch
      window.fetch = (url, request) => {
        const sent = JSON.parse(localStorage.sent ?? '[]')
        for (const { eventId } of JSON.parse(request.body).events) sent.push(performance.timeOrigin + ' ' + eventId)
        localStorage.sent = JSON.stringify(sent)
        return native(url, request)
      }
      threadline.init({ key: 'pk_test', host: '/t', pageviews: false })`)
    recorder.pages.set('/quiet', '<!doctype html><title>Without a client</title>')
    for (let round = 0; round < 10; round += 1) {
      await page.goto(recorder.origin)
      await page.evaluate(`threadline.capture('before_leaving')`)
      await page.goto(`${recorder.origin}/quiet`)
    }
    const sent = await page.evaluate<string[]>('JSON.parse(localStorage.sent)')
    expect(sent.length).toBeGreaterThanOrEqual(10)
    expect(sent).toEqual([...new Set(sent)])
  })

  test('a tab whose process dies loses none: the next visit sends them', async () => {
    const { recorder, page } = suite
    await visit(page)
    recorder.answer = () => 'hang'
    await captureSteps(page, 50)
    const crashed = page.waitForEvent('crash')
    page.goto('chrome://crash').catch(() => undefined)
    await crashed
    recorder.answer = () => 'store'
    const next = await suite.newTab()
    await next.goto(recorder.origin)
    await untilSteps(50)
    expect(storedSteps()).toEqual(numbers(50))
  })

  test('a page view that still waits for its title when the process dies is sent by the next visit', async () => {
    const { recorder, page } = suite
    await visit(page)
    await page.evaluate(`history.pushState(null, '', '/lost')`)
    const crashed = page.waitForEvent('crash')
    page.goto('chrome://crash').catch(() => undefined)
    await crashed
    const next = await suite.newTab()
    await next.goto(recorder.origin)
    await recorder.until(() => recorder.stored('$pageview').some(({ path }) => path === '/lost'))
    // The title that stood there was that of the page before.
    expect(recorder.stored('$pageview').find(({ path }) => path === '/lost')).toMatchObject({
      referrer: `${recorder.origin}/`,
      sessionId: expect.any(String),
    })
    expect(recorder.stored('$pageview').find(({ path }) => path === '/lost')?.title).toBeUndefined()
  })

  test.each([2, 5])(
    '%i tabs, the endpoint down, all reloaded at once, the endpoint up: nothing twice',
    async (count) => {
      const { recorder } = suite
      // Each document signs its requests: what one sent while it left may arrive late, and is nobody's mistake.
      recorder.defaultPage = pageWith(`
      window.sender = Math.random().toString(36).slice(2)
      threadline.init({ key: 'pk_test', host: '/t/' + sender, flushIntervalMs: 100 })`)
      const tabs = [suite.page]
      while (tabs.length < count) tabs.push(await suite.newTab())
      for (const tab of tabs) await visit(tab)
      recorder.answer = () => ({ status: 503 })
      for (const [index, tab] of tabs.entries()) await captureSteps(tab, 10, index * 10)
      await recorder.until(() => recorder.deliveries.filter(({ status }) => status === 503).length >= count)
      await Promise.all(tabs.map((tab) => tab.reload()))
      const senders = await Promise.all(tabs.map((tab) => tab.evaluate<string>('sender')))
      recorder.answer = () => 'store'
      await untilSteps(count * 10)
      await Promise.all(tabs.map((tab) => tab.evaluate('threadline.flush()')))

      const delivered = recorder.deliveries
        .filter(({ status, sender = '' }) => status === 200 && senders.includes(sender))
        .flatMap(({ events }) => events.filter(({ event }) => event === 'step_done').map(({ eventId }) => eventId))
      expect(delivered).toHaveLength(count * 10)
      expect(new Set(delivered).size).toBe(count * 10)
      expect([...new Set(storedSteps())]).toEqual(numbers(count * 10))
    },
  )

  test('an answer that is lost: sent again with the same id, stored once', async () => {
    const { recorder, page } = suite
    await visit(page)
    const answers = ['lose', 'store'] as const
    let round = 0
    const seen = new Map<string, number>()
    recorder.answer = ({ events }) => {
      for (const { eventId } of events) seen.set(eventId, (seen.get(eventId) ?? 0) + 1)
      const answer = answers[Math.min(round, 1)] ?? 'store'
      round += 1
      return answer
    }
    await captureSteps(page, 5)
    await recorder.until(() => recorder.deliveries.some(({ status, events }) => status === 200 && events.length > 0))
    await page.evaluate('threadline.flush()')
    expect([...seen.values()]).toEqual([2, 2, 2, 2, 2])
    expect(recorder.stored('step_done')).toHaveLength(5)
  })

  test('500 three times, then 429 with Retry-After: each event stored once, not before the time is over', async () => {
    const { recorder, page } = suite
    await visit(page)
    const failures = [500, 500, 500, 429]
    let demandedAt = 0
    recorder.answer = ({ at }) => {
      const status = failures.shift()
      if (status === undefined) return 'store'
      if (status === 429) demandedAt = at
      return { status, headers: { 'retry-after': status === 429 ? '2' : '0' } }
    }
    await captureSteps(page, 30)
    await untilSteps(30)
    expect(storedSteps()).toEqual(numbers(30))
    const stored = recorder.deliveries.find(({ status, events }) => status === 200 && events[0]?.event === 'step_done')
    expect((stored?.at ?? 0) - demandedAt).toBeGreaterThanOrEqual(1_900)
  })

  test('an endpoint that hangs is left for another request after the deadline', async () => {
    const { recorder, page } = suite
    await visit(page)
    let hung = false
    recorder.answer = () => {
      if (hung) return 'store'
      hung = true
      return 'hang'
    }
    await captureSteps(page, 5)
    await untilSteps(5)
    expect(storedSteps()).toEqual(numbers(5))
  })

  test('413: the batch is split until its parts are taken', async () => {
    const { recorder, page } = suite
    await visit(page)
    recorder.answer = ({ events }) => (events.length > 4 ? { status: 413 } : 'store')
    await captureSteps(page, 16)
    await untilSteps(16)
    expect(storedSteps()).toEqual(numbers(16))
  })

  test('401: reported once, nothing lost, sent by the next page once the key is right', async () => {
    const { recorder, page } = suite
    recorder.answer = () => ({ status: 401 })
    recorder.defaultPage = `${trackedPage({ flushIntervalMs: 50 })}`.replace(
      'threadline.init({',
      'window.codes = []; threadline.init({ onError: ({ code }) => codes.push(code), ',
    )
    await page.goto(recorder.origin)
    await captureSteps(page, 3)
    await recorder.until(() => recorder.deliveries.length > 0)
    await expect(page.evaluate('threadline.flush()')).rejects.toThrow('unauthorized')
    expect(await page.evaluate('codes')).toEqual(['unauthorized'])
    recorder.answer = () => 'store'
    await page.goto(`${recorder.origin}/next`)
    await untilSteps(3)
    expect(storedSteps()).toEqual(numbers(3))
  })

  test('storage that is full: the page sees no exception, is told, and the events are sent', async () => {
    const { recorder, page, consoleLines } = suite
    recorder.pages.set(
      '/full',
      trackedPage({ flushIntervalMs: 100 }).replace(
        'threadline.init({',
        `window.codes = []
       localStorage.setItem('filler', 'x'.repeat(5_000_000))
       for (let size = 200_000; size > 0; size = size >> 1) {
         try { for (let n = 0; ; n += 1) localStorage.setItem('filler' + size + '.' + n, 'x'.repeat(size)) } catch {}
       }
       threadline.init({ onError: ({ code }) => codes.push(code), `,
      ),
    )
    await page.goto(`${recorder.origin}/full`)
    await captureSteps(page, 20)
    await untilSteps(20)
    expect(await page.evaluate('codes')).toEqual(['spool_failed'])
    expect(consoleLines).toEqual([])
  })

  test('150 events captured at load: all are stored', async () => {
    const { recorder, page } = suite
    recorder.defaultPage = pageWith(`
      threadline.init({ key: 'pk_test', host: '/t', flushIntervalMs: 50 })
      for (let n = 0; n < 150; n += 1) threadline.capture('step_done', { n })
      addEventListener('load', () => threadline.capture('signup_completed'))`)
    await page.goto(recorder.origin)
    await recorder.until(() => recorder.stored('signup_completed').length === 1)
    expect(storedSteps()).toEqual(numbers(150))
  })

  test('a runaway loop is cut off, and takes no other event with it', async () => {
    const { recorder, page } = suite
    recorder.answer = () => ({ status: 503 })
    recorder.pages.set(
      '/many',
      trackedPage({ flushIntervalMs: 50, pageviews: false }).replace(
        'threadline.init({',
        'window.drops = []; threadline.init({ onDrop: ({ event }, reason) => drops.push(event + " " + reason), ',
      ),
    )
    await page.goto(`${recorder.origin}/many`)
    // In one moment: on a busy machine the loop takes long enough for one more to be let through.
    await page.evaluate(`(() => {
      const { now } = Date
      const moment = now()
      Date.now = () => moment
      threadline.capture('trial_started')
      for (let n = 0; n < 1_500; n += 1) threadline.capture('step_done', { n })
      threadline.capture('signup_completed')
      Date.now = now
    })()`)
    const reasons = await page.evaluate<string[]>('drops')
    expect(reasons.filter((reason) => reason === 'step_done rate_limited')).toHaveLength(1_000)
    // And two, the oldest of the loop, to make room for the others.
    expect(reasons.filter((reason) => reason !== 'step_done rate_limited')).toEqual([
      'step_done queue_overflow',
      'step_done queue_overflow',
    ])
    recorder.answer = () => 'store'
    await recorder.until(() => recorder.stored('signup_completed').length === 1)
    expect(recorder.stored('trial_started')).toHaveLength(1)
  })

  test('an address that is blocked is left alone after a few tries', async () => {
    const { page, context, recorder } = suite
    let attempts = 0
    await context.route('**/v1/batch', (route) => {
      attempts += 1
      return route.abort('blockedbyclient')
    })
    await page.goto(recorder.origin)
    await page.evaluate(`(async () => {
      for (let n = 0; n < 40; n += 1) {
        threadline.capture('step_done', { n })
        await threadline.flush({ timeoutMs: 50 }).catch(() => undefined)
      }
    })()`)
    expect(attempts).toBe(6)
  })

  test('offline: one request is tried, since browsers are wrong about it at times; back online everything is sent', async () => {
    const { page, context, consoleLines } = suite
    await visit(page)
    await context.setOffline(true)
    await captureSteps(page, 5)
    for (let time = 0; time < 3; time += 1) {
      await page.evaluate('threadline.flush({ timeoutMs: 100 }).catch(() => undefined)')
    }
    expect(consoleLines).toEqual([expect.stringContaining('ERR_INTERNET_DISCONNECTED')])
    await context.setOffline(false)
    await untilSteps(5)
    expect(storedSteps()).toEqual(numbers(5))
  })

  test('requests that may outlive the page stay within the allowance of the whole page', async () => {
    const { recorder, page } = suite
    recorder.defaultPage = trackedPage({ flushIntervalMs: 60_000, flushAt: 1_000 })
    await page.goto(recorder.origin)
    // Requests that never end, so that the allowance is used up: how the client asks for them is what is looked at.
    const kept = await page.evaluate<number[]>(`new Promise((resolve) => {
      const kept = []
      window.fetch = (url, { body, keepalive }) => {
        if (keepalive) kept.push(body.length)
        return new Promise(() => {})
      }
      navigator.sendBeacon = () => false
      const pad = 'x'.repeat(3_000)
      for (let n = 0; n < 60; n += 1) threadline.capture('step_done', { n, pad })
      dispatchEvent(new PageTransitionEvent('pagehide'))
      resolve(kept)
    })`)
    expect(kept.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(60_000)
    expect(Math.max(...kept)).toBeLessThanOrEqual(16_000)
    expect(kept.length).toBeGreaterThan(1)
    expect(kept.length).toBeLessThanOrEqual(8)
    recorder.defaultPage = trackedPage({ flushIntervalMs: 100 })
    await page.goto(`${recorder.origin}/next`)
    await untilSteps(60)
    expect([...new Set(storedSteps())]).toEqual(numbers(60))
  })
})

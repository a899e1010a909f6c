import type { Browser, CDPSession, Page } from 'playwright-core'
import type { Sink } from './sink.ts'
import type { Subject } from './subjects.ts'

/** What one visit of a page cost it. */
export interface Visit {
  readonly initMs: number
  /** Of the burst, by the call. */
  readonly captureUs: number
  /** From the call of `init` until the event captured right after it arrives. */
  readonly firstEventMs: number
  /** How long the page's main thread was busy meanwhile, whoever called it. */
  readonly firstEventBusyMs: number
  /** The same for each event of the burst, from the first capture until all of them have arrived. */
  readonly deliveryBusyUs: number
  /** Requests that the burst took. */
  readonly requests: number
  /** Tasks of more than 50 ms from `init` on, before the burst. */
  readonly longTasks: number
  /** Layouts of the page from `init` on. */
  readonly layouts: number
}

/** Few enough for the rate limits of all of them. */
export const CAPTURES = 80
/** A phone of the middle range beside a developer's machine. */
export const SLOWDOWN = 4

/** Runs in the page: starts the SDK and captures, as the script of a page does. */
const START = `(async () => {
  window.longTasks = []
  new PerformanceObserver((list) => longTasks.push(...list.getEntries())).observe({ type: 'longtask' })
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
  const before = performance.now()
  subject.init(location.origin)
  const initMs = performance.now() - before
  subject.capture({ plan: 'pro', seats: 5, experiment: 'b', elapsed_ms: 0, first_visit: true })
  return { startedAt: performance.timeOrigin + before, initMs }
})()`

const BURST = `(async () => {
  const before = performance.now()
  const tasks = longTasks.length
  for (let n = 0; n < ${CAPTURES}; n += 1) {
    subject.capture({ plan: 'pro', seats: 5, experiment: 'b', elapsed_ms: n, first_visit: false })
  }
  return { captureUs: (1000 * (performance.now() - before)) / ${CAPTURES}, longTasks: tasks }
})()`

async function metric(devtools: CDPSession, name: string): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics')
  return metrics.find((one) => one.name === name)?.value ?? Number.NaN
}

async function measure(page: Page, devtools: CDPSession, sink: Sink): Promise<Visit> {
  const layoutsBefore = await metric(devtools, 'LayoutCount')
  const busyBefore = await metric(devtools, 'TaskDuration')
  const { startedAt, initMs } = await page.evaluate<{ readonly startedAt: number; readonly initMs: number }>(START)
  await sink.until(1)
  const firstEventMs = (sink.arrivals.firstAt ?? Number.NaN) - startedAt
  const busyUntilFirst = await metric(devtools, 'TaskDuration')
  const { requests } = sink.arrivals
  const burst = await page.evaluate<Pick<Visit, 'captureUs' | 'longTasks'>>(BURST)
  await sink.until(1 + CAPTURES)
  const busyUntilAll = await metric(devtools, 'TaskDuration')
  return {
    ...burst,
    initMs,
    firstEventMs,
    firstEventBusyMs: 1e3 * (busyUntilFirst - busyBefore),
    deliveryBusyUs: (1e6 * (busyUntilAll - busyUntilFirst)) / CAPTURES,
    requests: sink.arrivals.requests - requests,
    layouts: (await metric(devtools, 'LayoutCount')) - layoutsBefore,
  }
}

/** Visits a subject's page in a new profile, and a second time: returning visitors have something stored. */
export async function visitTwice(browser: Browser, sink: Sink, subject: Subject): Promise<readonly [Visit, Visit]> {
  // Some of them count no headless browser.
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version()} Safari/537.36`
  const context = await browser.newContext({ userAgent })
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('Performance.enable')
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN })
  sink.listen(subject)
  await page.goto(`${sink.origin}/${subject.page}`)
  const first = await measure(page, devtools, sink)
  await page.goto('about:blank')
  sink.listen(subject)
  await page.goto(`${sink.origin}/${subject.page}`)
  const later = await measure(page, devtools, sink)
  await context.close()
  return [first, later]
}

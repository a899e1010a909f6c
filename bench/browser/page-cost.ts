// What the client costs the page's main thread, in Chromium slowed down four times: `init`, `capture`, long tasks, layout.
import { chromium } from 'playwright-core'
import { bundle } from '../../e2e/browser/bundle.ts'
import { CHROMIUM_ARGS } from '../../e2e/browser/chromium-args.ts'
import { pageWith, startRecorder } from '../../e2e/browser/recorder.ts'

const LOADS = 40
/** Below the burst that the client lets through, so that each is really captured. */
const CAPTURES = 80
const SLOWDOWN = 4

interface Cost {
  readonly initMs: number
  readonly captureUs: number
  /** Before the captures, so many of which no page makes at once. */
  readonly longTasks: number
}

/** Runs in the page. Cross-origin isolation gives its clock a resolution of 5 µs. */
const MEASURE = `(async () => {
  const tasks = []
  new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: 'longtask' })
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
  const start = performance.now()
  threadline.init({ key: 'pk_bench', host: '/t' })
  const initMs = performance.now() - start
  await new Promise((resolve) => setTimeout(resolve, 50))
  const burst = performance.now()
  const times = []
  for (let n = 0; n < ${CAPTURES}; n += 1) {
    const before = performance.now()
    threadline.capture('plan_viewed', { plan: 'pro', seats: 5, experiment: 'b', elapsed_ms: n, first_visit: false })
    times.push(performance.now() - before)
  }
  times.sort((a, b) => a - b)
  await new Promise((resolve) => setTimeout(resolve, 100))
  return { initMs, captureUs: 1000 * times[times.length >> 1], longTasks: tasks.filter(({ startTime, duration }) => startTime + duration < burst).length }
})()`

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}

const path = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
const recorder = await startRecorder(await bundle(`export * from '@threadline/browser'`, { globalName: 'threadline' }))
recorder.defaultPage = pageWith('')
recorder.pageHeaders = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}
const browser = await chromium.launch({ executablePath: path, args: [...CHROMIUM_ARGS] })

/** A first visit, or a later one when `isReturning`. */
async function measure(isReturning: boolean): Promise<Cost & { readonly layouts: number }> {
  const context = await browser.newContext()
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('Performance.enable')
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN })
  await page.goto(recorder.origin)
  if (isReturning) {
    await page.evaluate(`threadline.init({ key: 'pk_bench', host: '/t' }); threadline.flush()`)
    await page.reload()
  }
  const layoutCount = async () =>
    (await devtools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'LayoutCount')?.value ?? 0
  const before = await layoutCount()
  const cost = await page.evaluate<Cost>(MEASURE)
  const layouts = (await layoutCount()) - before
  await context.close()
  return { ...cost, layouts }
}

console.log(`Chromium ${browser.version()}, CPU slowed down ${SLOWDOWN} times, median of ${LOADS} loads`)
for (const isReturning of [false, true]) {
  const costs: (Cost & { readonly layouts: number })[] = []
  for (let load = 0; load < LOADS; load += 1) costs.push(await measure(isReturning))
  console.log(isReturning ? 'a later visit' : 'a first visit')
  console.log(`  init       ${median(costs.map(({ initMs }) => initMs)).toFixed(2)} ms    (bar: 2 ms)`)
  console.log(`  capture    ${median(costs.map(({ captureUs }) => captureUs)).toFixed(1)} µs    (bar: 20 µs)`)
  console.log(`  long tasks ${costs.reduce((sum, { longTasks }) => sum + longTasks, 0)}`)
  console.log(`  layouts    ${median(costs.map(({ layouts }) => layouts))}`)
}
await browser.close()
await recorder.close()

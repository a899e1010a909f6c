// @plausible-analytics/tracker with its defaults. It has no ids and no queue: each call is a request.
import { init as initPlausible, track } from '@plausible-analytics/tracker'
import { BENCH_EVENT, type PageSubject } from './subject.ts'

export const init: PageSubject['init'] = (origin) =>
  initPlausible({ domain: 'bench.example', endpoint: `${origin}/api/event`, captureOnLocalhost: true })

export const capture: PageSubject['capture'] = (properties) =>
  track(BENCH_EVENT, {
    props: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, String(value)])),
  })

// @segment/analytics-next as its snippet starts it: load, then a page call. Settings and events have one origin here.
import { AnalyticsBrowser } from '@segment/analytics-next'
import { BENCH_EVENT, type PageSubject } from './subject.ts'

let analytics: AnalyticsBrowser | undefined

export const init: PageSubject['init'] = (origin) => {
  analytics = AnalyticsBrowser.load(
    { writeKey: 'bench', cdnURL: origin },
    { integrations: { 'Segment.io': { apiHost: `${new URL(origin).host}/v1`, protocol: 'http' } } },
  )
  void analytics.page()
}

export const capture: PageSubject['capture'] = (properties) => void analytics?.track(BENCH_EVENT, properties)

// @snowplow/browser-tracker with its defaults: a page view, then self-describing events, each a request of its own.
import { newTracker, trackPageView, trackSelfDescribingEvent } from '@snowplow/browser-tracker'
import { BENCH_EVENT, type PageSubject } from './subject.ts'

export const init: PageSubject['init'] = (origin) => {
  newTracker('bench', origin, { appId: 'bench' })
  trackPageView()
}

export const capture: PageSubject['capture'] = (properties) =>
  trackSelfDescribingEvent({
    event: { schema: `iglu:com.example/${BENCH_EVENT}/jsonschema/1-0-0`, data: { ...properties } },
  })

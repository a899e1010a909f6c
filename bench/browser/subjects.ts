import { BENCH_EVENT } from './pages/subject.ts'

/** One SDK: its page is `pages/<page>.ts`. */
export interface Subject {
  /** As in package.json. */
  readonly name: string
  readonly page: string
  /** Whether it knows its visitor and keeps events that could not be sent: the ones to be compared with each other. */
  readonly hasIdsAndQueue: boolean
  /** What stands in a request once for each of the benchmark's events. */
  readonly mark: string
}

const NAME = `"${BENCH_EVENT}"`

export const SUBJECTS: readonly Subject[] = [
  { name: '@threadline/browser', page: 'threadline', hasIdsAndQueue: true, mark: NAME },
  { name: 'posthog-js', page: 'posthog', hasIdsAndQueue: true, mark: NAME },
  { name: '@segment/analytics-next', page: 'segment', hasIdsAndQueue: true, mark: NAME },
  // The address of the event's schema.
  { name: '@snowplow/browser-tracker', page: 'snowplow', hasIdsAndQueue: true, mark: `/${BENCH_EVENT}/` },
  { name: '@plausible-analytics/tracker', page: 'plausible', hasIdsAndQueue: false, mark: NAME },
]

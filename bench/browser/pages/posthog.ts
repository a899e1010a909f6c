// posthog-js with its defaults: page views and autocapture by itself, remote configuration, batches of up to 3 s.
import { posthog } from 'posthog-js'
import { BENCH_EVENT, type PageSubject } from './subject.ts'

export const init: PageSubject['init'] = (origin) => void posthog.init('phc_bench', { api_host: origin })

export const capture: PageSubject['capture'] = (properties) => void posthog.capture(BENCH_EVENT, properties)

// @threadline/browser with its defaults: pageviews by itself, stored events, batches.
import { capture as captureEvent, init as initThreadline } from '@threadline/browser'
import { BENCH_EVENT, type PageSubject } from './subject.ts'

export const init: PageSubject['init'] = (origin) => initThreadline({ key: 'pk_bench', host: `${origin}/t` })

export const capture: PageSubject['capture'] = (properties) => captureEvent(BENCH_EVENT, properties)

import { useMemo } from 'preact/hooks'
import { Breakdown } from './breakdown.tsx'
import { peopleOf } from './format.ts'
import { Notice, SignedOut } from './notice.tsx'
import './overview.css'
import type { OverviewAnswer } from './overview-answers.ts'
import { OverviewChart } from './overview-chart.tsx'
import { FilterChips, OverviewControls } from './overview-controls.tsx'
import { NothingShown } from './overview-empty.tsx'
import {
  daysShown,
  intervalOf,
  type OverviewState,
  readState,
  reportQuery,
  stateHref,
  TIME_ZONE,
} from './overview-state.ts'
import { OverviewTiles } from './overview-tiles.tsx'
import { Retention } from './retention.tsx'
import { viewHref } from './route.ts'
import { useOnline } from './use-online.ts'
import { useReport } from './use-report.ts'

const PAGES = [
  { dimension: 'page', title: 'Top' },
  { dimension: 'entryPage', title: 'Entry' },
  { dimension: 'exitPage', title: 'Exit' },
] as const

const PLACES = [
  { dimension: 'country', title: 'Countries' },
  { dimension: 'region', title: 'Regions' },
  { dimension: 'city', title: 'Cities' },
] as const

const ORIGINS = [
  { dimension: 'channel', title: 'Channels' },
  { dimension: 'source', title: 'Sources' },
  { dimension: 'medium', title: 'Media' },
  { dimension: 'campaign', title: 'Campaigns' },
  { dimension: 'referrer', title: 'Referrers' },
] as const

const AGENTS = [
  { dimension: 'device', title: 'Devices' },
  { dimension: 'browser', title: 'Browsers' },
  { dimension: 'os', title: 'Systems' },
] as const

const EVENTS = [{ dimension: 'event', title: 'Events' }] as const

/** How many came, from where, to which pages, on what, and what it earned. All that is chosen is in the address. */
export function OverviewView({ search }: { search: string }) {
  const state = useMemo(() => readState(search), [search])
  const days = daysShown(state, new Date(), TIME_ZONE)
  const query = reportQuery(state, days, TIME_ZONE)
  const report = useReport<OverviewAnswer>(`/v1/reports/overview?${query}${state.compares ? '&compare=true' : ''}`)
  if (report.state === 'failed' && report.status === 401) return <SignedOut />
  return (
    <section aria-labelledby="overview-title">
      <div class="title">
        <h1 id="overview-title">Overview</h1>
        <Online />
      </div>
      <OverviewControls state={state} days={days} timeZone={TIME_ZONE} />
      <FilterChips state={state} hrefOf={stateHref} />
      {report.state === 'loading' && <Notice kind="loading">Loading…</Notice>}
      {report.state === 'failed' && <Notice kind="error">{report.message}</Notice>}
      {report.state === 'shown' && (
        <div aria-busy={report.stale}>
          <Shown answer={report.data} state={state} query={query} interval={intervalOf(days)} />
        </div>
      )}
    </section>
  )
}

function Online() {
  const people = useOnline()
  if (people === undefined) return null
  return (
    <a class={`state online ${people > 0 ? 'state-live' : ''}`} href={viewHref('live')}>
      {peopleOf(people)} online
    </a>
  )
}

interface ShownProps {
  readonly answer: OverviewAnswer
  readonly state: OverviewState
  readonly query: string
  readonly interval: string
}

function Shown({ answer, state, query, interval }: ShownProps) {
  const { totals, previous } = answer
  if (totals.events === 0) return <NothingShown state={state} />
  const list = { state, query }
  const hadTraffic = previous !== null && previous.totals.events > 0
  return (
    <>
      <OverviewTiles totals={totals} previous={previous} state={state} />
      <OverviewChart
        state={state}
        query={`${query}&interval=${interval}`}
        queryBefore={hadTraffic ? `${reportQuery(state, previous, TIME_ZONE)}&interval=${interval}` : undefined}
        isWhole={state.filters.length === 0}
      />
      <div class="cards">
        <div class="card-column">
          <Breakdown title="Pages" tabs={PAGES} {...list} />
          <Breakdown title="Places" tabs={PLACES} {...list} />
        </div>
        <div class="card-column">
          <Breakdown title="Where from" tabs={ORIGINS} {...list} />
          <Breakdown title="On what" tabs={AGENTS} {...list} />
          <Breakdown title="Events" tabs={EVENTS} {...list} />
        </div>
      </div>
      <Retention state={state} />
    </>
  )
}

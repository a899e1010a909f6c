import { useMemo } from 'preact/hooks'
import { Chart } from './chart.tsx'
import { DataTable } from './data-table.tsx'
import { type Buckets, formatBucket, formatCount } from './format.ts'
import { Notice } from './notice.tsx'
import type { SeriesAnswer } from './overview-answers.ts'
import { dayIn, daysBefore, listHref, type OverviewState } from './overview-state.ts'
import { quietTimes } from './quiet-times.ts'
import { useReport } from './use-report.ts'

interface OverviewChartProps {
  readonly state: OverviewState
  /** Of the overview, with `interval`. */
  readonly query: string
  /** The same of the period before; undefined where it is not compared, or had nothing. */
  readonly queryBefore: string | undefined
  /** All events are counted, so that a bucket without any means that nothing arrived. */
  readonly isWhole: boolean
}

/** Every hour may be without an event where few arrive, and none at night. A day is told in any case. */
const LEAST_EXPECTED = { hour: 20, day: 0, week: 0 }

/** Quiet times that are told one by one. */
const MOST_TOLD = 3

const LIST = new Intl.ListFormat(undefined, { type: 'conjunction' })

/** Visitors over time, and where nothing arrived. */
export function OverviewChart({ state, query, queryBefore, isWhole }: OverviewChartProps) {
  const hadTraffic = queryBefore !== undefined
  const report = useReport<SeriesAnswer>(`/v1/reports/series?${query}`)
  const earlier = useReport<SeriesAnswer>(queryBefore && `/v1/reports/series?${queryBefore}`)
  const answer = report.state === 'shown' ? report.data : undefined
  const pointsBefore = earlier.state === 'shown' ? earlier.data.points : undefined
  const before = useMemo(() => pointsBefore?.map(({ visitors }) => visitors), [pointsBefore])
  const drawn = useMemo(() => answer && drawingOf(answer), [answer])
  const quiet = useMemo(
    () =>
      answer && isWhole
        ? quietTimes(answer.points, { hadTraffic, now: new Date(), leastExpected: LEAST_EXPECTED[answer.interval] })
        : [],
    [answer, isWhole, hadTraffic],
  )
  if (report.state === 'failed') return <Notice kind="error">{report.message}</Notice>
  if (report.state === 'loading' || !drawn) return <Notice kind="loading">Loading…</Notice>
  const { starts, series, buckets } = drawn
  const told = quiet.map(({ first, last }) => {
    const [from = '', to = ''] = [starts[first], starts[last]].map((start) => formatBucket(start ?? '', buckets))
    return first === last ? from : `${from} to ${to}`
  })
  const rest = told.length - MOST_TOLD
  return (
    <div aria-busy={report.stale}>
      <Chart days={starts} series={series} format={formatCount} buckets={buckets} quiet={quiet} before={before} />
      {told.length > 0 && (
        <p class="hint quiet-times">
          Nothing arrived: {LIST.format(rest > 0 ? [...told.slice(0, MOST_TOLD), `${rest} more times`] : told)}.
        </p>
      )}
      <details class="numbers">
        <summary>The chart as a table</summary>
        <DataTable
          caption={`Visitors by ${buckets.interval}, in ${buckets.timeZone}`}
          columns={[
            { title: 'From' },
            { title: 'Visitors', number: true },
            ...(before ? [{ title: 'Before', number: true }] : []),
          ]}
          rows={report.data.points.map(({ start, visitors }, index) => [
            formatBucket(start, buckets),
            <a key="visitors" class="count" href={listHref('people', bucketState(state, start, buckets))}>
              {formatCount(visitors)}
            </a>,
            ...(before ? [formatCount(before[index] ?? 0)] : []),
          ])}
        />
      </details>
    </div>
  )
}

/** What is shown, of one bucket alone; of an hour its day. */
function bucketState(state: OverviewState, start: string, { interval, timeZone }: Buckets): OverviewState {
  const from = dayIn(timeZone, new Date(start))
  const to = interval === 'week' ? daysBefore(from, -6) : from
  return { ...state, goal: '', period: 'custom', days: { from, to } }
}

/** The same objects for the same answer: a chart is drawn anew when they change. */
function drawingOf({ points, interval, timeZone }: SeriesAnswer) {
  return {
    starts: points.map(({ start }) => start),
    series: [{ label: 'Visitors', values: points.map(({ visitors }) => visitors) }],
    buckets: { interval, timeZone },
  }
}

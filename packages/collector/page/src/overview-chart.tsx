import { useMemo } from 'preact/hooks'
import { Chart } from './chart.tsx'
import { DataTable } from './data-table.tsx'
import { formatBucket, formatCount } from './format.ts'
import { Notice } from './notice.tsx'
import type { SeriesAnswer } from './overview-answers.ts'
import { quietTimes } from './quiet-times.ts'
import { useReport } from './use-report.ts'

interface OverviewChartProps {
  /** Of the overview, with `interval`. */
  readonly query: string
  /** All events are counted, so that a bucket without any means that nothing arrived. */
  readonly isWhole: boolean
  /** Something arrived in the period before. */
  readonly hadTraffic: boolean
}

/** Quiet times that are told one by one. */
const MOST_TOLD = 3

const LIST = new Intl.ListFormat(undefined, { type: 'conjunction' })

/** Visitors over time, and where nothing arrived. */
export function OverviewChart({ query, isWhole, hadTraffic }: OverviewChartProps) {
  const report = useReport<SeriesAnswer>(`/v1/reports/series?${query}`)
  const answer = report.state === 'shown' ? report.data : undefined
  const drawn = useMemo(() => answer && drawingOf(answer), [answer])
  const quiet = useMemo(
    () => (answer && isWhole ? quietTimes(answer.points, { hadTraffic, now: new Date() }) : []),
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
      <Chart days={starts} series={series} format={formatCount} buckets={buckets} quiet={quiet} />
      {told.length > 0 && (
        <p class="hint quiet-times">
          Nothing arrived: {LIST.format(rest > 0 ? [...told.slice(0, MOST_TOLD), `${rest} more times`] : told)}.
        </p>
      )}
      <details class="numbers">
        <summary>The chart as a table</summary>
        <DataTable
          caption={`Visitors by ${buckets.interval}, in ${buckets.timeZone}`}
          columns={[{ title: 'From' }, { title: 'Visitors', number: true }]}
          rows={report.data.points.map(({ start, visitors }) => [formatBucket(start, buckets), formatCount(visitors)])}
        />
      </details>
    </div>
  )
}

/** The same objects for the same answer: a chart is drawn anew when they change. */
function drawingOf({ points, interval, timeZone }: SeriesAnswer) {
  return {
    starts: points.map(({ start }) => start),
    series: [{ label: 'Visitors', values: points.map(({ visitors }) => visitors) }],
    buckets: { interval, timeZone },
  }
}

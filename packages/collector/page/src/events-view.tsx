import { useMemo } from 'preact/hooks'
import { byDay, totals } from './by-day.ts'
import { Chart } from './chart.tsx'
import { DataTable } from './data-table.tsx'
import { formatCount } from './format.ts'
import { ReportSection } from './report-section.tsx'
import { useReport } from './use-report.ts'

interface Counts {
  readonly counts: readonly { readonly day: string; readonly event: string; readonly count: number }[]
}

/** Events by name over the last 30 days. */
export function EventsView() {
  const report = useReport<Counts>('/v1/reports/events')
  return (
    <ReportSection
      title="Events by day"
      report={report}
      empty="No events in the last 30 days."
      isEmpty={({ counts }) => counts.length === 0}
    >
      {(data) => <EventCounts {...data} />}
    </ReportSection>
  )
}

function EventCounts({ counts }: Counts) {
  const rows = useMemo(() => counts.map(({ day, event, count }) => ({ day, name: event, value: count })), [counts])
  const { days, series } = useMemo(() => byDay(rows), [rows])
  return (
    <>
      <Chart days={days} series={series} format={formatCount} />
      <DataTable
        caption="Last 30 days"
        columns={['Event', 'Count']}
        rows={Array.from(totals(rows), ([name, count]) => [name, formatCount(count)])}
      />
    </>
  )
}

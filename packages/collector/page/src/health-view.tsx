import { totals } from './by-day.ts'
import { DataTable } from './data-table.tsx'
import { formatCount } from './format.ts'
import { ReportSection } from './report-section.tsx'
import { useReport } from './use-report.ts'

interface Counts {
  readonly counts: readonly {
    readonly day: string
    readonly kind: string
    readonly name: string
    readonly count: number
  }[]
}

const KINDS = [
  { kind: 'duplicate', caption: 'Duplicates stopped, by event', column: 'Event' },
  { kind: 'invalid', caption: 'Events refused, by reason', column: 'Reason' },
  { kind: 'lost', caption: 'Events given up before they got here, as senders report', column: 'Reason' },
]

/** What did not become an event over the last 30 days, and why. */
export function HealthView() {
  const report = useReport<Counts>('/v1/reports/health')
  return (
    <ReportSection
      title="Delivery"
      report={report}
      empty="No duplicates, refusals or reported losses in the last 30 days."
      isEmpty={({ counts }) => counts.length === 0}
    >
      {({ counts }) =>
        KINDS.map(({ kind, caption, column }) => {
          const rows = counts
            .filter((row) => row.kind === kind)
            .map(({ day, name, count }) => ({ day, name, value: count }))
          if (rows.length === 0) return null
          const cells = Array.from(totals(rows), ([name, count]) => [name, formatCount(count)])
          return <DataTable key={kind} caption={caption} columns={[column, 'Count']} rows={cells} />
        })
      }
    </ReportSection>
  )
}

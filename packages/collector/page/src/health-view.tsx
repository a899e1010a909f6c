import type { DaysAnswer } from './api.ts'
import { byDay, totals } from './by-day.ts'
import { Chart } from './chart.tsx'
import { DataTable } from './data-table.tsx'
import { formatCount } from './format.ts'
import { Forwards } from './forwards.tsx'
import { PeriodChoice, usePeriod } from './period.tsx'
import { ReportSection } from './report-section.tsx'
import { useReport } from './use-report.ts'

interface Counts extends DaysAnswer {
  readonly counts: readonly {
    readonly day: string
    readonly kind: string
    readonly name: string
    readonly count: number
  }[]
}

const KINDS = [
  {
    kind: 'duplicate',
    title: 'Duplicates stopped',
    column: 'Event',
    what: 'Sent more than once, by a retry or a second press, and counted once.',
  },
  {
    kind: 'invalid',
    title: 'Events refused',
    column: 'Reason',
    what: 'Not stored; the sender was told which and why.',
  },
  {
    kind: 'misplaced',
    title: 'Server events sent by browsers',
    column: 'Event',
    what: 'Among the refused ones: a browser key cannot send what belongs to the server.',
  },
  {
    kind: 'lost',
    title: 'Given up by senders',
    column: 'Reason',
    what: 'Never got here, as the SDKs themselves report.',
  },
  {
    kind: 'bot',
    title: 'Events of bots',
    column: 'Bot',
    what: 'Stored, and left out of people, counts and funnels: crawlers, previews of links, browsers under automation.',
  },
]

/** What did not become an event, and why; and what bots sent. */
export function HealthView() {
  const period = usePeriod()
  const report = useReport<Counts>(`/v1/reports/health?${period.query}`)
  return (
    <>
      <ReportSection
        title="Delivery"
        report={report}
        empty="No duplicates, refusals, reported losses or bots in this period."
        isEmpty={({ counts }) => counts.length === 0}
        controls={<PeriodChoice period={period} />}
      >
        {(data) => <Health {...data} />}
      </ReportSection>
      <Forwards query={period.query} />
    </>
  )
}

function Health({ counts, ...covered }: Counts) {
  const kinds = KINDS.map((kind) => {
    const rows = counts
      .filter((row) => row.kind === kind.kind)
      .map(({ day, name, count }) => ({ day, name, value: count }))
    return { ...kind, rows, sum: rows.reduce((sum, { value }) => sum + value, 0) }
  })
  // What is misplaced is refused too, and would stand on top of itself. What bots sent became events.
  const drawn = kinds.filter(({ kind }) => kind !== 'misplaced' && kind !== 'bot')
  const { days, series } = byDay(
    drawn.flatMap(({ title, rows }) => rows.map((row) => ({ ...row, name: title }))),
    covered,
  )
  return (
    <>
      <dl class="tiles">
        {kinds.map(({ kind, title, sum }) => (
          <div key={kind}>
            <dt>{title}</dt>
            <dd>{formatCount(sum)}</dd>
          </div>
        ))}
      </dl>
      {series.length > 0 && <Chart days={days} series={series} format={formatCount} />}
      {kinds.map(({ kind, title, what, column, rows }) => {
        if (rows.length === 0) return null
        const cells = Array.from(totals(rows), ([name, count]) => [name, formatCount(count)])
        return (
          <section key={kind}>
            <h2>{title}</h2>
            <p class="hint">{what}</p>
            <DataTable
              caption={`By ${column.toLowerCase()}`}
              columns={[{ title: column }, { title: 'Count', number: true }]}
              rows={cells}
            />
          </section>
        )
      })}
    </>
  )
}

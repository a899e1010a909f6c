import type { DaysAnswer } from './api.ts'
import { byDay, type DayValue, totals } from './by-day.ts'
import { Chart, type Series } from './chart.tsx'
import { Swatch } from './colours.tsx'
import { DataTable } from './data-table.tsx'
import { formatCount, formatDay, formatPart } from './format.ts'
import { eventName } from './names.ts'
import { eventsState, listHref } from './overview-state.ts'
import { type Period, PeriodChoice, usePeriod } from './period.tsx'
import { ReportSection } from './report-section.tsx'
import { eventHref, viewHref } from './route.ts'
import { useReport } from './use-report.ts'

interface Counts extends DaysAnswer {
  readonly counts: readonly { readonly day: string; readonly event: string; readonly count: number }[]
}

/** Events by name and day. */
export function EventsView() {
  return <EventsReport event={undefined} />
}

/** One event's count by day. */
export function OneEventView({ event }: { event: string }) {
  return <EventsReport event={event} />
}

function EventsReport({ event }: { event: string | undefined }) {
  const period = usePeriod()
  const report = useReport<Counts>(`/v1/reports/events?${period.query}`)
  return (
    <ReportSection
      title={event === undefined ? 'Events by day' : eventName(event)}
      report={report}
      empty={event === undefined ? 'No events in this period.' : `No “${eventName(event)}” in this period.`}
      isEmpty={({ counts }) => !counts.some((row) => event === undefined || row.event === event)}
      controls={
        <>
          {event !== undefined && (
            <p class="ways">
              <a href={viewHref('events')}>All events</a>
              <a href={listHref('events', eventsState(period.days, [event]))}>One by one</a>
              <a href={listHref('people', eventsState(period.days, [event]))}>Who did it</a>
            </p>
          )}
          <PeriodChoice period={period} />
        </>
      }
    >
      {({ counts, ...days }) => {
        const rows = counts.map(({ day, event: name, count }) => ({ day, name, value: count }))
        if (event === undefined) return <AllEvents rows={rows} days={days} period={period} />
        return <OneEvent rows={rows.filter(({ name }) => name === event)} days={days} />
      }}
    </ReportSection>
  )
}

interface EventsProps {
  readonly rows: readonly DayValue[]
  readonly days: DaysAnswer
}

function AllEvents({ rows, days: covered, period }: EventsProps & { readonly period: Period }) {
  const { days, series } = byDay(rows, covered)
  const sums = totals(rows)
  const all = [...sums.values()].reduce((sum, count) => sum + count, 0)
  return (
    <>
      <Chart days={days} series={named(series)} format={formatCount} />
      <DataTable
        caption={`${formatCount(all)} in all`}
        columns={[{ title: 'Event' }, { title: 'Count', number: true }, { title: 'Share', number: true }]}
        rows={Array.from(sums, ([name, count], index) => [
          <span key={name} class="named">
            <Swatch series={index} />
            <a href={eventHref(name)} title={name}>
              {eventName(name)}
            </a>
          </span>,
          <a
            key="count"
            class="count"
            href={listHref('events', eventsState(period.days, [name]))}
            aria-label={`${formatCount(count)} events: ${eventName(name)}`}
          >
            {formatCount(count)}
          </a>,
          formatPart(count / all),
        ])}
      />
    </>
  )
}

function OneEvent({ rows, days: covered }: EventsProps) {
  const { days, series } = byDay(rows, covered)
  return (
    <>
      <Chart days={days} series={named(series)} format={formatCount} />
      <DataTable
        caption="By day, in UTC"
        columns={[{ title: 'Day' }, { title: 'Count', number: true }]}
        rows={[...rows].reverse().map(({ day, value }) => [formatDay(day), formatCount(value)])}
      />
    </>
  )
}

function named(series: readonly Series[]): Series[] {
  return series.map(({ label, values }) => ({ label: eventName(label), values }))
}

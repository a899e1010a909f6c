import { useCallback } from 'preact/hooks'
import { STAGE_EVENTS } from '../../src/stage.ts'
import type { DaysAnswer } from './api.ts'
import { byDay, totals } from './by-day.ts'
import { Chart } from './chart.tsx'
import { Swatch } from './colours.tsx'
import { DataTable } from './data-table.tsx'
import { formatCount, formatDay, formatMoney, formatMoneyShort } from './format.ts'
import { ModeChoice, useMode } from './mode.tsx'
import { byMoneyGroup, type MoneyGroup, moneyGroupName } from './money-group.ts'
import { eventsState, listHref } from './overview-state.ts'
import { PeriodChoice, usePeriod } from './period.tsx'
import { ReportSection } from './report-section.tsx'
import { useReport } from './use-report.ts'

interface RevenueRow extends MoneyGroup {
  readonly day: string
  readonly source: string | null
  readonly amount: number
  readonly payments: number
  readonly refunded: number
  readonly unmatched: number
}

interface Revenue extends DaysAnswer {
  readonly revenue: readonly RevenueRow[]
}

const MONEY_EVENTS = [...STAGE_EVENTS.customer, 'refunded']

/** Payments less refunds, each currency and account on its own, by day and by the source that first brought the person. */
export function RevenueView() {
  const period = usePeriod()
  const mode = useMode()
  const report = useReport<Revenue>(`/v1/reports/revenue?${period.query}&${mode.query}`)
  return (
    <ReportSection
      title="Revenue by day"
      report={report}
      empty={
        mode.mode === 'test'
          ? 'No payments in test mode in this period.'
          : 'No payments in this period. They come from checkout_finished, purchase, subscription_renewed and invoice_paid.'
      }
      isEmpty={({ revenue }) => revenue.length === 0}
      controls={
        <>
          <PeriodChoice period={period} />
          <ModeChoice mode={mode} />
          <p class="ways">
            <a href={listHref('events', eventsState(period.days, MONEY_EVENTS))}>Payments and refunds one by one</a>
          </p>
        </>
      }
    >
      {({ revenue, ...days }) =>
        byMoneyGroup(revenue).map(({ rows, ...group }) => (
          <GroupRevenue key={moneyGroupName(group)} group={group} days={days} rows={rows} />
        ))
      }
    </ReportSection>
  )
}

interface GroupRevenueProps {
  readonly group: MoneyGroup
  readonly rows: readonly RevenueRow[]
  readonly days: DaysAnswer
}

function GroupRevenue({ group, rows, days: covered }: GroupRevenueProps) {
  const { currency } = group
  const name = moneyGroupName(group)
  const values = valuesOf(rows, 'amount')
  const { days, series } = byDay(values, covered)
  const format = useCallback((amount: number) => formatMoney(amount, currency), [currency])
  const formatMark = useCallback((amount: number) => formatMoneyShort(amount, currency), [currency])
  const payments = totals(valuesOf(rows, 'payments'))
  const refunded = totals(valuesOf(rows, 'refunded'))
  const perDay = new Map<string, number>()
  for (const { day, value } of values) perDay.set(day, (perDay.get(day) ?? 0) + value)
  const unmatched = sumOf(rows, 'unmatched')
  return (
    <>
      <h2 class="sum">
        {name} <span class="money">{format(sumOf(rows, 'amount'))}</span>
      </h2>
      {unmatched !== 0 && (
        <p class="hint">Not in the sum: {format(unmatched)} of refunds and disputes whose payments were never seen.</p>
      )}
      <Chart days={days} series={series} format={format} formatMark={formatMark} />
      <DataTable
        caption={`${name} by the source that first brought the person`}
        columns={[
          { title: 'Source' },
          { title: 'Payments and refunds', number: true },
          { title: 'Refunded', number: true },
          { title: 'Revenue', number: true },
        ]}
        rows={Array.from(totals(values), ([source, amount], index) => [
          <span key={source} class="named">
            <Swatch series={index} />
            {source}
          </span>,
          formatCount(payments.get(source) ?? 0),
          format(refunded.get(source) ?? 0),
          format(amount),
        ])}
      />
      <details class="by-day">
        <summary>{name} by day</summary>
        <DataTable
          caption="Days in UTC"
          columns={[{ title: 'Day' }, { title: 'Revenue', number: true }]}
          rows={[...perDay].reverse().map(([day, amount]) => [formatDay(day), format(amount)])}
        />
      </details>
    </>
  )
}

type Measure = 'amount' | 'payments' | 'refunded' | 'unmatched'

function valuesOf(rows: readonly RevenueRow[], measure: Measure) {
  return rows.map((row) => ({ day: row.day, name: row.source ?? 'no source', value: row[measure] }))
}

function sumOf(rows: readonly RevenueRow[], measure: Measure): number {
  return rows.reduce((sum, row) => sum + row[measure], 0)
}

import { useCallback } from 'preact/hooks'
import type { DaysAnswer } from './api.ts'
import { byDay, totals } from './by-day.ts'
import { Chart } from './chart.tsx'
import { Swatch } from './colours.tsx'
import { DataTable } from './data-table.tsx'
import { formatCount, formatDay, formatMoney } from './format.ts'
import { PeriodChoice, usePeriod } from './period.tsx'
import { ReportSection } from './report-section.tsx'
import { useReport } from './use-report.ts'

interface RevenueRow {
  readonly day: string
  readonly currency: string
  readonly source: string | null
  readonly amount: number
  readonly payments: number
}

interface Revenue extends DaysAnswer {
  readonly revenue: readonly RevenueRow[]
}

/** Payments less refunds, each currency on its own, by day and by the source that first brought the person. */
export function RevenueView() {
  const period = usePeriod()
  const report = useReport<Revenue>(`/v1/reports/revenue?${period.query}`)
  return (
    <ReportSection
      title="Revenue by day"
      report={report}
      empty="No payments in this period. They come from checkout_finished, purchase, subscription_renewed and invoice_paid."
      isEmpty={({ revenue }) => revenue.length === 0}
      controls={<PeriodChoice period={period} />}
    >
      {({ revenue, ...days }) =>
        [...new Set(revenue.map(({ currency }) => currency))].map((currency) => (
          <CurrencyRevenue
            key={currency}
            currency={currency}
            days={days}
            rows={revenue.filter((row) => row.currency === currency)}
          />
        ))
      }
    </ReportSection>
  )
}

interface CurrencyRevenueProps {
  readonly currency: string
  readonly rows: readonly RevenueRow[]
  readonly days: DaysAnswer
}

function CurrencyRevenue({ currency, rows, days: covered }: CurrencyRevenueProps) {
  const values = rows.map(({ day, source, amount }) => ({ day, name: source ?? 'no source', value: amount }))
  const { days, series } = byDay(values, covered)
  const format = useCallback((amount: number) => formatMoney(amount, currency), [currency])
  const payments = totals(rows.map(({ day, source, payments: value }) => ({ day, name: source ?? 'no source', value })))
  const perDay = new Map<string, number>()
  for (const { day, value } of values) perDay.set(day, (perDay.get(day) ?? 0) + value)
  const all = values.reduce((sum, { value }) => sum + value, 0)
  return (
    <>
      <h2 class="sum">
        {currency} <span class="money">{format(all)}</span>
      </h2>
      <Chart days={days} series={series} format={format} />
      <DataTable
        caption={`${currency} by the source that first brought the person`}
        columns={[
          { title: 'Source' },
          { title: 'Payments and refunds', number: true },
          { title: 'Revenue', number: true },
        ]}
        rows={Array.from(totals(values), ([name, amount], index) => [
          <span key={name} class="named">
            <Swatch series={index} />
            {name}
          </span>,
          formatCount(payments.get(name) ?? 0),
          format(amount),
        ])}
      />
      <details class="by-day">
        <summary>{currency} by day</summary>
        <DataTable
          caption="Days in UTC"
          columns={[{ title: 'Day' }, { title: 'Revenue', number: true }]}
          rows={[...perDay].reverse().map(([day, amount]) => [formatDay(day), format(amount)])}
        />
      </details>
    </>
  )
}

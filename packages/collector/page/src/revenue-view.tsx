import { useCallback, useMemo } from 'preact/hooks'
import { byDay, totals } from './by-day.ts'
import { Chart } from './chart.tsx'
import { DataTable } from './data-table.tsx'
import { formatMoney } from './format.ts'
import { ReportSection } from './report-section.tsx'
import { useReport } from './use-report.ts'

interface RevenueRow {
  readonly day: string
  readonly currency: string
  readonly source: string | null
  readonly amount: number
}

/** Payments less refunds over the last 30 days, each currency on its own. */
export function RevenueView() {
  const report = useReport<{ readonly revenue: readonly RevenueRow[] }>('/v1/reports/revenue')
  return (
    <ReportSection
      title="Revenue by day"
      report={report}
      empty="No payments in the last 30 days. They come from checkout_finished, purchase, subscription_renewed and invoice_paid."
      isEmpty={({ revenue }) => revenue.length === 0}
    >
      {({ revenue }) =>
        [...new Set(revenue.map(({ currency }) => currency))].map((currency) => (
          <CurrencyRevenue
            key={currency}
            currency={currency}
            rows={revenue.filter((row) => row.currency === currency)}
          />
        ))
      }
    </ReportSection>
  )
}

function CurrencyRevenue({ currency, rows }: { currency: string; rows: readonly RevenueRow[] }) {
  const values = useMemo(
    () => rows.map(({ day, source, amount }) => ({ day, name: source ?? 'no source', value: amount })),
    [rows],
  )
  const { days, series } = useMemo(() => byDay(values), [values])
  const format = useCallback((amount: number) => formatMoney(amount, currency), [currency])
  return (
    <>
      <h2>{currency}</h2>
      <Chart days={days} series={series} format={format} />
      <DataTable
        caption={`${currency} by the source that first brought the person`}
        columns={['Source', 'Revenue']}
        rows={Array.from(totals(values), ([name, amount]) => [name, format(amount)])}
      />
    </>
  )
}

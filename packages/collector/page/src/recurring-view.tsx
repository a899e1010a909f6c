import { DataTable } from './data-table.tsx'
import { countOf, formatCount, formatMoney } from './format.ts'
import { ModeChoice, useMode } from './mode.tsx'
import { byMoneyGroup, type MoneyGroup, moneyGroupName } from './money-group.ts'
import { ReportSection } from './report-section.tsx'
import { useReport } from './use-report.ts'

interface PlanRow extends MoneyGroup {
  readonly plan: string
  readonly interval: string
  readonly intervalCount: number
  readonly subscriptions: number
  readonly amount: number
  readonly unpriced: number
  readonly monthly: number
}

interface MonthlyTotal extends MoneyGroup {
  readonly monthly: number
}

interface Recurring {
  readonly plans: readonly PlanRow[]
  /** Of each currency and account; rounded once, so the plans' rounded months may add up to something else. */
  readonly totals: readonly MonthlyTotal[]
}

/** What the subscriptions that are billed now come to in a month, by plan and interval. */
export function RecurringView() {
  const mode = useMode()
  const report = useReport<Recurring>(`/v1/reports/mrr?${mode.query}`)
  return (
    <ReportSection
      title="Monthly recurring revenue"
      report={report}
      empty={
        mode.mode === 'test'
          ? 'No subscription is billed in test mode.'
          : 'No subscription is billed now. Subscriptions come from the webhooks of your payment provider.'
      }
      isEmpty={({ plans }) => plans.length === 0}
      controls={<ModeChoice mode={mode} />}
    >
      {({ plans, totals }) =>
        byMoneyGroup(plans).map(({ rows, ...group }) => {
          const name = moneyGroupName(group)
          const total = totals.find((row) => moneyGroupName(row) === name)
          return <GroupPlans key={name} group={group} rows={rows} monthly={total?.monthly ?? 0} />
        })
      }
    </ReportSection>
  )
}

interface GroupPlansProps {
  readonly group: MoneyGroup
  readonly rows: readonly PlanRow[]
  readonly monthly: number
}

function GroupPlans({ group, rows, monthly }: GroupPlansProps) {
  const format = (amount: number) => formatMoney(amount, group.currency)
  const name = moneyGroupName(group)
  const unpriced = rows.reduce((sum, row) => sum + row.unpriced, 0)
  return (
    <>
      <h2 class="sum">
        {name} <span class="money">{format(monthly)}</span>
      </h2>
      <DataTable
        caption={`${name} by plan and interval, at list prices`}
        columns={[
          { title: 'Plan' },
          { title: 'Billed' },
          { title: 'Subscriptions', number: true },
          { title: 'Each interval', number: true },
          { title: 'Each month', number: true },
        ]}
        rows={rows.map((row) => [
          row.plan,
          intervalOf(row),
          formatCount(row.subscriptions),
          format(row.amount),
          format(row.monthly),
        ])}
      />
      {unpriced > 0 && (
        <p class="hint">
          Not in the sum: {countOf(unpriced, 'subscription')} without a fixed price, for example with metered usage or
          tiers.
        </p>
      )}
    </>
  )
}

/** How often a plan is billed: `every month`, `every 3 months`. */
function intervalOf({ interval, intervalCount }: PlanRow): string {
  return intervalCount === 1 ? `every ${interval}` : `every ${formatCount(intervalCount)} ${interval}s`
}

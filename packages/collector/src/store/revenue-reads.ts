import type { SqlDriver, SqlRow } from './driver.ts'
import { RECURRING, REVENUE } from './revenue-sql.ts'
import type { Recurring, Reports, Revenue } from './store.ts'

/** What payments, refunds and subscriptions come to. */
export function createRevenueReads(driver: SqlDriver): Pick<Reports, 'revenue' | 'recurring'> {
  return {
    async revenue(project, { days: { from, to }, mode }) {
      const rows = await driver.query(REVENUE, [project, from, to, mode === 'live' ? 1 : 0])
      return rows.map(toRevenue)
    },
    async recurring(project, mode) {
      const rows = await driver.query(RECURRING, [project, mode === 'live' ? 1 : 0])
      return rows.map(toRecurring)
    },
  }
}

function toRevenue(row: SqlRow): Revenue {
  return {
    day: Number(row['day']),
    currency: String(row['currency']),
    source: textOrNull(row, 'source'),
    account: textOrNull(row, 'account'),
    amount: Number(row['amount']),
    payments: Number(row['payments']),
    refunded: Number(row['refunded']),
    unmatched: Number(row['unmatched']),
  }
}

function toRecurring(row: SqlRow): Recurring {
  return {
    plan: String(row['plan']),
    interval: String(row['billing_interval']),
    intervalCount: Number(row['interval_count']),
    currency: String(row['currency']),
    account: textOrNull(row, 'account'),
    subscriptions: Number(row['subscriptions']),
    amount: Number(row['amount']),
    unpriced: Number(row['unpriced']),
  }
}

function textOrNull(row: SqlRow, column: string): string | null {
  const value = row[column] ?? null
  return value === null ? null : String(value)
}

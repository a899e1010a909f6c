import type { SqlDriver } from './driver.ts'

/**
 * Older events than this go into the partition for the rest: a sender that makes up dates cannot make up tables. An
 * event is never later than the clock, so there is no future to bound.
 */
const MONTHS_BACK = 36

export interface Partitions {
  prepare(days: ReadonlySet<number>): Promise<void>
  dropBefore(day: number): Promise<void>
}

/** Keeps `events` in a partition for each month, made when its first event comes. */
export function createPartitions(
  { query, exclusively }: Pick<SqlDriver, 'query' | 'exclusively'>,
  now: () => number = Date.now,
): Partitions {
  const ready = new Set<number>()

  async function create(month: number): Promise<void> {
    await exclusively(() =>
      query(
        `CREATE TABLE IF NOT EXISTS ${nameOf(month)} PARTITION OF events FOR VALUES FROM (${month}01) TO (${nextMonth(month)}01)`,
      ),
    )
    ready.add(month)
  }

  return {
    async prepare(days) {
      const oldest = monthsBefore(now(), MONTHS_BACK)
      const months = new Set(Array.from(days, (day) => Math.floor(day / 100)))
      for (const month of months) if (month >= oldest && !ready.has(month)) await create(month)
    },
    async dropBefore(day) {
      const rows = await query(
        `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'events'::regclass`,
      )
      for (const { name } of rows) {
        const month = monthOf(String(name))
        if (month !== undefined && nextMonth(month) <= Math.floor(day / 100)) {
          await exclusively(() => query(`DROP TABLE IF EXISTS ${nameOf(month)}`))
          ready.delete(month)
        }
      }
    },
  }
}

function nameOf(month: number): string {
  return `events_${month}`
}

function monthOf(name: string): number | undefined {
  const digits = /^events_(\d{6})$/.exec(name)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** 202612 to 202701. */
function nextMonth(month: number): number {
  return month % 100 === 12 ? month + 89 : month + 1
}

/** yyyymm, `count` months before the month of `ms`. */
function monthsBefore(ms: number, count: number): number {
  const date = new Date(ms)
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth() - count
  return Math.floor(months / 12) * 100 + (months % 12) + 1
}

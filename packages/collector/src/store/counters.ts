import { randomInt } from 'node:crypto'
import { bounded } from './bounded-sql.ts'
import { isCountKind } from './count-kinds.ts'
import { type Columns, integer, type SqlDriver, type SqlSession } from './driver.ts'
import { MOST_ROWS } from './report-reads.ts'
import type { Count, Store } from './store.ts'
import { compareTexts } from './text-order.ts'

const COLUMNS: Columns = {
  project: 'VARCHAR',
  day: 'INTEGER',
  kind: 'VARCHAR',
  name: 'VARCHAR',
  slot: 'INTEGER',
  count: 'BIGINT',
}

/** Collectors on one database count in rows of their own, so that they do not wait for each other. */
const SLOTS = 16

/** Counts what did not become an event: duplicates, refusals, losses that clients report. */
export interface Counters {
  /** Adds to the counts, in the transaction of `session`. A count stops at 2⁵³ − 1: it never fails the transaction. */
  add(session: SqlSession, counts: readonly Count[]): Promise<void>
  readonly read: Store['counts']
}

export function createCounters(driver: SqlDriver): Counters {
  const slot = randomInt(SLOTS)
  const names = Object.keys(COLUMNS).join(', ')
  const upsert = `INSERT INTO counters (${names}) SELECT ${names} FROM ${driver.rowsFrom('$1', COLUMNS)}
    ON CONFLICT (project, day, kind, name, slot) DO UPDATE SET count = ${bounded(`${bounded('counters.count')} + excluded.count`)}`
  const read = `SELECT day, kind, name, ${bounded('sum(count)')} AS count FROM counters
    WHERE project = $1 AND day >= $2 AND day <= $3 GROUP BY day, kind, name
    ORDER BY day DESC, count DESC, kind, name LIMIT $4`

  return {
    async add(session, counts) {
      if (counts.length === 0) return
      const rows = sumUp(counts).map((count) => ({ ...count, slot }))
      await session.query(upsert, [JSON.stringify(rows)])
    },
    async read(project, { from, to }, limit = MOST_ROWS) {
      const rows = await driver.query(read, [project, from, to, limit])
      const counts = rows.flatMap((row) => {
        const kind = String(row['kind'])
        // A collector of a later version may count more.
        if (!isCountKind(kind)) return []
        return [
          { project, kind, day: Number(row['day']), name: String(row['name']), count: integer(Number(row['count'])) },
        ]
      })
      return counts.sort((a, b) => a.day - b.day || compareTexts(a.kind, b.kind) || compareTexts(a.name, b.name))
    },
  }
}

/** One row for each counter, in one order everywhere, so that two transactions never wait for each other in a circle. */
function sumUp(counts: readonly Count[]): Count[] {
  const sums = new Map<string, Count>()
  for (const count of counts) {
    const key = [count.project, count.day, count.kind, count.name].join('\0')
    sums.set(key, { ...count, count: Math.min(count.count + (sums.get(key)?.count ?? 0), Number.MAX_SAFE_INTEGER) })
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count)
}

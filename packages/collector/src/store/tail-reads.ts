import type { SqlDriver } from './driver.ts'
import { EVENT_FIELDS, toStoredEvent } from './event-columns.ts'
import type { Store } from './store.ts'

const LATEST = `SELECT ${EVENT_FIELDS} FROM events WHERE project = $1
  ORDER BY stored_at DESC, ts DESC, event_id DESC, event DESC LIMIT $2`

// The first condition follows from the second, and lets DuckDB skip all blocks of older events.
const AFTER = `SELECT ${EVENT_FIELDS} FROM events WHERE project = $1 AND stored_at >= $2
  AND (stored_at, ts, event_id, event) > ($2, $3, $5, $4) AND stored_at <= $6 ORDER BY stored_at, ts, event_id, event LIMIT $7`

/** Longer than a commit takes, so that whatever began earlier in another process has appeared. */
const SETTLE_MS = 500

/** Reads in the order of storage, which is the order the live page shows. */
export function createTailReads(driver: SqlDriver, now: () => number): Pick<Store, 'latest' | 'after'> {
  const settledUntil = () => (driver.engine === 'postgres' ? now() - SETTLE_MS : Number.MAX_SAFE_INTEGER)

  return {
    async latest(project, limit) {
      const rows = await driver.query(LATEST, [project, limit])
      return rows.map(toStoredEvent)
    },
    async after(project, { storedAt, ts, event, eventId }, limit) {
      const rows = await driver.query(AFTER, [project, storedAt, ts, event, eventId, settledUntil(), limit])
      return rows.map(toStoredEvent)
    },
  }
}

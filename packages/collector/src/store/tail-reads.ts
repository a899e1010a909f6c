import type { SqlDriver } from './driver.ts'
import { EVENT_FIELDS, toStoredEvent } from './event-columns.ts'
import type { Store } from './store.ts'

// Events from before there were positions have 0, and among them the order that they were read in then.
export const LATEST = `SELECT ${EVENT_FIELDS} FROM events WHERE project = $1 AND position <= $3
  ORDER BY position DESC, stored_at DESC, ts DESC, event_id DESC, event DESC LIMIT $2`

// The first condition follows from the second, and lets DuckDB skip all blocks of older events.
export const AFTER = `SELECT ${EVENT_FIELDS} FROM events WHERE project = $1 AND position >= $2
  AND (position, stored_at, ts, event_id, event) > ($2, $3, $4, $6, $5) AND position <= $7
  ORDER BY position, stored_at, ts, event_id, event LIMIT $8`

/** Reads in the order of storage, which is the order the live page shows. */
export function createTailReads(driver: SqlDriver): Pick<Store, 'latest' | 'latestSettled' | 'after'> {
  async function newest(project: string, limit: number, until: number) {
    const rows = await driver.query(LATEST, [project, limit, until])
    return rows.map(toStoredEvent)
  }

  return {
    latest: (project, limit) => newest(project, limit, Number.MAX_SAFE_INTEGER),
    async latestSettled(project, limit) {
      return newest(project, limit, await driver.settledPosition())
    },
    async after(project, { position, storedAt, ts, event, eventId }, limit) {
      const until = await driver.settledPosition()
      const rows = await driver.query(AFTER, [project, position, storedAt, ts, event, eventId, until, limit])
      return rows.map(toStoredEvent)
    },
  }
}

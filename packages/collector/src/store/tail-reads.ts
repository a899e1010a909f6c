import type { SqlDriver } from './driver.ts'
import { EVENT_FIELDS, toStoredEvent } from './event-columns.ts'
import type { Store } from './store.ts'

const LATEST = `SELECT ${EVENT_FIELDS} FROM events WHERE project = $1
  ORDER BY stored_at DESC, event DESC, event_id DESC LIMIT $2`

const AFTER = `SELECT ${EVENT_FIELDS} FROM events WHERE project = $1 AND stored_at >= $2
  AND (stored_at > $2 OR event > $3 OR (event = $3 AND event_id > $4))
  ORDER BY stored_at, event, event_id LIMIT $5`

/** Reads in the order of storage, which is the order the live page shows. */
export function createTailReads(driver: SqlDriver): Pick<Store, 'latest' | 'after'> {
  return {
    async latest(project, limit) {
      const rows = await driver.query(LATEST, [project, limit])
      return rows.map(toStoredEvent)
    },
    async after(project, { storedAt, event, eventId }, limit) {
      const rows = await driver.query(AFTER, [project, storedAt, event, eventId, limit])
      return rows.map(toStoredEvent)
    },
  }
}

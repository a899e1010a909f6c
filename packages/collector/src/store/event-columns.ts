import type { SqlRow } from './driver.ts'
import type { StoredEvent } from './store.ts'

/** The columns that {@link toStoredEvent} reads. */
export const EVENT_FIELDS = 'body, ts, sent_at, received_at, stored_at, position, event, event_id, sender'

export function toStoredEvent(row: SqlRow): StoredEvent {
  return {
    body: String(row['body']),
    ts: Number(row['ts']),
    sentAt: row['sent_at'] === null ? null : Number(row['sent_at']),
    receivedAt: Number(row['received_at']),
    storedAt: Number(row['stored_at']),
    position: Number(row['position']),
    event: String(row['event']),
    eventId: String(row['event_id']),
    sender: String(row['sender']),
  }
}

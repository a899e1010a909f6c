import type { SqlRow } from './driver.ts'
import type { StoredDerived, StoredEvent } from './stored-event.ts'

/** The columns that {@link toStoredEvent} reads. */
export const EVENT_FIELDS = `body, ts, sent_at, received_at, stored_at, position, event, event_id, sender,
  channel, origin, device, browser, os, bot, country, region, city, user_agent`

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
    derived: {
      channel: textOf(row, 'channel'),
      origin: textOf(row, 'origin'),
      device: textOf(row, 'device'),
      browser: textOf(row, 'browser'),
      os: textOf(row, 'os'),
      bot: textOf(row, 'bot'),
      country: textOf(row, 'country'),
      region: textOf(row, 'region'),
      city: textOf(row, 'city'),
      userAgent: textOf(row, 'user_agent'),
    } satisfies StoredDerived,
  }
}

function textOf(row: SqlRow, column: string): string | null {
  const value = row[column] ?? null
  return value === null ? null : String(value)
}

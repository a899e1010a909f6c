import type { EventRow } from '../src/store/store.ts'

let made = 0

/** A row for tests: whatever is not given is plausible, and its id is new. */
export function eventRow(fields: Partial<EventRow> = {}): EventRow {
  made += 1
  const event = fields.event ?? '$pageview'
  const event_id = fields.event_id ?? `event-${made}`
  const ts = fields.ts ?? Date.UTC(2026, 0, 31, 9, 30) + made
  return {
    project: 'default',
    event,
    event_id,
    anonymous_id: 'visitor-1',
    user_id: null,
    session_id: null,
    ts,
    sent_at: null,
    received_at: ts,
    day: 20260131,
    value: null,
    currency: null,
    email: null,
    source: null,
    path: null,
    arrival: 0,
    other_id: null,
    payment_ref: null,
    refund_ref: null,
    refunded_total: null,
    released: null,
    told_by: null,
    account: null,
    livemode: null,
    sender: 'sk',
    body: JSON.stringify({ event, eventId: event_id }),
    ...fields,
  }
}

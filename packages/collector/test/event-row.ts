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
    medium: null,
    campaign: null,
    origin: null,
    referrer_host: null,
    channel: null,
    path: null,
    arrival: 0,
    device: null,
    browser: null,
    os: null,
    bot: null,
    country: null,
    region: null,
    city: null,
    enriched: null,
    user_agent: null,
    client_hints: null,
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

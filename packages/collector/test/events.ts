import type { TrackEvent } from '@threadline/schema'

let made = 0

/** A valid event with an id of its own. */
export function trackEvent(fields: Partial<TrackEvent> = {}): TrackEvent {
  made += 1
  return {
    eventId: `event-${made}`,
    event: '$pageview',
    anonymousId: 'visitor-0001',
    timestamp: '2026-01-31T09:30:00.000Z',
    ...fields,
  }
}

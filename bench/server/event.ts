/** What every subject captures: an event of ordinary size. */
export interface BenchEvent {
  readonly event: string
  readonly userId: string
  readonly anonymousId: string
  readonly properties: { readonly [name: string]: string | number | boolean }
}

/** In every event exactly once, in every subject's format. */
export const EVENT_NAME = 'plan_viewed'

export function eventOf(index: number): BenchEvent {
  return {
    event: EVENT_NAME,
    userId: 'user_84211',
    anonymousId: '0190f7e6-2b7a-7cc3-9d4e-1f2a3b4c5d6e',
    properties: {
      plan: 'pro',
      seats: 5,
      path: '/pricing',
      referrer: 'https://www.google.com/',
      campaign: 'spring_launch',
      experiment: 'b',
      elapsed_ms: index,
      first_visit: false,
    },
  }
}

/** The same event as Threadline puts it on the wire: what the floors serialise. */
export function wireEventOf(index: number): object {
  const { event, userId, anonymousId, properties } = eventOf(index)
  return {
    eventId: `0190f7e6-2b7a-7cc3-9d4e-${String(index).padStart(12, '0')}`,
    event,
    timestamp: '2026-01-31T09:30:00.000Z',
    anonymousId,
    userId,
    properties,
    context: { library: '@threadline/server/0.0.0' },
  }
}

import { type TrackEvent, uuidv7 } from '@threadline/schema'

/** Page views and the odd purchase of a few thousand visitors, as the SDKs send them. */
export function makeEvents(count: number): TrackEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    eventId: uuidv7(),
    event: index % 10 === 0 ? 'feature_used' : '$pageview',
    anonymousId: `0190f3a0-visitor-${index % 5_000}`,
    ...(index % 4 === 0 && { userId: `user_${index % 5_000}` }),
    sessionId: `0190f3a0-session-${index % 9_000}`,
    timestamp: new Date(Date.now() - (count - index)).toISOString(),
    properties: { plan: 'pro', position: index, tags: ['a', 'b'] },
    url: `https://shop.example/products/${index % 800}?ref=list`,
    path: `/products/${index % 800}`,
    title: 'A product with a name of ordinary length',
    context: { library: '@threadline/browser/1.0.0', locale: 'de-AT', timezone: 'Europe/Vienna' },
  }))
}

export function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}

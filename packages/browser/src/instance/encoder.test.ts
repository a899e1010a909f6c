import { threadline } from '@threadline/destinations'
import type { TrackEvent } from '@threadline/schema'
import { expect, test } from 'vitest'
import { createEncoder } from './encoder.ts'

const EVENT: TrackEvent = {
  eventId: 'event-1',
  event: 'plan_viewed',
  anonymousId: 'visitor-1',
  timestamp: '2026-01-31T09:30:00.000Z',
  stamped: true,
}

test.each<[hook: string, onCapture: (event: TrackEvent) => TrackEvent, stamped: true | undefined]>([
  ['that looks', (event) => event, true],
  ['that adds', (event) => ({ ...event, properties: { plan: 'pro' } }), true],
  ['that sets another time', (event) => ({ ...event, timestamp: '2025-12-01T09:30:00.000Z' }), undefined],
  ['that writes another time', (event) => Object.assign(event, { timestamp: '2025-12-01T09:30:00.000Z' }), undefined],
])('a hook %s leaves a time stamped only if it was read off the clock', (_, onCapture, stamped) => {
  const destination = threadline({ key: 'pk_test', host: 'https://events.example' })
  const item = createEncoder(destination, onCapture)({ ...EVENT }, 0)
  expect(typeof item === 'string' ? item : JSON.parse(item.body).stamped).toBe(stamped)
})

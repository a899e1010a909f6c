import type { Destination } from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'

/** A canonical event with whatever a test is about. */
function event(parts: Partial<TrackEvent> = {}): TrackEvent {
  return {
    eventId: 'e1',
    event: 'purchase',
    anonymousId: '0192f0c1-2d3e-7abc-8def-0123456789ab',
    timestamp: '2026-06-12T10:00:00.000Z',
    ...parts,
  }
}

/** The text that a destination makes of an event; throws when it refuses. */
export function bodyOf(destination: Destination, parts: Partial<TrackEvent> = {}): string {
  const encoding = destination.encode(event(parts))
  if ('refused' in encoding) throw new Error(`refused: ${encoding.refused}`)
  return encoding.body
}

/** The reason for which a destination refuses an event, if it does. */
export function refusalOf(destination: Destination, parts: Partial<TrackEvent>): string | undefined {
  const encoding = destination.encode(event(parts))
  return 'refused' in encoding ? encoding.refused : undefined
}

/** What a destination reports to have changed in an event, as `kind: detail`. */
export function adjustmentsOf(destination: Destination, parts: Partial<TrackEvent>): readonly string[] {
  const encoding = destination.encode(event(parts))
  const adjustments = 'refused' in encoding ? [] : (encoding.adjustments ?? [])
  return adjustments.map(({ kind, detail }) => `${kind}: ${detail}`)
}

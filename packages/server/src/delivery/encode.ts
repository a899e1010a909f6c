import { type Adjustment, type Destination, type Outcome, type QueueItem, ThreadlineError } from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'
import type { Refusal } from '../capture/refusal.ts'
import type { Reports } from '../reports/reports.ts'

export interface EncodeParts {
  readonly maxPropertiesBytes: number
  readonly reports: Reports
  /** UTF-8 bytes of a string. */
  readonly byteLength: (text: string) => number
}

/** Makes an event what a destination's queue holds: serialised, measured, once. Throws what `JSON.stringify` throws. */
export type Encode = (
  destination: Destination,
  event: TrackEvent,
  at: number,
  settled?: (outcome: Outcome) => void,
) => QueueItem | Refusal

export function createEncode({ maxPropertiesBytes, reports, byteLength }: EncodeParts): Encode {
  const reported = new Set<string>()

  /** Once for each kind: a destination that changes one event changes all of its sort. */
  function reportAdjustments({ name }: Destination, { eventId }: TrackEvent, adjustments: readonly Adjustment[]): void {
    for (const { kind, detail } of adjustments) {
      if (reported.has(`${name} ${kind}`)) continue
      reported.add(`${name} ${kind}`)
      const message = `${name} takes the event only changed: ${detail}`
      reports.error(new ThreadlineError('validation_error', message, { eventIds: [eventId] }))
    }
  }

  function isTooLarge(object: object | undefined): boolean {
    return object !== undefined && byteLength(JSON.stringify(object)) > maxPropertiesBytes
  }

  function checkSize(event: TrackEvent, bytes: number, maxEventBytes: number, adjusted: boolean): Refusal | undefined {
    // A body that was not adjusted holds the properties whole: when it is small, so are they.
    if ((adjusted || bytes > maxPropertiesBytes) && (isTooLarge(event.properties) || isTooLarge(event.traits))) {
      const message = `properties or traits take more than ${maxPropertiesBytes} bytes of JSON`
      return { reason: 'props_too_large', message }
    }
    if (bytes <= maxEventBytes) return undefined
    return { reason: 'payload_too_large', message: `the event takes ${bytes} bytes, ${maxEventBytes} are allowed` }
  }

  return (destination, event, at, settled) => {
    const encoding = destination.encode(event)
    if ('refused' in encoding) return { reason: encoding.refused, message: encoding.message }
    const { body, alone, adjustments = [] } = encoding
    const bytes = byteLength(body)
    const tooLarge = checkSize(event, bytes, destination.limits.maxEventBytes, adjustments.length > 0)
    if (tooLarge) return tooLarge
    if (adjustments.length > 0) reportAdjustments(destination, event, adjustments)
    const item = { eventId: event.eventId, event: event.event, body, bytes, at }
    if (!alone && !settled) return item
    return { ...item, ...(alone && { alone }), ...(settled && { settled }) }
  }
}

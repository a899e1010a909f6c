import type { Destination, DropReason } from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'
import type { StoredItem } from '../contract/page-queue.ts'
import type { CaptureHook } from '../contract/settings.ts'
import { utf8Length } from '../delivery/sender.ts'
import { attempt } from '../platform/attempt.ts'
import { withoutToJson } from '../platform/without-to-json.ts'

/**
 * Makes an event ready for the queue, or says why it cannot be. Hooks see it, so call it once for each. One that is open stays
 * as it was captured, and is to be encoded later.
 */
export type Encode = (event: TrackEvent, at: number, isOpen?: boolean) => StoredItem | DropReason

export function createEncoder({ encode, limits }: Destination, onCapture: CaptureHook | undefined): Encode {
  function pack(event: TrackEvent, at: number, isOpen: boolean): StoredItem | DropReason {
    const packed = attempt(() => withoutToJson(() => (isOpen ? { body: JSON.stringify(event) } : encode(event))))
    if (!packed) return 'not_serializable'
    if ('refused' in packed) return packed.refused
    const bytes = utf8Length(packed.body)
    if (bytes > limits.maxEventBytes && !isOpen) return 'payload_too_large'
    return { ...packed, eventId: event.eventId, event: event.event, bytes, at, isOpen }
  }

  return (given, at, isOpen = false) => {
    if (isOpen) return pack(given, at, isOpen)
    const { timestamp } = given
    const event = onCapture ? attempt(() => onCapture(given)) : given
    if (!event) return event === null ? 'hook_dropped' : 'hook_failed'
    // A time that the hook has set was not read off the clock.
    const { stamped = undefined } = event.timestamp === timestamp ? event : {}
    return pack({ ...event, stamped }, at, isOpen)
  }
}

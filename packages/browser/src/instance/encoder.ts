import type { Destination, DropReason } from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'
import type { StoredItem } from '../contract/page-queue.ts'
import type { CaptureHook } from '../contract/settings.ts'
import { utf8Length } from '../delivery/sender.ts'
import { attempt } from '../platform/attempt.ts'
import { withoutToJson } from '../platform/without-to-json.ts'

/** Makes events ready for the queue, or says why one cannot be. */
export interface Encoder {
  /** An event as it travels. Hooks see it, so call it once for each. */
  encode(event: TrackEvent, at: number): StoredItem | DropReason
  /** A page view that waits for its title: as it was captured. */
  encodeOpen(event: TrackEvent, at: number): StoredItem | DropReason
}

export function createEncoder({ encode, limits }: Destination, onCapture: CaptureHook | undefined): Encoder {
  function toItem(
    { eventId, event }: TrackEvent,
    at: number,
    run: () => ReturnType<Destination['encode']>,
  ): StoredItem | DropReason {
    const encoding = attempt(() => withoutToJson(run))
    if (!encoding) return 'not_serializable'
    if ('refused' in encoding) return encoding.refused
    return { ...encoding, eventId, event, bytes: utf8Length(encoding.body), at }
  }

  return {
    encode(given, at) {
      const { timestamp } = given
      const event = onCapture ? attempt(() => onCapture(given)) : given
      if (!event) return event === null ? 'hook_dropped' : 'hook_failed'
      // A time that the hook has set was not read off the clock.
      const { stamped = undefined } = event.timestamp === timestamp ? event : {}
      const item = toItem(event, at, () => encode({ ...event, stamped }))
      return typeof item !== 'string' && item.bytes > limits.maxEventBytes ? 'payload_too_large' : item
    },
    encodeOpen(event, at) {
      const item = toItem(event, at, () => ({ body: JSON.stringify(event) }))
      return typeof item === 'string' ? item : { ...item, isOpen: true }
    },
  }
}

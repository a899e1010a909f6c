import { utf8Bytes } from '@threadline/schema'

/**
 * The property under which our `eventId` travels to a service that has no field for it.
 *
 * Such a service does not dedupe, but a duplicate can be found later, and our own collector dedupes by it. The name is
 * one that no event uses for something of its own, as `event_id` may.
 */
export const EVENT_ID_PROPERTY = 'threadline_event_id'

/** Adds the event's id to properties given as JSON text, unless they would then be over `maxBytes`. */
export function withEventId(props: string, eventId: string, maxBytes: number = Number.POSITIVE_INFINITY): string {
  const member = `${JSON.stringify(EVENT_ID_PROPERTY)}:${JSON.stringify(eventId)}`
  const extended = props === '{}' ? `{${member}}` : `${props.slice(0, -1)},${member}}`
  return utf8Bytes(extended) > maxBytes ? props : extended
}

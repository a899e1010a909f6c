import type { DropReason } from '@threadline/core'
import { isUsableId, LIMITS, SYSTEM_EVENTS, type TrackEvent } from '@threadline/schema'

const SYSTEM_NAMES: readonly string[] = SYSTEM_EVENTS

/**
 * Why an event cannot be sent, or `undefined`. Sizes are checked after encoding, where they are known; what is costly
 * to tell (whether a currency exists) is left to the collector.
 */
export function checkEvent({ event, eventId, userId, timestamp, value, currency }: TrackEvent): DropReason | undefined {
  if (typeof event !== 'string' || !event.trim()) return 'missing_event_name'
  if (event.length > LIMITS.eventNameLength) return 'event_name_too_long'
  if (event[0] === '$' && !SYSTEM_NAMES.includes(event)) return 'reserved_event_name'
  if (!isUsableId(eventId) || (userId !== undefined && !isUsableId(userId))) return 'invalid_id'
  if (!timestamp) return 'invalid_timestamp'
  if (value !== undefined && !Number.isSafeInteger(value)) return 'invalid_value'
  return currency === undefined || /^[A-Z]{3}$/.test(currency) ? undefined : 'invalid_currency'
}

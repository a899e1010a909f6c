import {
  describeIssues,
  type EventCatalogue,
  type EventErrorCode,
  eventSource,
  type InvalidEvent,
  isUsableId,
  LIMITS,
  STANDARD_EVENTS,
  type TrackEvent,
  validateProperties,
} from '@threadline/schema'
import { parseEvent } from '@threadline/schema/zod'
import type { KeyKind } from '../keys.ts'
import { otherId, otherIdProperty } from './other-id.ts'

export type CheckedEvent =
  | { readonly ok: true; readonly event: TrackEvent }
  | {
      readonly ok: false
      readonly invalid: InvalidEvent
      /** The event's name, when a browser sent one that belongs to the server: never a name that it could make up. */
      readonly misplaced?: string
    }

/** Checks one event of a batch: its shape, who may send it, and its properties where a catalogue is given. */
export function checkEvent(value: unknown, sender: KeyKind, catalogue: EventCatalogue | undefined): CheckedEvent {
  const parsed = parseEvent(value)
  if (!parsed.ok) return refused(value, parsed.code, parsed.message)
  const { event } = parsed
  if (!storable(event)) {
    return refused(value, 'validation_error', 'an id or the event name holds NUL or half a surrogate pair')
  }
  const property = otherIdProperty(event.event)
  if (property !== undefined && !isUsableId(otherId(event))) {
    return refused(value, 'invalid_id', `${event.event} needs an id in properties.${property}`)
  }
  if (sender === 'pk' && sourceOf(event.event, catalogue) === 'server') {
    const message = `${event.event} belongs to the server; a browser key cannot send it. Capture it on the server with an sk_ key`
    return { ...refused(value, 'source_not_allowed', message), misplaced: event.event }
  }
  if (sender === 'pk' && event.billing) {
    const message = 'billing belongs to the server; a browser key cannot send it. Capture the payment with an sk_ key'
    return refused(value, 'source_not_allowed', message)
  }
  const properties = catalogue && validateProperties(catalogue, event.event, event.properties)
  if (properties && !properties.ok) return refused(value, 'validation_error', describeIssues(properties.issues))
  return { ok: true, event }
}

function sourceOf(name: string, catalogue: EventCatalogue | undefined): string | undefined {
  const own = catalogue && eventSource(catalogue, name)
  if (own) return own
  const standard: { readonly [name: string]: { readonly source: string } } = STANDARD_EVENTS
  return Object.hasOwn(standard, name) ? standard[name]?.source : undefined
}

const UNSTORABLE = /[\0\p{Surrogate}]/u

/** PostgreSQL refuses such text; one id with it would fail every event written in the same transaction. */
function storable(checked: TrackEvent): boolean {
  const { event, eventId, anonymousId, userId, sessionId } = checked
  const ids = [event, eventId, anonymousId, userId, sessionId, otherId(checked), ...billingTexts(checked)]
  return ids.every((text) => text === undefined || !UNSTORABLE.test(text))
}

function billingTexts({ billing }: TrackEvent): readonly (string | undefined)[] {
  if (!billing) return []
  const { paymentIds = [], payerIds = [], refundId, account, subscription } = billing
  return [...paymentIds, ...payerIds, refundId, account, subscription?.id, subscription?.plan]
}

function refused(value: unknown, code: EventErrorCode, message: string) {
  return { ok: false as const, invalid: { eventId: eventIdOf(value), code, message } }
}

function eventIdOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('eventId' in value)) return ''
  return typeof value.eventId === 'string' ? value.eventId.slice(0, LIMITS.idLength) : ''
}

import { createUuidv7, type EventContext, type JsonObject, type TextOf, type TrackEvent } from '@threadline/schema'
import { VERSION } from '../version.ts'
import type { Id, UncheckedInput } from './input.ts'
import { shown } from './printable.ts'
import type { Refusal } from './refusal.ts'
import { createTimestamps, toTimestamp } from './timestamp.ts'

const SPACE = 32

const LIBRARY: EventContext = { library: `@threadline/server/${VERSION}` }

/** An event on its way through the pipeline. */
export type WritableEvent = { -readonly [Key in keyof TrackEvent]: TrackEvent[Key] }

/**
 * Makes the canonical event of what a caller passed: fills in the id, the time and the library. What else is in it is
 * taken at its word; `checkEvent` comes next.
 */
export type BuildEvent = (input: UncheckedInput, now: number) => WritableEvent | Refusal

export function createBuildEvent(textOf: TextOf | undefined): BuildEvent {
  const timestampOf = createTimestamps()
  const uuidv7 = createUuidv7(undefined, textOf)

  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one line for each field, all alike
  return (input, now) => {
    let timestamp: string | undefined
    if (input.timestamp === undefined) timestamp = timestampOf(now)
    else {
      timestamp = toTimestamp(input.timestamp)
      if (timestamp === undefined) {
        const message = `timestamp must be a valid Date, milliseconds since 1970, or ISO 8601 with a time zone, such as 2026-01-31T09:30:00Z: got ${shown(input.timestamp)}`
        return { reason: 'invalid_timestamp', message }
      }
    }
    const event: WritableEvent = {
      eventId: input.eventId === undefined ? uuidv7(now) : (idOf(input.eventId) ?? ''),
      event: input.event,
      timestamp,
    }
    if (input.timestamp === undefined) event.stamped = true
    // One by one, and only what is there: members that are undefined would cost the serialiser more than all of this.
    const anonymousId = idOf(input.anonymousId)
    if (anonymousId !== undefined) event.anonymousId = anonymousId
    const userId = idOf(input.userId)
    if (userId !== undefined) event.userId = userId
    const sessionId = idOf(input.sessionId)
    if (sessionId !== undefined) event.sessionId = sessionId
    if (isPresent(input.properties)) event.properties = input.properties as JsonObject
    if (isPresent(input.value)) event.value = input.value
    if (isPresent(input.currency)) event.currency = upperCase(input.currency)
    if (isPresent(input.traits)) event.traits = input.traits as JsonObject
    if (isPresent(input.email)) event.email = input.email
    if (isPresent(input.url)) event.url = input.url
    if (isPresent(input.path)) event.path = input.path
    if (isPresent(input.title)) event.title = input.title
    if (isPresent(input.referrer)) event.referrer = input.referrer
    if (isPresent(input.utm)) event.utm = input.utm
    if (isPresent(input.clickIds)) event.clickIds = input.clickIds
    if (isPresent(input.consent)) event.consent = input.consent
    if (isPresent(input.billing)) event.billing = input.billing
    event.context = isPresent(input.context) ? { ...LIBRARY, ...input.context } : LIBRARY
    return event
  }
}

/** Absent is absent, whether the caller writes `null`, `undefined` or nothing. */
function isPresent<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null
}

/** An id as text, which a database may give as a number; a blank one is none. */
function idOf(id: Id): string | undefined {
  // A first letter is found without a look at all of it.
  if (typeof id === 'string') return id.charCodeAt(0) > SPACE || id.trim() !== '' ? id : undefined
  if (typeof id === 'bigint' || Number.isSafeInteger(id)) return String(id)
  // Whatever else it is, the check names it.
  return isPresent(id) ? (id as unknown as string) : undefined
}

/** Payment providers write currencies in lower case. */
function upperCase(currency: string): string {
  return typeof currency === 'string' ? currency.toUpperCase() : currency
}

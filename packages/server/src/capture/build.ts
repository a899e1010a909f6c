import { createUuidv7, type EventContext, type JsonObject, type TextOf, type TrackEvent } from '@threadline/schema'
import { VERSION } from '../version.ts'
import type { UncheckedInput } from './input.ts'
import { type Refusal, shown } from './refusal.ts'
import { createTimestamps, toTimestamp } from './timestamp.ts'

const LIBRARY: EventContext = { library: `@threadline/server/${VERSION}` }

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

/**
 * Makes the canonical event of what a caller passed: fills in the id, the time and the library. What else is in it is
 * taken at its word; `checkEvent` comes next.
 */
export type BuildEvent = (input: UncheckedInput, now: number) => TrackEvent | Refusal

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
        const message = `timestamp is a valid Date or ISO 8601 with a time zone: got ${shown(input.timestamp)}`
        return { reason: 'invalid_timestamp', message }
      }
    }
    const event: Writable<TrackEvent> = {
      eventId: input.eventId === undefined ? uuidv7(now) : input.eventId,
      event: input.event,
      timestamp,
    }
    // One by one, and only what is there: members that are undefined would cost the serialiser more than all of this.
    if (isPresent(input.anonymousId)) event.anonymousId = input.anonymousId
    if (isPresent(input.userId)) event.userId = input.userId
    if (isPresent(input.sessionId)) event.sessionId = input.sessionId
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
    event.context = isPresent(input.context) ? { ...LIBRARY, ...input.context } : LIBRARY
    return event
  }
}

/** Absent is absent, whether the caller writes `null`, `undefined` or nothing. */
function isPresent<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null
}

/** Payment providers write currencies in lower case. */
function upperCase(currency: string): string {
  return typeof currency === 'string' ? currency.toUpperCase() : currency
}

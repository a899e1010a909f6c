import { createUuidv7, type EventContext, type JsonObject, type TrackEvent } from '@threadline/schema'
import { VERSION } from '../version.ts'
import type { UncheckedInput } from './input.ts'
import { type Refusal, shown } from './refusal.ts'
import { createTimestamps, toTimestamp } from './timestamp.ts'

const LIBRARY: EventContext = { library: `@threadline/server/${VERSION}` }

/**
 * Makes the canonical event of what a caller passed: fills in the id, the time and the library. What else is in it is
 * taken at its word; `checkEvent` comes next.
 */
export type BuildEvent = (input: UncheckedInput, now: number) => TrackEvent | Refusal

export function createBuildEvent(): BuildEvent {
  const timestampOf = createTimestamps()
  const uuidv7 = createUuidv7()

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
    const { currency, context } = input
    // One literal with every field: one shape for the engine, and JSON leaves out what is undefined.
    return {
      eventId: input.eventId ?? uuidv7(now),
      event: input.event,
      anonymousId: input.anonymousId ?? undefined,
      userId: input.userId ?? undefined,
      sessionId: input.sessionId ?? undefined,
      timestamp,
      properties: (input.properties ?? undefined) as JsonObject | undefined,
      value: input.value,
      // Payment providers write it in lower case.
      currency: typeof currency === 'string' ? currency.toUpperCase() : currency,
      traits: (input.traits ?? undefined) as JsonObject | undefined,
      email: input.email,
      url: input.url,
      path: input.path,
      title: input.title,
      referrer: input.referrer,
      utm: input.utm,
      clickIds: input.clickIds,
      consent: input.consent,
      context: context ? { ...LIBRARY, ...context } : LIBRARY,
    }
  }
}

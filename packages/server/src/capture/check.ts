import { isCurrency, isUsableId, LIMITS, SYSTEM_EVENTS, type TrackEvent } from '@threadline/schema'
import { type Refusal, shown } from './refusal.ts'

const SYSTEM_NAMES: ReadonlySet<string> = new Set(SYSTEM_EVENTS)

/**
 * What is wrong with an event, or `undefined`. Sizes are checked after encoding, where they are known.
 *
 * @param minted - The event's id was made here, and needs no look.
 */
export function checkEvent(event: TrackEvent, minted: boolean): Refusal | undefined {
  return checkName(event) ?? checkIds(event, minted) ?? checkValue(event) ?? checkObjects(event) ?? checkConsent(event)
}

function checkName({ event }: TrackEvent): Refusal | undefined {
  if (typeof event !== 'string' || event.trim() === '') {
    return { reason: 'missing_event_name', message: `event is the name of what happened: got ${shown(event)}` }
  }
  if (event.length > LIMITS.eventNameLength) {
    return {
      reason: 'event_name_too_long',
      message: `event has ${event.length} characters, ${LIMITS.eventNameLength} are allowed`,
    }
  }
  if (event.charCodeAt(0) === 36 && !SYSTEM_NAMES.has(event)) {
    return {
      reason: 'reserved_event_name',
      message: `a leading $ is reserved for ${SYSTEM_EVENTS.join(', ')}: got ${shown(event)}`,
    }
  }
  return undefined
}

function checkIds({ eventId, anonymousId, userId, sessionId }: TrackEvent, minted: boolean): Refusal | undefined {
  if (anonymousId === undefined && userId === undefined) {
    return { reason: 'missing_identity', message: 'an event needs an anonymousId, a userId, or both' }
  }
  return (
    checkId('anonymousId', anonymousId) ??
    checkId('userId', userId) ??
    checkId('sessionId', sessionId) ??
    (minted ? undefined : checkId('eventId', eventId))
  )
}

function checkId(field: string, id: string | undefined): Refusal | undefined {
  if (id === undefined || isUsableId(id)) return undefined
  return {
    reason: 'invalid_id',
    message: `${field} is a string of 1 to ${LIMITS.idLength} characters that names one thing: got ${shown(id)}`,
  }
}

function checkValue({ value, currency }: TrackEvent): Refusal | undefined {
  if (value !== undefined && !Number.isSafeInteger(value)) {
    const message = `value is an integer in minor units, so 49.90 EUR is 4990: got ${shown(value)}`
    return { reason: 'invalid_value', message }
  }
  if (currency !== undefined && !isCurrency(currency)) {
    return { reason: 'invalid_currency', message: `currency is an ISO 4217 code, such as EUR: got ${shown(currency)}` }
  }
  return undefined
}

function checkObjects({ event, properties, traits }: TrackEvent): Refusal | undefined {
  if (!isObjectOrAbsent(properties)) return { reason: 'validation_error', message: 'properties is an object' }
  if (!isObjectOrAbsent(traits)) return { reason: 'validation_error', message: 'traits is an object' }
  if (traits !== undefined && event !== '$identify') {
    return { reason: 'validation_error', message: 'traits travel with identify only' }
  }
  return undefined
}

function isObjectOrAbsent(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))
}

function checkConsent({ consent }: TrackEvent): Refusal | undefined {
  if (consent?.analytics !== false) return undefined
  return { reason: 'consent_denied', message: 'consent.analytics is false' }
}

import {
  isCurrency,
  isUsableId,
  LIMITS,
  STANDARD_EVENT_NAMES,
  STANDARD_EVENTS,
  SYSTEM_EVENTS,
  type TrackEvent,
} from '@threadline/schema'
import type { WritableEvent } from './build.ts'
import { shown } from './printable.ts'
import type { Refusal } from './refusal.ts'

const SYSTEM_NAMES: ReadonlySet<string> = new Set(SYSTEM_EVENTS)

/** Told what is wrong with an event that is sent all the same. */
export type OnFlaw = (event: TrackEvent, flaw: Refusal) => void

export interface CheckOptions {
  /** The event's id was made here, and needs no look. */
  readonly minted: boolean
  /** Unless given, an event with a flaw is refused: an unusable id beside one that is, money that no report can count. */
  readonly onFlaw: OnFlaw | undefined
}

/**
 * What is wrong with an event, or `undefined`. Sizes are checked after encoding, where they are known.
 *
 * An id that is none (`guest`, `[object Object]`) is taken out of the event as long as another says who it was.
 */
export function checkEvent(event: WritableEvent, options: CheckOptions): Refusal | undefined {
  return (
    checkName(event) ??
    checkIds(event, options) ??
    checkValue(event) ??
    checkObjects(event) ??
    checkOtherId(event) ??
    checkConsent(event)
  )
}

/** The property of a system event that is an id. */
const OTHER_IDS: ReadonlyMap<string, string> = new Map([
  ['$alias', 'previousId'],
  ['$group', 'groupId'],
])

function checkOtherId({ event, properties }: TrackEvent): Refusal | undefined {
  const field = OTHER_IDS.get(event)
  if (field === undefined) return undefined
  const id = properties?.[field]
  return typeof id === 'string' && isUsableId(id) ? undefined : unusable(`${event}: ${field}`, id)
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

const OWN_IDS = ['anonymousId', 'userId', 'sessionId'] as const

function checkIds(event: WritableEvent, { minted, onFlaw }: CheckOptions): Refusal | undefined {
  const { anonymousId, userId, sessionId } = event
  if (!(isUsableOrAbsent(anonymousId) && isUsableOrAbsent(userId) && isUsableOrAbsent(sessionId))) {
    const refusal = leaveOut(event, onFlaw)
    if (refusal) return refusal
  }
  if (event.anonymousId === undefined && event.userId === undefined) {
    return {
      reason: 'missing_identity',
      message:
        'an event needs a userId or an anonymousId: pass one, or capture by a scope of the request, which has the visitor',
    }
  }
  return minted ? undefined : checkId('eventId', event.eventId)
}

/** Takes ids out of the event that are none, or says why that cannot be. */
function leaveOut(event: WritableEvent, onFlaw: OnFlaw | undefined): Refusal | undefined {
  for (const field of OWN_IDS) {
    const refusal = checkId(field, event[field])
    if (!refusal) continue
    if (!(onFlaw && isSpare(event, field))) return refusal
    event[field] = undefined
    onFlaw(event, { ...refusal, message: `${refusal.message} (sent without it)` })
  }
  return undefined
}

/** Whether the event still says who it was without this id. An identity link says nothing without its user. */
function isSpare({ event, anonymousId, userId }: TrackEvent, field: (typeof OWN_IDS)[number]): boolean {
  if (field === 'sessionId') return true
  if (field === 'userId') return event !== '$identify' && isUsableId(anonymousId)
  return isUsableId(userId)
}

function checkId(field: string, id: string | undefined): Refusal | undefined {
  return isUsableOrAbsent(id) ? undefined : unusable(field, id)
}

function isUsableOrAbsent(id: string | undefined): boolean {
  return id === undefined || isUsableId(id)
}

function unusable(field: string, id: unknown): Refusal {
  return {
    reason: 'invalid_id',
    message: `${field} must be text of 1 to ${LIMITS.idLength} characters that identifies one thing: got ${shown(id)}`,
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

const PAYMENTS: ReadonlySet<string> = new Set(
  STANDARD_EVENT_NAMES.filter((name) => STANDARD_EVENTS[name].money === 'required'),
)

/**
 * What is wrong with the money of an event, after hooks have had their say: that no report can count it. Such an event is worth
 * more than none, so with `onFlaw` it passes.
 */
export function checkMoney(event: TrackEvent, onFlaw: OnFlaw | undefined): Refusal | undefined {
  const flaw = moneyFlaw(event)
  if (!(flaw && onFlaw)) return flaw
  onFlaw(event, { ...flaw, message: `${flaw.message} (sent all the same)` })
  return undefined
}

function moneyFlaw({ event, value, currency, billing }: TrackEvent): Refusal | undefined {
  if (value !== undefined && currency === undefined) {
    const message = `value ${value} has no currency, so no report counts it: add currency: 'EUR', or another code`
    return { reason: 'invalid_currency', message }
  }
  // A provider's amount may be one that cannot be read exactly; who made the event has said so.
  if (value === undefined && billing === undefined && PAYMENTS.has(event)) {
    const message = `${event} says that money moved, so it needs a value in minor units and a currency: 49.90 EUR is { value: 4990, currency: 'EUR' }`
    return { reason: 'invalid_value', message }
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
  if (consent === undefined) return undefined
  if (!isObjectOrAbsent(consent)) {
    return { reason: 'validation_error', message: `consent must be { analytics, ads }: got ${shown(consent)}` }
  }
  const { analytics, ads } = consent
  if (analytics === false) return { reason: 'consent_denied', message: 'consent.analytics is false' }
  // A "no" that is written otherwise must not pass for a yes.
  if (isChoice(analytics) && isChoice(ads)) return undefined
  const message = `consent.analytics and consent.ads must be true, false or absent: got ${shown(analytics)}, ${shown(ads)}`
  return { reason: 'validation_error', message }
}

function isChoice(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'boolean'
}

import { SYSTEM_EVENTS, type TrackEvent } from '../event.ts'
import { LIMITS } from '../limits.ts'
import { toMinorUnits } from '../money.ts'
import type { EventErrorCode } from '../wire.ts'
import { exceedsBytes, measureJson } from './json.ts'

/** A broken rule, in the form of a zod issue: `params.code` is what goes on the wire. */
export interface Problem {
  readonly message: string
  readonly params: { readonly code: EventErrorCode }
  readonly path: string[]
}

function problem(code: EventErrorCode, message: string, path: string[] = []): Problem {
  return { message, params: { code }, path }
}

const SYSTEM_NAMES: ReadonlySet<string> = new Set(SYSTEM_EVENTS)

export function findNameProblem(name: string): Problem | undefined {
  if (name.trim() === '') return problem('missing_event_name', 'event must not be blank')
  if (name.length > LIMITS.eventNameLength) {
    return problem(
      'event_name_too_long',
      `event must be at most ${LIMITS.eventNameLength} characters: got ${name.length}`,
    )
  }
  if (name.startsWith('$') && !SYSTEM_NAMES.has(name)) {
    return problem('reserved_event_name', `a $ in front is reserved for ${SYSTEM_EVENTS.join(', ')}`)
  }
  return undefined
}

/** The rules that concern more than one member, or the whole. Every member has passed its own check. */
export function findEventProblem(event: TrackEvent): Problem | undefined {
  if (event.anonymousId === undefined && event.userId === undefined) {
    return problem('missing_identity', 'an event needs an anonymousId or a userId')
  }
  if (event.value !== undefined && !Number.isSafeInteger(event.value)) {
    return problem('invalid_value', valueMessage(event.value, event.currency), ['value'])
  }
  if (event.consent?.analytics === false) {
    return problem('consent_denied', 'consent.analytics is false: such an event is not to be sent', ['consent'])
  }
  if (event.traits !== undefined && event.event !== '$identify') {
    return problem('validation_error', 'traits belong to $identify; put them into properties', ['traits'])
  }
  if (event.event === '$forget_payment' && !namesPayment(event)) {
    return problem('validation_error', '$forget_payment needs billing.paymentIds or billing.payerIds', ['billing'])
  }
  return findSizeProblem(event)
}

function namesPayment({ billing }: TrackEvent): boolean {
  return Boolean(billing?.paymentIds?.length || billing?.payerIds?.length)
}

function findSizeProblem(event: TrackEvent): Problem | undefined {
  const measure = measureJson(event, LIMITS.eventBytes)
  if ('problem' in measure) return problem('validation_error', measure.problem)
  if (measure.maxBytes <= LIMITS.propertiesBytes) return undefined
  const { properties, traits } = event
  for (const [name, part] of Object.entries({ properties, traits })) {
    if (exceedsBytes(part, LIMITS.propertiesBytes)) {
      return problem('props_too_large', `${name} must be at most ${LIMITS.propertiesBytes} bytes of UTF-8 JSON`, [name])
    }
  }
  return exceedsBytes(event, LIMITS.eventBytes)
    ? problem('payload_too_large', `an event must be at most ${LIMITS.eventBytes} bytes of UTF-8 JSON`)
    : undefined
}

export const VALUE_RULE = 'value must be a number in integer minor units of the currency: 49.90 EUR is 4990'

/** With the caller's own amount converted, when it can be. */
function valueMessage(value: number, currency: string | undefined): string {
  if (currency === undefined) return VALUE_RULE
  try {
    return `value must be in integer minor units of the currency: ${value} ${currency} is ${toMinorUnits(value, currency)}`
  } catch {
    return VALUE_RULE
  }
}

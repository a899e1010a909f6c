import type { Encoding } from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'

export type Refusal = Extract<Encoding, { readonly refused: unknown }>

/** What a service needs of every event. */
export interface ServiceRules {
  /** Longest event name, in UTF-16 code units. */
  readonly maxNameLength?: number
  /** False when the service has no place for an identity link. */
  readonly identify: boolean
  /** Says what is missing when an event lacks the ids that the service needs, and nothing otherwise. */
  readonly missingIdentity?: (event: TrackEvent) => string | undefined
}

/** Why the service can never carry this event, by the first rule that it breaks; `undefined` when it can. */
export function refusal(event: TrackEvent, rules: ServiceRules): Refusal | undefined {
  const { maxNameLength = Number.POSITIVE_INFINITY, identify, missingIdentity } = rules
  const name = event.event

  if (event.consent?.analytics === false) return { refused: 'consent_denied', message: 'analytics consent is denied' }
  if (name.trim() === '') return { refused: 'missing_event_name', message: 'the event name is blank' }
  if (name.length > maxNameLength) {
    return { refused: 'event_name_too_long', message: `the event name is over ${maxNameLength} characters` }
  }
  // No service has a call for an alias, and as an ordinary event it would only be noise.
  if (name === '$alias' || (name === '$identify' && !identify)) {
    return { refused: 'identify_not_supported', message: `the service has no place for ${name}` }
  }
  const missing = missingIdentity?.(event)
  if (missing !== undefined) return { refused: 'missing_identity', message: missing }
  if (event.value !== undefined && !Number.isSafeInteger(event.value)) {
    return { refused: 'invalid_value', message: 'value must be an integer of minor units' }
  }
  return undefined
}

/** Most UTF-8 bytes of properties where a service says "8 KB" and not which kind. */
export const MAX_PROPS_BYTES = 8_000

export function propsTooLarge(): Refusal {
  return { refused: 'props_too_large', message: `the properties are over ${MAX_PROPS_BYTES} bytes of JSON` }
}

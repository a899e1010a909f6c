import type { Adjustment, Encoding } from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'

export type Refusal = Extract<Encoding, { readonly refused: unknown }>

/** What a service needs of every event. */
export interface ServiceRules {
  /** Longest event name, in UTF-16 code units. */
  readonly maxNameLength?: number
  /** False when the service has no place for an identity link. */
  readonly identify: boolean
  /** True when the service has a call for an alias. Elsewhere it would only be noise among the events. */
  readonly alias?: boolean
  /** True when the service has a call for groups, so that a `$group` must name one. */
  readonly group?: boolean
  /** Says what is missing when an event lacks the ids that the service needs, and nothing otherwise. */
  readonly missingIdentity?: (event: TrackEvent) => string | undefined
}

/** Why the service can never carry this event, by the first rule that it breaks; `undefined` when it can. */
export function refusal(event: TrackEvent, rules: ServiceRules): Refusal | undefined {
  const { maxNameLength = Number.POSITIVE_INFINITY, identify, alias = false, group = false, missingIdentity } = rules
  const name = event.event

  if (event.consent?.analytics === false) return { refused: 'consent_denied', message: 'analytics consent is denied' }
  if (name.trim() === '') return { refused: 'missing_event_name', message: 'the event name is blank' }
  if (name.length > maxNameLength) {
    return { refused: 'event_name_too_long', message: `the event name is over ${maxNameLength} characters` }
  }
  // The services cannot join payments, so there is nothing of it to forget.
  if (name === '$forget_payment') {
    return { refused: 'consent_denied', message: 'the payer refused, and the service has nothing to forget' }
  }
  if ((name === '$alias' && !alias) || (name === '$identify' && !identify)) {
    return { refused: 'identify_not_supported', message: `the service has no place for ${name}` }
  }
  const missing = missingIdentity?.(event) ?? missingOtherId(event, group)
  if (missing !== undefined) return { refused: 'missing_identity', message: missing }
  if (event.value !== undefined && !Number.isSafeInteger(event.value)) {
    return { refused: 'invalid_value', message: 'value must be an integer of minor units' }
  }
  return undefined
}

/** The id besides those of the event: the previous one of an `$alias`, the group of a `$group`. */
export function otherIdOf({ event, properties }: TrackEvent): string | undefined {
  const id = properties?.[event === '$alias' ? 'previousId' : 'groupId']
  return typeof id === 'string' && id !== '' ? id : undefined
}

/** What an `$alias` or a `$group` says that a service's call for it has no place for. */
export function lostProperties({ event, properties = {} }: TrackEvent): readonly Adjustment[] {
  if (event !== '$alias' && event !== '$group') return []
  const lost = Object.keys(properties).filter((name) => !['previousId', 'groupId', 'traits'].includes(name))
  return lost.length === 0 ? [] : [{ kind: 'field_omitted', detail: lost.join(', ') }]
}

/** {@link lostProperties} where a service keeps nothing of a group but its id. */
export function lostInGroup({ event, properties = {} }: TrackEvent): readonly Adjustment[] {
  const lost = event === '$group' ? Object.keys(properties).filter((name) => name !== 'groupId') : []
  return lost.length === 0 ? [] : [{ kind: 'field_omitted', detail: lost.join(', ') }]
}

function missingOtherId(event: TrackEvent, group: boolean): string | undefined {
  if (event.event === '$alias') {
    if (!event.userId) return 'an alias needs the userId that the previous id becomes'
    return otherIdOf(event) ? undefined : 'an alias needs properties.previousId'
  }
  return event.event === '$group' && group && !otherIdOf(event) ? 'a group needs properties.groupId' : undefined
}

/** Most UTF-8 bytes of properties where a service says "8 KB" and not which kind. */
export const MAX_PROPS_BYTES = 8_000

export function propsTooLarge(): Refusal {
  return { refused: 'props_too_large', message: `the properties are over ${MAX_PROPS_BYTES} bytes of JSON` }
}

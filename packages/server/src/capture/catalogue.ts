import {
  describeIssues,
  type EventCatalogue,
  type JsonObject,
  type TrackEvent,
  validateProperties,
} from '@threadline/schema'
import type { Refusal } from './refusal.ts'

export interface CatalogueOptions {
  readonly catalogue: EventCatalogue
  /** `report` calls `onInvalid` and lets the event pass; `throw` refuses it; `off` does not look. */
  readonly validate: 'report' | 'throw' | 'off'
  readonly onInvalid: (event: TrackEvent, message: string) => void
}

/** Checks an event against its schema, and takes over the defaults and transforms of the schema. */
export function checkCatalogue(
  event: TrackEvent,
  { catalogue, validate, onInvalid }: CatalogueOptions,
): TrackEvent | Refusal {
  const { event: name, properties } = event
  const isKnown = Object.hasOwn(catalogue.definitions, name)
  const isRefused = catalogue.closed && !isKnown && !name.startsWith('$')
  if (!isRefused && (!isKnown || validate === 'off')) return event

  const result = validateProperties(catalogue, name, properties)
  if (result.ok) return withProperties(event, result.value)
  const message = `${name}: ${describeIssues(result.issues)}`
  if (validate === 'throw') return { reason: 'validation_error', message, thrown: true }
  if (isRefused) return { reason: 'validation_error', message }
  onInvalid(event, message)
  return event
}

function withProperties(event: TrackEvent, properties: JsonObject): TrackEvent {
  // A schema without required properties makes an empty object of none.
  const stillNone = event.properties === undefined && Object.keys(properties).length === 0
  return stillNone ? event : { ...event, properties }
}

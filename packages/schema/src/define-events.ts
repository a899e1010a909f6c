import { LIMITS } from './limits.ts'
import type { StandardSchema } from './standard-schema.ts'

/** Where an event may be captured. The SDK of the other side warns in development; the collector flags it. */
export type EventSource = 'server' | 'browser' | 'both'

/** A schema, or a schema with the side that owns the event (`'both'` unless given). */
export type EventDefinition = StandardSchema | { readonly schema: StandardSchema; readonly source?: EventSource }

export interface EventDefinitions {
  readonly [event: string]: EventDefinition
}

/** A catalogue of events, made by {@link defineEvents}. */
export interface EventCatalogue<
  Definitions extends EventDefinitions = EventDefinitions,
  Closed extends boolean = boolean,
> {
  readonly definitions: Definitions
  /** When true, names outside the catalogue do not type-check and are refused. */
  readonly closed: Closed
}

type SchemaOf<Definition> = Definition extends StandardSchema
  ? Definition
  : Definition extends { readonly schema: infer Schema }
    ? Schema
    : never

type InputOf<Schema> = Schema extends {
  readonly '~standard': { readonly types?: { readonly input: infer Input } | undefined }
}
  ? Input
  : never

/** The names a catalogue knows. */
export type EventNameOf<Catalogue extends EventCatalogue> = Extract<keyof Catalogue['definitions'], string>

/** The properties a caller passes for one event: the schema's input, before defaults and transforms. */
export type PropertiesOf<Catalogue extends EventCatalogue, Name extends EventNameOf<Catalogue>> = InputOf<
  SchemaOf<Catalogue['definitions'][Name]>
>

/**
 * Makes a catalogue of events from any Standard Schema (zod 4, valibot, arktype…), to be given to the clients and the
 * collector. Names and properties are inferred.
 *
 * With `{ closed: true }` as second argument, names outside the catalogue are refused; they are allowed unless given. System
 * events such as `$pageview` always are.
 *
 * @param definitions - A schema for each event name, or `{ schema, source }` for an event that only one side may
 * capture.
 * @throws TypeError when a name is blank, over 128 characters or starts with `$`, or a definition holds no schema.
 *
 * @example
 * ```ts
 * const events = defineEvents({
 *   plan_upgraded: z.object({ plan: z.enum(['pro', 'team']) }),
 *   seat_billed: { schema: z.object({ seats: z.int() }), source: 'server' },
 * })
 * ```
 */
export function defineEvents<const Definitions extends EventDefinitions>(
  definitions: Definitions,
): EventCatalogue<Definitions, false>
export function defineEvents<const Definitions extends EventDefinitions, const Closed extends boolean>(
  definitions: Definitions,
  options: { readonly closed: Closed },
): EventCatalogue<Definitions, Closed>
export function defineEvents(definitions: EventDefinitions, options = { closed: false }): EventCatalogue {
  for (const [name, definition] of Object.entries(definitions)) {
    if (name.trim() === '' || name.length > LIMITS.eventNameLength || name.startsWith('$')) {
      throw new TypeError(
        `defineEvents: ${JSON.stringify(name.slice(0, 40))} is no event name: 1 to ${LIMITS.eventNameLength} characters, no $ in front`,
      )
    }
    if (typeof schemaIn(definition)?.['~standard']?.validate !== 'function') {
      throw new TypeError(`defineEvents: ${name} has no Standard Schema (zod 4, valibot and others make one)`)
    }
  }
  return { definitions, closed: options.closed }
}

/** Where an event may be captured; `undefined` when the catalogue does not know the name. */
export function eventSource(catalogue: EventCatalogue, name: string): EventSource | undefined {
  const definition = definitionOf(catalogue, name)
  if (definition === undefined) return undefined
  return '~standard' in definition ? 'both' : (definition.source ?? 'both')
}

/** The schema of an event's properties; `undefined` when the catalogue does not know the name. */
export function eventSchema(catalogue: EventCatalogue, name: string): StandardSchema | undefined {
  const definition = definitionOf(catalogue, name)
  return definition && schemaIn(definition)
}

/** Own members only: an event may be called `constructor`. */
function definitionOf({ definitions }: EventCatalogue, name: string): EventDefinition | undefined {
  return Object.hasOwn(definitions, name) ? definitions[name] : undefined
}

function schemaIn(definition: EventDefinition): StandardSchema {
  return '~standard' in definition ? definition : definition.schema
}

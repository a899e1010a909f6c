import type { JsonObject } from './event.ts'

/**
 * The part of the Standard Schema interface (standardschema.dev, version 1) that Threadline calls:
 * zod 4, valibot, arktype and others implement it.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** Where an event may be captured. The SDK of the other side warns in development; the collector flags it. */
export type EventSource = 'server' | 'browser' | 'both'

export type EventDefinition = StandardSchema | { readonly schema: StandardSchema; readonly source?: EventSource }

export interface EventDefinitions {
  readonly [event: string]: EventDefinition
}

/** A catalogue of events, made by {@link defineEvents}. */
export interface EventCatalogue<Definitions extends EventDefinitions = EventDefinitions> {
  readonly definitions: Definitions
  /** When true, names outside the catalogue do not type-check and are refused. */
  readonly closed: boolean
}

type SchemaOf<Definition> = Definition extends { readonly schema: infer Schema } ? Schema : Definition

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

/** Properties of an event that no catalogue describes. */
export type AnyProperties = JsonObject

import type {
  AnyProperties,
  EventCatalogue,
  EventInput,
  EventNameOf,
  PropertiesOf,
  SystemEventName,
} from '@threadline/schema'

/** Names that may be captured with a catalogue: any, unless it is closed. */
export type CapturableName<Catalogue extends EventCatalogue> = Catalogue['closed'] extends true
  ? EventNameOf<Catalogue> | Exclude<SystemEventName, '$identify'>
  : string

type PropertiesField<Properties> =
  Record<string, never> extends Properties
    ? { readonly properties?: Properties | undefined }
    : { readonly properties: Properties }

/** Everything of an event but its name and properties. Ids may be `null`, as they come from a session or a database. */
export interface EventFields
  extends Omit<EventInput, 'event' | 'properties' | 'traits' | 'anonymousId' | 'userId' | 'sessionId'> {
  readonly anonymousId?: string | null | undefined
  readonly userId?: string | null | undefined
  readonly sessionId?: string | null | undefined
}

/** What `capture` takes: the event's name and fields, its properties typed by the catalogue. */
export type CaptureInput<Catalogue extends EventCatalogue, Name extends string = string> = EventFields & {
  readonly event: Name
} & (Name extends EventNameOf<Catalogue>
    ? PropertiesField<PropertiesOf<Catalogue, Name>>
    : { readonly properties?: AnyProperties | undefined })

/** What reaches the capture pipeline once types are gone: a caller in JavaScript may have put anything in it. */
export interface UncheckedInput extends EventFields {
  readonly event: string
  readonly properties?: unknown
  readonly traits?: unknown
}

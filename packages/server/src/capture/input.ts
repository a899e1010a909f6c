import type { EventCatalogue, EventInput, MoneyFor, NameOf, PropertiesFor, SystemEventName } from '@threadline/schema'

/** Names that may be captured with a catalogue: any, unless it is closed. Editors complete those that it types. */
export type CapturableName<Catalogue extends EventCatalogue> =
  | NameOf<Catalogue>
  | Exclude<SystemEventName, '$identify' | '$forget_payment'>

type PropertiesField<Properties> =
  Record<string, never> extends Properties
    ? { readonly properties?: Properties | undefined }
    : { readonly properties: Properties }

/** An id as a session or a database has it. Numbers become text; `null` and blank text are no id. */
export type Id = string | number | bigint | null | undefined

/** An id as text. One that was not given becomes what is refused as no id, and not filled in with another. */
export function idText(id: Id): string {
  return String(id ?? undefined).trim() === '' ? 'undefined' : String(id ?? undefined)
}

/** Everything of an event but its name and properties. */
export interface EventFields
  extends Omit<
    EventInput,
    'event' | 'properties' | 'traits' | 'anonymousId' | 'userId' | 'sessionId' | 'eventId' | 'timestamp'
  > {
  readonly anonymousId?: Id
  readonly userId?: Id
  readonly sessionId?: Id
  /** Your own id, to have the same fact counted once: `stripe:evt_…`, `order_8841`. A UUIDv7 unless given. */
  readonly eventId?: string | number | bigint | undefined
  /** When it happened: a `Date`, ISO 8601 with a time zone, or milliseconds since the Unix epoch. Now, unless given. */
  readonly timestamp?: Date | string | number | undefined
}

/** What `capture` takes besides the event's name. */
export type CaptureFields<Catalogue extends EventCatalogue, Name extends string> = Omit<
  EventFields,
  'value' | 'currency'
> &
  MoneyFor<Name> &
  PropertiesField<PropertiesFor<Catalogue, Name>>

/**
 * What `capture` takes: the event's name and fields, its properties and money typed by the catalogue and by the standard events.
 * Properties of other events may be any object, an interface of yours included; what cannot be sent is refused at capture.
 */
export type CaptureInput<Catalogue extends EventCatalogue, Name extends string = string> = CaptureFields<
  Catalogue,
  Name
> & { readonly event: Name }

/** What reaches the capture pipeline once types are gone: a caller in JavaScript may have put anything in it. */
export interface UncheckedInput extends EventFields {
  readonly event: string
  readonly properties?: unknown
  readonly traits?: unknown
}

/**
 * What `read` makes of a caller's object, whose getters may throw: then an input that throws the same again, in the
 * pipeline, where that is a refusal and not an error in the caller's request.
 */
export function readable(read: () => UncheckedInput): UncheckedInput {
  try {
    return read()
  } catch (error) {
    return {
      get event(): string {
        throw error
      },
    }
  }
}

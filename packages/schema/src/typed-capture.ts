import type { EventCatalogue, EventNameOf, PropertiesOf } from './define-events.ts'
import type { Money, NoMoney, StandardEventMoney, StandardEventName, StandardEvents } from './standard-events.ts'

// How `capture` is typed by a catalogue, in the browser and on the server alike.

/** Names that a catalogue types: its own, and unless it is closed the standard ones. */
export type TypedName<Catalogue extends EventCatalogue> =
  | EventNameOf<Catalogue>
  | (Catalogue['closed'] extends true ? never : StandardEventName)

/**
 * Names that may be captured with a catalogue: any, unless it is closed. Editors complete those that it types.
 */
export type NameOf<Catalogue extends EventCatalogue> =
  | TypedName<Catalogue>
  | (Catalogue['closed'] extends true ? never : string & {})

/** Properties of an event that no catalogue describes: an interface of yours included. What JSON does not have is refused at capture. */
export type AnyProperties = object

/** What a schema declares, without the index signature that an interface does not have. */
type Declared<Properties> = {
  [Key in keyof Properties as string extends Key ? never : Key]: Properties[Key]
}

/** The properties of an event: those of the catalogue, else of the standard event, else anything. */
export type PropertiesFor<Catalogue extends EventCatalogue, Name> = string extends Name
  ? AnyProperties
  : Name extends EventNameOf<Catalogue>
    ? Loose<PropertiesOf<Catalogue, Name>>
    : Name extends TypedName<Catalogue> & StandardEventName
      ? Loose<StandardEvents[Name]>
      : AnyProperties

/** Properties as a schema has them, or an interface that has all that it declares. */
export type Loose<Properties> = Properties | Declared<Properties>

/**
 * The `value` and `currency` of an event: both or neither; both for a payment, neither for a standard event without money. A name
 * that is only known when the program runs says nothing about money.
 */
export type MoneyFor<Name> = string extends Name
  ? { readonly [Member in keyof Money]?: Money[Member] | undefined }
  : Name extends StandardEventName
    ? StandardEventMoney<Name>
    : Money | NoMoney

/** In place of what would capture an event that a closed catalogue does not have. */
export type NotInCatalogue<Name extends string> =
  ThreadlineTypeError<`${Name} is not in this client's closed catalogue: add it to defineEvents`>

/** A verb that captures one standard event, as far as the catalogue has it. */
export type VerbOf<Catalogue extends EventCatalogue, Name extends StandardEventName, Verb> =
  Name extends TypedName<Catalogue> ? Verb : NotInCatalogue<Name>

/** What stands in place of a type that cannot be, so that the compiler's message says why. */
export interface ThreadlineTypeError<Message extends string> {
  readonly __threadline: Message
}

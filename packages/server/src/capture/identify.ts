import { type Id, idText, type UncheckedInput } from './input.ts'

export interface IdentifyOptions {
  /** The visitor who turned out to be this user: links everything they did before. */
  readonly anonymousId?: Id
  /** Facts about the user. At most `maxPropertiesBytes` of JSON. */
  readonly traits?: object | undefined
  /** Where people are found by it. `traits.email` unless given, as long as that may leave. */
  readonly email?: string | undefined
  /** Your own id, to have a repeated call counted once. A UUIDv7 unless given. */
  readonly eventId?: string | number | bigint | undefined
  /** When it happened; numbers are milliseconds since the Unix epoch. Now, unless given. */
  readonly timestamp?: Date | string | number | undefined
}

/** The event that `identify` stands for. */
export function identifyEvent(userId: Id, options: IdentifyOptions): UncheckedInput {
  return { ...options, event: '$identify', userId: idText(userId) }
}

import type { JsonObject } from '@threadline/schema'
import type { UncheckedInput } from './input.ts'

export interface IdentifyOptions {
  /** The visitor who turned out to be this user: links everything they did before. */
  readonly anonymousId?: string | null | undefined
  /** Facts about the user. At most `maxPropertiesBytes` of JSON. */
  readonly traits?: JsonObject | undefined
  readonly email?: string | undefined
  /** Your own id, to have a repeated call counted once. A UUIDv7 unless given. */
  readonly eventId?: string | undefined
  /** When it happened. Now, unless given. */
  readonly timestamp?: Date | string | undefined
}

/** The event that `identify` stands for. */
export function identifyEvent(userId: string, options: IdentifyOptions): UncheckedInput {
  return { event: '$identify', userId, ...options }
}

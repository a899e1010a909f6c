import { type Id, idText, type UncheckedInput } from './input.ts'

/** Of whom something is said, and when. */
export interface SubjectOptions {
  readonly userId?: Id
  readonly anonymousId?: Id
  /** Your own id, to have a repeated call counted once. A UUIDv7 unless given. */
  readonly eventId?: string | number | bigint | undefined
  /** When it happened; numbers are milliseconds since the Unix epoch. Now, unless given. */
  readonly timestamp?: Date | string | number | undefined
}

export interface GroupOptions extends SubjectOptions {
  /** Facts about the group. */
  readonly traits?: object | undefined
}

/** The event that `alias` stands for. */
export function aliasEvent(previousId: Id, options: SubjectOptions): UncheckedInput {
  return { ...options, event: '$alias', properties: { previousId: idText(previousId) } }
}

/** The event that `group` stands for. */
export function groupEvent(groupId: Id, { traits, ...options }: GroupOptions): UncheckedInput {
  return { ...options, event: '$group', properties: { groupId: idText(groupId), traits } }
}

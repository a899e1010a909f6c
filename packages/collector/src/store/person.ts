import type { JsonObject } from '@threadline/schema'
import type { Stage } from '../stage.ts'
import type { Touch } from '../touch.ts'

/** Whom an id belongs to: a signed-in user with the anonymous ids linked to them, or one visitor. */
export interface Person {
  readonly userId: string | null
  /** First link first. */
  readonly anonymousIds: readonly string[]
}

/** An anonymous id of a user, and how it came to be theirs. */
export interface IdentityLink {
  readonly anonymousId: string
  /** When an event first told of both, in ms since the epoch. */
  readonly firstSeen: number
  /** The event that first had both ids, or `$alias`; null when that event is gone. */
  readonly linkedBy: string | null
  /** The e-mail address that joined it to the person; null when something better did. Then `linkedBy` is the event that told of it. */
  readonly address: string | null
}

/** How a person came, and when, in ms since the epoch. */
export interface PersonTouch extends Touch {
  readonly at: number
  /** As it was derived when the event arrived, or by `reprocess`; null for events from before that. */
  readonly channel: string | null
}

/** What a person's events come to, as they stand now. */
export interface Profile {
  /** In ms since the epoch. */
  readonly firstSeen: number
  readonly lastSeen: number
  readonly events: number
  readonly stage: Stage
  /** The latest that any event told. */
  readonly email: string | null
  /** Those of their `$identify` events; of each trait the latest value. */
  readonly traits: JsonObject
  /** True when only the latest 10,000 of these events were looked at, and there are more. */
  readonly traitsPartial: boolean
  /** First link first. Empty for a visitor. */
  readonly links: readonly IdentityLink[]
  /** Those they have belonged to the longest come first. `firstSeen` is when they were first said to belong. */
  readonly groups: readonly Group[]
  /** How many groups they belong to beside these, of which 100 are told. */
  readonly moreGroups: number
  /**
   * The first and the last arrival that says where the person came from: a campaign, a click id or a page elsewhere.
   * When none does, the first page they saw; null when they saw none.
   */
  readonly firstTouch: PersonTouch | null
  readonly lastTouch: PersonTouch | null
}

/** One visit: the events that share a session id. */
export interface Session {
  readonly id: string
  /** In ms since the epoch. */
  readonly start: number
  readonly end: number
  /** All of it that belong to the person, whether or not they were asked for. */
  readonly events: number
  /** The path of its first page. */
  readonly entryPath: string | null
}

/** What `$group` events say: people, or accounts of them, that belong together. */
export interface Group {
  readonly groupId: string
  /** Those of all its `$group` events; where they differ, the latest. */
  readonly traits: JsonObject
  /** True when only the latest 10,000 of these events were looked at, and there are more. */
  readonly traitsPartial: boolean
  /** The earliest `$group` event, in ms since the epoch. */
  readonly firstSeen: number
}

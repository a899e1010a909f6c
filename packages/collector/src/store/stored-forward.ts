import type { Consent } from '@threadline/schema'
import type { EventPlace, StoredEvent } from './stored-event.ts'

/** One destination of one project. */
export interface ForwardName {
  readonly project: string
  readonly name: string
}

/** Why nothing gets through to a destination. */
export interface ForwardTrouble {
  /** As a `ThreadlineError` has it, for example `unauthorized`. */
  readonly code: string
  /** For people. It holds no credential. */
  readonly message: string
}

/** How far a project's events have been forwarded to one destination. */
export interface StoredForward extends ForwardName {
  /** Everything up to here has its final verdict. */
  readonly place: EventPlace
  /** Events that happened before are left out, in ms since the epoch; null: it began with what was stored next. */
  readonly from: number | null
  /** When it was begun, in ms since the epoch. */
  readonly begunAt: number
  /** Positions between which those events lie that were there when it was begun. */
  readonly firstPosition: number
  readonly goalPosition: number
  /** Null while it goes on. */
  readonly pausedAt: number | null
  /** Which collector forwards now, by an id of that turn; null when none does. */
  readonly holder: string | null
  /** Counts up with every sign of life of the holder. */
  readonly beat: number
  readonly trouble: ForwardTrouble | null
  /** When an event was last delivered, in ms since the epoch. */
  readonly deliveredAt: number | null
}

/** What the holder has to note: all of it, or nothing when it is no longer the holder. */
export interface ForwardNote {
  readonly place: EventPlace
  readonly trouble: ForwardTrouble | null
  readonly deliveredAt: number | null
  readonly counts: readonly ForwardOutcomes[]
}

/** Events that had the same outcome. */
export interface ForwardOutcomes {
  /** The UTC day, as yyyymmdd. */
  readonly day: number
  /** `delivered`, `duplicate`, `erased` or the reason why they were given up. */
  readonly outcome: string
  readonly count: number
}

/** {@link ForwardOutcomes} of one destination, of several days. */
export interface ForwardCount extends Omit<ForwardOutcomes, 'day'> {
  readonly name: string
}

/** Events in the order of storage. */
export interface LogPage {
  readonly events: readonly StoredEvent[]
  /** Nothing more was stored when it was read. */
  readonly isLast: boolean
}

/** What an event says about consent, and of whom. */
export interface ConsentStatement {
  readonly position: number
  readonly anonymousId: string | null
  readonly userId: string | null
  readonly consent: Consent
}

/** What forwarding reads and writes. */
export interface ForwardStore {
  /** Enters a destination that is not known yet, as {@link ForwardStore.begin} does. What is known stays. */
  enter(forward: ForwardName, from: number | null, now: number): Promise<void>
  /**
   * Begins anew: with what is stored next, or with the events that happened since `from`. Whoever forwards now loses its turn, and what
   * it has not noted.
   *
   * @returns false when the destination is not known.
   */
  begin(forward: ForwardName, from: number | null, now: number): Promise<boolean>
  find(forward: ForwardName): Promise<StoredForward | undefined>
  /** Those of a project, by name. */
  list(project: string): Promise<readonly StoredForward[]>
  /** Takes the turn, unless anything has changed since `seenBeat`. `holder` was never used before. */
  claim(forward: ForwardName, holder: string, seenBeat: number): Promise<StoredForward | undefined>
  /** Shows that the holder lives, and notes what it has done. Undefined when it is no longer the holder: then nothing is noted. */
  note(forward: ForwardName, holder: string, note?: ForwardNote): Promise<StoredForward | undefined>
  /** Ends the holder's turn. */
  release(forward: ForwardName, holder: string): Promise<void>
  /** Pauses at `at`, or goes on when that is null. False when the destination is not known. */
  pause(forward: ForwardName, at: number | null): Promise<boolean>
  /** As `Store.after`, on a connection of its own. */
  page(project: string, place: EventPlace, limit: number): Promise<LogPage>
  /** The keys (`eventKey`) of the events that are still there between two positions, both included. */
  present(project: string, first: number, last: number): Promise<ReadonlySet<string>>
  /** The latest statements about consent that were stored after a position, of each pair of ids. */
  statements(
    project: string,
    after: number,
    ids: { readonly anonymousIds: readonly string[]; readonly userIds: readonly string[] },
  ): Promise<readonly ConsentStatement[]>
  /** What became of events, by destination and outcome, of these days together. */
  counts(project: string, days: { readonly from: number; readonly to: number }): Promise<readonly ForwardCount[]>
}

/** What identifies an event in its project. */
export function eventKey({ event, eventId }: Pick<StoredEvent, 'event' | 'eventId'>): string {
  return `${event}\0${eventId}`
}

/** The place before all events. */
export const FIRST_PLACE: EventPlace = { position: 0, storedAt: 0, ts: 0, event: '', eventId: '' }

/** The place after everything that was stored in the transaction of `place`. It names no event. */
export function endOfPosition({ position }: Pick<EventPlace, 'position'>): EventPlace {
  return { position, storedAt: Number.MAX_SAFE_INTEGER, ts: Number.MAX_SAFE_INTEGER, event: '', eventId: '' }
}

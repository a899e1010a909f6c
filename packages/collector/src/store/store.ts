import type { Stage } from '../stage.ts'
import type { Catalogue } from './catalogue.ts'
import type { Group, Person, Profile, Session } from './person.ts'
import type { Days, Reports } from './reports.ts'
import type { ReprocessStore } from './reprocess-part.ts'
import type { AlertStore } from './stored-alerts.ts'
import type { StoredBilling } from './stored-billing.ts'
import type { EventPlace, StoredEvent } from './stored-event.ts'
import type { ForwardStore } from './stored-forward.ts'
import type { SettingChange, SettingsChange, StoredSettings } from './stored-settings.ts'
import type { StoredErasure, StoredKey, StoredLoginLink, StoredPageSession } from './stored-upkeep.ts'
import type { Traffic } from './traffic/traffic.ts'
import type { Count, EventRow } from './written-rows.ts'

export type { Group, IdentityLink, Person, PersonTouch, Profile, Session } from './person.ts'
export type {
  Among,
  Days,
  PersonSummary,
  Recurring,
  Reports,
  Revenue,
} from './reports.ts'
export type { ReprocessPart, ReprocessQuery } from './reprocess-part.ts'
export type { EventPlace, StoredDerived, StoredEvent } from './stored-event.ts'
export type { StoredKey } from './stored-upkeep.ts'
export type { BillingFacts, Count, EventRow, SubscriptionRow } from './written-rows.ts'

/** An anonymous id and a user id that one event had both of. */
export interface StoredLink {
  readonly anonymousId: string
  readonly userId: string
  /** When they were first seen together, in ms since the epoch. */
  readonly firstSeen: number
}

/** What an `$alias` event said: that somebody had another id before. */
export interface StoredAlias {
  readonly previousId: string
  /** Null when there is a user. */
  readonly anonymousId: string | null
  readonly userId: string | null
  /** When it was first said, in ms since the epoch. */
  readonly firstSeen: number
}

/** Whose an id is, and what they are called. */
export interface PersonName {
  /** As it was asked for. */
  readonly id: string
  /** The user whom the id belongs to, where it belongs to one; else the id itself. */
  readonly person: string
  /** By their latest `$identify` events. */
  readonly name: string | null
  readonly email: string | null
}

/** What became of a row: stored now, known before, or refused by whoever paid. */
export type AppendOutcome = boolean | 'refused'

/** Events, identity links and what is read from them. All methods may be called at the same time. */
export interface Store extends Reports, Catalogue, AlertStore, ReprocessStore {
  readonly engine: 'duckdb' | 'postgres'
  /**
   * Writes all rows in one transaction and resolves when it is durable: per row, true when it was stored now and
   * false when its (project, event, event_id) was stored before, in this call or ever; `refused` when whoever paid has
   * refused, so that nothing of it is kept. `counts` are added in the same transaction, and so are duplicates and what
   * was refused. Rejects when nothing was written.
   */
  append(rows: readonly EventRow[], counts?: readonly Count[]): Promise<readonly AppendOutcome[]>
  /**
   * The person behind a user id or an anonymous id, by their events or by what is kept when these have left: links, aliases,
   * what payments tell. Undefined when nothing has it.
   */
  person(project: string, id: string): Promise<Person | undefined>
  /** A person's events, oldest first: the newest `limit` before the cursor. */
  timeline(
    project: string,
    person: Person,
    page: { readonly limit: number; readonly before?: EventPlace },
  ): Promise<readonly StoredEvent[]>
  /** What a group is known by; undefined when no `$group` event names it. */
  group(project: string, groupId: string): Promise<Group | undefined>
  /** What a person's events come to. */
  profile(project: string, person: Person): Promise<Profile>
  /** A person's sessions that have any part between two instants, both included, oldest first. */
  sessions(
    project: string,
    person: Person,
    span: { readonly from: number; readonly to: number },
  ): Promise<readonly Session[]>
  /** What the people behind these ids are called, in the order of the ids: for lists. */
  names(project: string, ids: readonly string[]): Promise<readonly PersonName[]>
  /** How far a person has come, by all of their events. */
  stage(project: string, person: Person): Promise<Stage>
  /** The newest events by the order of storage, newest first. */
  latest(project: string, limit: number): Promise<readonly StoredEvent[]>
  /** Of those that {@link Store.after} gives as well, the newest, newest first: where a tail begins. */
  latestSettled(project: string, limit: number): Promise<readonly StoredEvent[]>
  /**
   * Events stored after `place`, in the order of storage, without a gap: on PostgreSQL an event appears when every
   * transaction that began to store earlier has ended, by whatever collector.
   */
  after(project: string, place: EventPlace, limit: number): Promise<readonly StoredEvent[]>
  /** What was counted on these days, by day, kind and name. Of more than `limit` rows those of the latest days, and of one day the highest. */
  counts(project: string, days: Days, limit?: number): Promise<readonly Count[]>
  /** Erases a person's events and links, and tells how many there were. Keys of events stay, without any of their data. */
  forget(project: string, person: Person): Promise<{ readonly events: number; readonly links: number }>
  /** The latest erasures of a project, newest first. */
  erasures(project: string, limit: number): Promise<readonly StoredErasure[]>
  /** Whether bytes of what was erased may still be in the database's files; see {@link compactStore}. */
  needsCompaction(): Promise<boolean>
  /** The links that {@link Store.forget} removes with a person, first one first. */
  storedLinks(project: string, person: Person): Promise<readonly StoredLink[]>
  /** The aliases that {@link Store.forget} removes with a person, and counts as links; first one first. */
  storedAliases(project: string, person: Person): Promise<readonly StoredAlias[]>
  /** What {@link Store.forget} removes of a person's payments beside events; it is not among the counts. */
  storedBilling(project: string, person: Person): Promise<StoredBilling>
  /**
   * Removes the events of all projects before `day` (yyyymmdd); those of a project in `ofProjects` before its own day. Null
   * keeps those of the others. Their keys stay, so that a late resend is still a duplicate, and so do identity links and counts.
   */
  expire(day: number | null, ofProjects?: { readonly [project: string]: number }): Promise<void>
  /** How far events were forwarded to destinations, and what is read for that. */
  readonly forwards: ForwardStore
  /** What happened on a site: people, sessions, pages, and where these came from. */
  readonly visits: Traffic
  /** What a project has set for itself. */
  projectSettings(project: string): Promise<StoredSettings>
  /** Changes settings in one transaction, notes each that differs, and gives all of them. */
  changeSettings(
    project: string,
    changes: SettingsChange,
    by: { readonly who: string; readonly at: number },
  ): Promise<StoredSettings>
  /** The latest changes of a project, newest first. */
  settingChanges(project: string, limit: number): Promise<readonly SettingChange[]>
  /** `publicKey` is the key itself, of one that pages show to everybody. */
  addKey(key: Omit<StoredKey, 'revokedAt'> & { readonly publicKey?: string | undefined }): Promise<void>
  /** The keys for pages of a project as they are, those that were kept so and are not revoked, oldest first. */
  publicKeys(project: string): Promise<readonly string[]>
  /** All keys, revoked ones too, oldest first. */
  keys(): Promise<readonly StoredKey[]>
  /** Ends a key. False when there is none with this id, or it was revoked before. */
  revokeKey(id: string, at: number): Promise<boolean>
  /** Keeps a one-time link to the live page; what is older than `now`, in ms since the epoch, goes. */
  addLoginLink(link: StoredLoginLink, now: number): Promise<void>
  /** Takes a link out, so that nobody else gets it; undefined when there is none with this hash. */
  takeLoginLink(hash: string): Promise<Omit<StoredLoginLink, 'hash'> | undefined>
  addPageSession(session: StoredPageSession): Promise<void>
  /** The open sessions of a project, oldest first. */
  pageSessions(project: string, now: number): Promise<readonly StoredPageSession[]>
  hasPageSession(id: string): Promise<boolean>
  /** Ends a session. False when the project has none with this id. */
  endPageSession(id: string, project: string): Promise<boolean>
  /** A random secret that all collectors on this database share, made when first asked for: 64 hex digits. */
  secret(name: string): Promise<string>
  /** Free bytes on the disk of the data folder; null where the database is elsewhere. */
  freeBytes(): Promise<number | null>
  /** Resolves when the database has taken a write of no meaning, as it takes events. */
  ping(): Promise<void>
  /** Waits for what runs, then releases the database. A second call returns the first call's promise. */
  close(): Promise<void>
}

import type { JsonObject } from '@threadline/schema'
import type { Stage } from '../stage.ts'
import type { Touch } from '../touch.ts'
import type { StoredBilling } from './stored-billing.ts'
import type { StoredErasure, StoredKey, StoredLoginLink, StoredPageSession } from './stored-upkeep.ts'

export type { StoredKey } from './stored-upkeep.ts'

/** One event as it is written: the parts that queries need as columns, the whole event as JSON in `body`. */
export interface EventRow {
  readonly project: string
  readonly event: string
  readonly event_id: string
  readonly anonymous_id: string | null
  readonly user_id: string | null
  readonly session_id: string | null
  /** When it happened, in ms since the epoch, corrected for the sender's clock. */
  readonly ts: number
  /** The request's `sentAt` by the sender's clock, in ms since the epoch. */
  readonly sent_at: number | null
  /** When the request arrived, in ms since the epoch. */
  readonly received_at: number
  /** The UTC day of `ts` as yyyymmdd, for example 20260131. */
  readonly day: number
  readonly value: number | null
  readonly currency: string | null
  readonly email: string | null
  /** `utm.source` of this event. */
  readonly source: string | null
  /** The path of the page it happened on; null when it tells none. */
  readonly path: string | null
  /** What it is among arrivals, as `arrivalOf` tells: 2, 1 or 0. */
  readonly arrival: number
  /** The other id that an event is about: the previous id of an `$alias`, the group of a `$group`. */
  readonly other_id: string | null
  /** Any id of the payment it is about; the payment is what {@link BillingFacts} say that it leads to. */
  readonly payment_ref: string | null
  /** The refund or dispute it is about. */
  readonly refund_ref: string | null
  /** What its charge had given back then, in minor units; null where the event does not say. */
  readonly refunded_total: number | null
  /** What told of the payment: `invoice`, `payment` or `checkout`. */
  readonly told_by: string | null
  /** The connected account that the money belongs to. */
  readonly account: string | null
  /** 0 in a provider's test mode. */
  readonly livemode: number | null
  /** Kind of the key that sent it: `pk` for browsers, `sk` for servers. */
  readonly sender: string
  readonly body: string
  /** What it says about payments and who made them; no column. */
  readonly billing?: BillingFacts
}

/** What an event says of a payment, kept apart from it: it holds for every event about the same payment, and for ever. */
export interface BillingFacts {
  readonly paymentIds: readonly string[]
  readonly payerIds: readonly string[]
  /** It is a payment that was made. */
  readonly paid: boolean
  /** It says only that nothing may be kept of these ids, and is no event itself. */
  readonly refuses: boolean
  /** Whom it names besides; both null when all it has is the payer's ids. */
  readonly visitor: string | null
  readonly user: string | null
  readonly subscription: SubscriptionRow | null
}

/** How a subscription stands since `changed_at`. */
export interface SubscriptionRow {
  /** The event that says so, by name and id; empty in rows that were stored before it was kept. */
  readonly event: string
  /** How it stood before, as `termsKey` has it; null where the event does not say. */
  readonly previous: string | null
  readonly project: string
  readonly subscription: string
  /** In ms since the epoch, by the provider's clock. */
  readonly changed_at: number
  /** 1 while it is billed. */
  readonly billed: number
  readonly plan: string
  readonly billing_interval: string
  readonly interval_count: number
  /** Null when the price is unknown. */
  readonly amount: number | null
  readonly currency: string
  readonly account: string | null
  readonly livemode: number
}

/** What a reader gets: the canonical event's JSON and what the collector knows about it. */
export interface StoredEvent {
  /** The event as it was captured, as JSON text. */
  readonly body: string
  readonly ts: number
  readonly sentAt: number | null
  readonly receivedAt: number
  /** When it was written, by the clock of the collector that wrote it. */
  readonly storedAt: number
  /** Its place in the order of storage, which all that was stored in one transaction shares; 0 before there were any. */
  readonly position: number
  readonly event: string
  readonly eventId: string
  readonly sender: string
}

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
}

/** How a person came, and when, in ms since the epoch. */
export interface PersonTouch extends Touch {
  readonly at: number
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

/** A place among the events, by the order of storage (for the tail) or by the time they happened (for a timeline). */
export type EventPlace = Pick<StoredEvent, 'ts' | 'storedAt' | 'position' | 'event' | 'eventId'>

/** Something counted that did not become an event. */
export interface Count {
  readonly project: string
  /** The UTC day it was noticed, as yyyymmdd. */
  readonly day: number
  /**
   * `duplicate` (by event name), `invalid` (by error code), `misplaced` (by the name of a server's event that a browser
   * sent, which is `invalid` too) or `lost` (by the reason that the client reports).
   */
  readonly kind: string
  readonly name: string
  readonly count: number
}

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

/** Days from the first to the last, both included, as yyyymmdd. */
export interface Days {
  readonly from: number
  readonly to: number
}

export interface PersonSummary {
  /** The user id, or the visitor's anonymous id. */
  readonly id: string
  readonly identified: boolean
  readonly email: string | null
  /** In ms since the epoch. */
  readonly firstSeen: number
  readonly lastSeen: number
  readonly events: number
  readonly stage: Stage
}

export interface PeopleQuery {
  /** A part of an id or an e-mail address, in any case; empty for all. */
  readonly search: string
  readonly limit: number
  /** Only people who belong to this group. */
  readonly groupId?: string
}

export interface FunnelQuery {
  /** Event names in order, each once; at least one. */
  readonly steps: readonly string[]
  /** Time from the first step to the last. */
  readonly windowMs: number
  readonly days: Days
}

/** Reads over all people of a project. Links are resolved as they stand now. */
export interface Reports {
  /** Who was seen last, first. */
  people(project: string, query: PeopleQuery): Promise<readonly PersonSummary[]>
  eventCounts(
    project: string,
    days: Days,
  ): Promise<readonly { readonly day: number; readonly event: string; readonly count: number }[]>
  /** How many people got to each step: in order, within the window of any of their first steps. */
  funnel(project: string, query: FunnelQuery): Promise<readonly { readonly event: string; readonly people: number }[]>
  /**
   * Payments less what was given back by day, currency, connected account and the source (`utm.source`) that first brought
   * the person, in live or in test mode. Amounts are in minor units; currencies are never added up.
   */
  revenue(project: string, query: RevenueQuery): Promise<readonly Revenue[]>
  /** What the subscriptions that are billed now come to, by plan and interval. */
  recurring(project: string, mode: PaymentMode): Promise<readonly Recurring[]>
  /** People by the furthest stage they reached, all four in order. */
  stages(project: string): Promise<readonly { readonly stage: Stage; readonly people: number }[]>
}

/** Whether money has moved, or only in a provider's test mode. */
export type PaymentMode = 'live' | 'test'

export interface RevenueQuery {
  readonly days: Days
  readonly mode: PaymentMode
}

export interface Revenue {
  readonly day: number
  readonly currency: string
  readonly source: string | null
  /** The connected account; null for the project's own. */
  readonly account: string | null
  /** Payments less what was given back. */
  readonly amount: number
  /** How many payments, refunds, disputes and reversals make up the amount. */
  readonly payments: number
  /** What was given back, in refunds and disputes, less what of that came back. In `amount` already. */
  readonly refunded: number
  /** Refunds and disputes of payments that were never seen. Not in `amount`. */
  readonly unmatched: number
}

/** Subscriptions of one plan, interval, currency and account. */
export interface Recurring {
  readonly plan: string
  readonly interval: string
  readonly intervalCount: number
  readonly currency: string
  readonly account: string | null
  readonly subscriptions: number
  /** What one interval of them all comes to, at list prices, in minor units: exact. */
  readonly amount: number
  /** Of them, those whose price is unknown, as with tiers; they add nothing. */
  readonly unpriced: number
}

/** Events, identity links and what is read from them. All methods may be called at the same time. */
/** What became of a row: stored now, known before, or refused by whoever paid. */
export type AppendOutcome = boolean | 'refused'

export interface Store extends Reports {
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
  /** What was counted on these days, by day, kind and name. */
  counts(project: string, days: Days): Promise<readonly Count[]>
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
  addKey(key: Omit<StoredKey, 'revokedAt'>): Promise<void>
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

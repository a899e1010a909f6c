import type { Billing } from './billing.ts'

/** Anything JSON can carry. `undefined` object members vanish, as `JSON.stringify` has it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

export interface JsonObject {
  readonly [key: string]: Json | undefined
}

/** The five campaign parameters, without their `utm_` prefix. */
export interface Utm {
  readonly source?: string | undefined
  readonly medium?: string | undefined
  readonly campaign?: string | undefined
  readonly term?: string | undefined
  readonly content?: string | undefined
}

/** What the visitor agreed to, purpose by purpose. An event with `analytics: false` is never sent. */
export interface Consent {
  readonly analytics?: boolean | undefined
  readonly ads?: boolean | undefined
}

/** Facts about the sender, filled in by the SDK. */
export interface EventContext {
  /** Package and version that captured the event, for example `@threadline/browser/1.0.0`. */
  readonly library?: string | undefined
  /** BCP 47 language tag, for example `de-AT`. */
  readonly locale?: string | undefined
  /** IANA time zone, for example `Europe/Vienna`. */
  readonly timezone?: string | undefined
  /** Screen size in CSS pixels. */
  readonly screen?: { readonly width: number; readonly height: number } | undefined
  /** The browser is driven by a program (WebDriver, Cypress): a test, a monitor or a bot. Absent where nothing says so. */
  readonly automated?: boolean | undefined
  /** Only from a server's request scope; the collector never guesses it for server events. */
  readonly userAgent?: string | undefined
  /** Only from a server's request scope. */
  readonly ip?: string | undefined
}

/**
 * The canonical event: one flat shape in TypeScript and on the native wire.
 *
 * At least one of `anonymousId` and `userId` is present. Destinations translate it; nothing else does.
 */
export interface TrackEvent {
  /** 1 to 200 characters, minted once at capture and identical on every resend: the dedupe key. */
  readonly eventId: string
  /** 1 to 128 characters, `object_action` in snake_case by convention. A leading `$` is reserved. */
  readonly event: string
  /** The visitor, before and after sign-up; at most 200 characters. */
  readonly anonymousId?: string | undefined
  /** The signed-in user; at most 200 characters. */
  readonly userId?: string | undefined
  /** Ends after 30 min of inactivity or 24 h. */
  readonly sessionId?: string | undefined
  /** When it happened: ISO 8601, UTC, milliseconds, for example `2026-01-31T09:30:00.000Z`. Fixed at capture. */
  readonly timestamp: string
  /**
   * `true` when an SDK read `timestamp` off the clock that it reads the request's `sentAt` off as well. Only then a collector
   * corrects it, by what `sentAt` and its own clock differ. Absent for a time that was given, which stands as it is.
   */
  readonly stamped?: boolean | undefined
  /** At most 32 KB of UTF-8 JSON unless configured otherwise. */
  readonly properties?: JsonObject | undefined
  /**
   * Integer minor units of `currency`: 4990 with EUR is 49.90 €, 500 with JPY is 500 ¥. Without a currency it is no
   * revenue, only a number with two decimals.
   */
  readonly value?: number | undefined
  /** ISO 4217 code in upper case. */
  readonly currency?: string | undefined
  /** Facts about the user; only with `$identify`. */
  readonly traits?: JsonObject | undefined
  readonly email?: string | undefined
  readonly url?: string | undefined
  readonly path?: string | undefined
  readonly title?: string | undefined
  readonly referrer?: string | undefined
  readonly utm?: Utm | undefined
  /** Advertising click ids by parameter name, for example `{ gclid: '…' }`. */
  readonly clickIds?: { readonly [parameter: string]: string } | undefined
  readonly consent?: Consent | undefined
  /** What it says about a payment; only from servers. */
  readonly billing?: Billing | undefined
  readonly context?: EventContext | undefined
}

/** What a caller captures: a {@link TrackEvent} whose id and time the SDK fills in when they are absent. */
export interface EventInput extends Omit<TrackEvent, 'eventId' | 'timestamp' | 'stamped'> {
  /** Your own id, to have the same fact counted once: `stripe:evt_…`, `order_8841`. A UUIDv7 unless given. */
  readonly eventId?: string | undefined
  /** When it happened. Now, unless given. */
  readonly timestamp?: Date | string | undefined
}

/** Names the SDKs send themselves; everything else that starts with `$` is refused. */
export const SYSTEM_EVENTS = ['$pageview', '$page_leave', '$identify', '$alias', '$group', '$forget_payment'] as const

export type SystemEventName = (typeof SYSTEM_EVENTS)[number]

/** Anything JSON can carry. `undefined` object members vanish, as `JSON.stringify` has it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

export interface JsonObject {
  readonly [key: string]: Json | undefined
}

/** The five campaign parameters, without their `utm_` prefix. */
export interface Utm {
  readonly source?: string
  readonly medium?: string
  readonly campaign?: string
  readonly term?: string
  readonly content?: string
}

/** What the visitor agreed to, purpose by purpose. An event with `analytics: false` is never sent. */
export interface Consent {
  readonly analytics?: boolean
  readonly ads?: boolean
}

/** Facts about the sender, filled in by the SDK. */
export interface EventContext {
  /** Package and version that captured the event, for example `@threadline/browser/1.0.0`. */
  readonly library?: string
  /** BCP 47 language tag, for example `de-AT`. */
  readonly locale?: string
  /** IANA time zone, for example `Europe/Vienna`. */
  readonly timezone?: string
  /** Screen size in CSS pixels. */
  readonly screen?: { readonly width: number; readonly height: number }
  /** Only from a server's request scope; the collector never guesses it for server events. */
  readonly userAgent?: string
  /** Only from a server's request scope. */
  readonly ip?: string
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
  readonly anonymousId?: string
  /** The signed-in user; at most 200 characters. */
  readonly userId?: string
  /** Ends after 30 min of inactivity or 24 h. */
  readonly sessionId?: string
  /** When it happened: ISO 8601, UTC, milliseconds, for example `2026-01-31T09:30:00.000Z`. Fixed at capture. */
  readonly timestamp: string
  /** At most 32 KB of UTF-8 JSON unless configured otherwise. */
  readonly properties?: JsonObject
  /** Integer minor units of `currency`: 4990 with EUR is 49.90 €, 500 with JPY is 500 ¥. */
  readonly value?: number
  /** ISO 4217 code in upper case. */
  readonly currency?: string
  /** Facts about the user; only with `$identify`. */
  readonly traits?: JsonObject
  readonly email?: string
  readonly url?: string
  readonly path?: string
  readonly title?: string
  readonly referrer?: string
  readonly utm?: Utm
  /** Advertising click ids by parameter name, for example `{ gclid: '…' }`. */
  readonly clickIds?: { readonly [parameter: string]: string }
  readonly consent?: Consent
  readonly context?: EventContext
}

/** Names the SDKs send themselves; everything else that starts with `$` is refused. */
export const SYSTEM_EVENTS = ['$pageview', '$page_leave', '$identify', '$alias', '$group'] as const

export type SystemEventName = (typeof SYSTEM_EVENTS)[number]

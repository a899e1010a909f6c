import type { TrackEvent } from '@threadline/schema'
import type { DropReason, PauseReason } from './error.ts'

/** What one endpoint takes. Bytes are UTF-8 bytes of the uncompressed body. */
export interface DestinationLimits {
  /** Most events in one request. */
  readonly maxEvents: number
  /** Most bytes in one request body. */
  readonly maxRequestBytes: number
  /** Most bytes of one encoded event. */
  readonly maxEventBytes: number
  /** Bytes that `request` adds around the joined events, commas not counted. */
  readonly envelopeBytes: number
  /** Requests the endpoint accepts in `intervalMs`; the queue paces itself to it. */
  readonly rate?: { readonly requests: number; readonly intervalMs: number }
}

/** Something the destination changed in an event so that its service takes it. */
export interface Adjustment {
  readonly kind: string
  readonly detail: string
}

/** One event ready for the wire, or the reason why this destination can never carry it. */
export type Encoding =
  | {
      /** The event as this service's JSON. */
      readonly body: string
      /** The event cannot share a request with others (a different endpoint, say). */
      readonly alone?: boolean
      readonly adjustments?: readonly Adjustment[]
    }
  | { readonly refused: DropReason; readonly message: string }

/** An encoded event as `request` and `verdict` see it. */
export interface EncodedEvent {
  readonly eventId: string
  readonly body: string
}

/** Numbers of events given up, by reason. */
export type LossCounts = { readonly [Reason in DropReason]?: number }

/** What a request may depend on besides its events; passed in, so that a destination needs no clock. */
export interface RequestContext {
  /** Milliseconds since the Unix epoch: the request's `sentAt`. */
  readonly now: number
  /** 1 for the first try of the oldest event in the batch, then counting up. */
  readonly attempt: number
  /** Events the sender gave up since its last delivered request, for a service that counts losses. */
  readonly dropped?: LossCounts
}

export interface DeliveryRequest {
  readonly method: 'POST'
  readonly url: string
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

export interface DeliveryResponse {
  readonly status: number
  /** A header's value by its lower-case name. */
  readonly header: (name: string) => string | null
  /** The body as text, whole; empty when there was none. */
  readonly body: string
}

/** An event that was refused for good. */
export interface RejectedEvent {
  readonly eventId: string
  /** Its name, where several events of the batch have the id: a purchase and its refund, say. */
  readonly event?: string | undefined
  readonly reason: DropReason
  readonly message: string
}

/** What an answer means for one batch. */
export type Verdict =
  /** Stored. Events named in `rejected` were refused for good; those in `duplicates` were stored before. */
  | {
      readonly kind: 'delivered'
      readonly rejected?: readonly RejectedEvent[]
      readonly duplicates?: readonly string[]
      /** Names of the events in `duplicates`, in the same order, where ids alone do not tell which are meant. */
      readonly duplicateEvents?: readonly string[] | undefined
      readonly warnings?: readonly string[]
    }
  /** Keep and try again, not before `retryAfterMs` if the server named a time. */
  | { readonly kind: 'retry'; readonly retryAfterMs?: number | undefined; readonly message: string }
  /** One of several events is bad or the batch too large: try the two halves on their own. */
  | {
      readonly kind: 'split'
      readonly retryAfterMs?: number | undefined
      readonly reason: DropReason
      readonly message: string
    }
  /** The configuration is wrong (key, plan, address): keep everything, probe now and then. */
  | { readonly kind: 'pause'; readonly reason: PauseReason; readonly message: string }
  /** Refused for good, all of it. */
  | { readonly kind: 'drop'; readonly reason: DropReason; readonly message: string }

/** Where a service's own script keeps the visitor's id in a page: a cookie, or a `localStorage` key. */
export interface VisitorIdStore {
  readonly kind: 'cookie' | 'localStorage'
  readonly name: string
}

/**
 * How to speak to one service. Pure: no I/O, no clock, no randomness.
 *
 * `encode` runs once per event, at capture; `request` and `verdict` once per attempt.
 */
export interface Destination {
  /** Short name for messages and stats, for example `threadline`. */
  readonly name: string
  readonly limits: DestinationLimits
  /** True when sending an event twice is counted once by the service. */
  readonly dedupes: boolean
  /**
   * True when it carries a credential that must not reach a page: the browser package refuses such a destination with
   * `secret_key_in_browser`.
   */
  readonly secret?: boolean
  /** True when the endpoint takes `content-encoding: gzip`; a transport may then compress the body. */
  readonly gzip?: boolean
  /** Absent when the service documents none. Sharing it makes Threadline and the service's script see one visitor. */
  readonly visitorIdStore?: VisitorIdStore
  /** `event` is canonical and already checked. Throws only what `JSON.stringify` throws, for circular input or a BigInt. */
  encode(event: TrackEvent): Encoding
  /** `batch` is not empty and within `limits`. Must not throw. */
  request(batch: readonly EncodedEvent[], context: RequestContext): DeliveryRequest
  /** `now` is milliseconds since the Unix epoch, for `Retry-After` dates. Must not throw. */
  verdict(response: DeliveryResponse, batch: readonly EncodedEvent[], now: number): Verdict
}

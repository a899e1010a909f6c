import type { TrackEvent } from './event.ts'

/**
 * The body of `POST /v1/batch` and `POST /v1/validate`, as `application/json` or `text/plain`, plain or gzip.
 *
 * 1 to {@link LIMITS.batchEvents} events and at most {@link LIMITS.batchBytes} bytes before compression.
 */
export interface BatchRequest {
  /** The key, for senders that cannot set a header (beacons). `Authorization: Bearer` wins over it. */
  readonly key?: string | undefined
  /**
   * The sender's clock when it sent this: ISO 8601, UTC. By what it differs from the collector's clock, the collector
   * corrects the `timestamp` of events that are `stamped`, and of no others; not by more than a day for a server.
   */
  readonly sentAt: string
  readonly events: readonly TrackEvent[]
  /**
   * Events the sender gave up since its last delivered request, by reason: losses are counted where they are seen. A
   * collector counts at most 20 reasons of a request, and at most a million events for each.
   */
  readonly dropped?: { readonly [reason: string]: number } | undefined
}

/** The answer to a batch: what became of each event. An event that is not named was stored. */
export interface BatchResponse {
  /** Events stored by this request. */
  readonly stored: number
  /** `eventId` of those stored before, by an earlier request or earlier in this one. They count as delivered. */
  readonly duplicates: readonly string[]
  /**
   * The names of the events in `duplicates`, in the same order. Present when events of several names have the id of one of
   * them, such as a purchase and its refund: the id alone would not tell which is meant.
   */
  readonly duplicateEvents?: readonly string[] | undefined
  /** Events refused for good. Sending them again changes nothing. */
  readonly invalid: readonly InvalidEvent[]
}

export interface InvalidEvent {
  /** As sent, cut to 200 characters; empty when the event had none. */
  readonly eventId: string
  /** The event's name, cut to 128 characters. Present when events of several names in the batch have this id. */
  readonly event?: string | undefined
  readonly code: EventErrorCode
  /** For a person: what is wrong, and what would be right. */
  readonly message: string
}

/** The body of every answer that is not 2xx. */
export interface ErrorResponse {
  readonly error: { readonly code: RequestErrorCode; readonly message: string }
}

/**
 * Why the collector refused a whole request; nothing of it was stored.
 *
 * - `invalid_json` (400): the body is no JSON, no gzip although it says so, or not UTF-8.
 * - `invalid_request` (400): JSON, but no batch: no `events` array, no `sentAt`.
 * - `unauthorized` (401): no key, or one that is unknown or revoked.
 * - `forbidden` (403): the key is of the wrong kind for this route.
 * - `origin_not_allowed` (403): a browser key from an origin that is not on its list, or a server's key from any.
 * - `not_found` (404), `method_not_allowed` (405): the address.
 * - `body_too_large` (413): over `LIMITS.batchBytes`, before or after decompression.
 * - `too_many_events` (413): over `LIMITS.batchEvents`. The sender splits.
 * - `unsupported_media_type` (415): neither JSON nor text, or an encoding that the collector has not.
 * - `rate_limited` (429): wait for `Retry-After`.
 * - `internal_error` (500): a fault of the collector. Try again.
 * - `too_busy` (503): more reports or other reads are asked for than the collector takes on, or one took too long. Events are
 *   taken all the same. Try again after `Retry-After`.
 * - `unavailable` (503): starting, stopping, or its database does not answer. Try again after `Retry-After`.
 */
export const REQUEST_ERROR_CODES = [
  'invalid_json',
  'invalid_request',
  'unauthorized',
  'forbidden',
  'origin_not_allowed',
  'not_found',
  'method_not_allowed',
  'body_too_large',
  'too_many_events',
  'unsupported_media_type',
  'rate_limited',
  'internal_error',
  'too_busy',
  'unavailable',
] as const

export type RequestErrorCode = (typeof REQUEST_ERROR_CODES)[number]

/**
 * Why one event was refused. An event with several faults has the code of the first one found.
 *
 * - `missing_event_name`, `event_name_too_long`, `reserved_event_name`: absent or blank; over 128 characters; a `$` in
 *   front of anything but a system event.
 * - `invalid_id`: `eventId`, `anonymousId`, `userId` or `sessionId` is no usable id (see `isUsableId`); nor is, to the
 *   collector, the `previousId` of an `$alias` or the `groupId` of a `$group`.
 * - `missing_identity`: neither `anonymousId` nor `userId`.
 * - `invalid_timestamp`: not ISO 8601 in UTC.
 * - `invalid_value`: not an integer of minor units.
 * - `invalid_currency`: not an ISO 4217 code in upper case.
 * - `props_too_large`: `properties` or `traits` over `LIMITS.propertiesBytes`.
 * - `payload_too_large`: the event over `LIMITS.eventBytes`.
 * - `consent_denied`: `consent.analytics` is false.
 * - `validation_error`: anything else: the wrong type, nested too deep, traits on an event other than `$identify`, or
 *   not what the catalogue says.
 * - `source_not_allowed`: a browser key sent an event that the catalogue gives to the server.
 */
export const EVENT_ERROR_CODES = [
  'missing_event_name',
  'event_name_too_long',
  'reserved_event_name',
  'invalid_id',
  'missing_identity',
  'invalid_timestamp',
  'invalid_value',
  'invalid_currency',
  'props_too_large',
  'payload_too_large',
  'consent_denied',
  'validation_error',
  'source_not_allowed',
] as const

export type EventErrorCode = (typeof EVENT_ERROR_CODES)[number]

/**
 * Why the SDK gives up an event, as `dropped` of a batch has it; `DropReason` of `@threadline/core` says what each means.
 * From a browser key a collector counts any other as `other`.
 */
export const DROP_REASONS = [
  'missing_event_name',
  'event_name_too_long',
  'reserved_event_name',
  'missing_identity',
  'invalid_id',
  'invalid_timestamp',
  'invalid_value',
  'invalid_currency',
  'props_too_large',
  'payload_too_large',
  'not_serializable',
  'validation_error',
  'consent_denied',
  'hook_dropped',
  'hook_failed',
  'identify_not_supported',
  'rate_limited',
  'source_not_allowed',
  'closed',
  'disabled',
  'queue_overflow',
  'expired',
  'unexpected_redirect',
  'rejected',
  'unclear',
] as const

import type { DROP_REASONS } from '@threadline/schema'

/**
 * Why an event left undelivered. Every one of them reaches `onDrop` and is counted.
 *
 * At capture:
 * - `missing_event_name`, `event_name_too_long`, `reserved_event_name`: the name.
 * - `missing_identity`: neither `anonymousId` nor `userId` (or what the service needs instead).
 * - `invalid_id`: an id that is no id, such as `null`, `guest` or one over 200 characters.
 * - `invalid_timestamp`, `invalid_value`, `invalid_currency`: not a date; not an integer of minor units; not ISO 4217.
 * - `props_too_large`: properties or traits over the limit, in bytes.
 * - `payload_too_large`: the whole event is over what the service takes.
 * - `not_serializable`: circular, a BigInt, or a `toJSON` that throws.
 * - `validation_error`: does not match its schema in the catalogue, or the service said so.
 * - `consent_denied`: the visitor said no.
 * - `hook_dropped`, `hook_failed`: an `onCapture` hook returned null, or threw.
 * - `identify_not_supported`: the service has no place for an identity link.
 * - `rate_limited`: a runaway loop in the page.
 * - `source_not_allowed`: a browser sent an event that the catalogue gives to the server.
 * - `closed`: captured after `shutdown`.
 * - `disabled`: the client has no key, or `enabled` is false. Known from `captureNow` only: nothing is reported or counted.
 *
 * In the queue:
 * - `queue_overflow`: the bound was reached.
 * - `expired`: older than `maxAgeMs`.
 *
 * From the service:
 * - `unexpected_redirect`: 3xx, never followed.
 * - `rejected`: any other refusal that a resend cannot change.
 * - `unclear`: no answer, from a service that would count a resend twice, with resending switched off.
 */
export type DropReason = (typeof DROP_REASONS)[number]

/** Why a queue is paused: 401, 402, 403, 404. Nothing is dropped; it probes once a minute. */
export type PauseReason = 'unauthorized' | 'quota_exceeded' | 'forbidden' | 'not_found'

/**
 * Everything that can go wrong, as a value a program can switch on.
 *
 * Besides {@link DropReason} and {@link PauseReason}:
 * - `invalid_config`: an option is wrong; thrown where the client is made. What is no answer about consent is left aside and told.
 * - `secret_key_in_browser`: a secret key was given to the browser package.
 * - `already_started`: another version of the browser package runs on the page: this one captures nothing by itself.
 * - `unreachable`: no connection, no answer in time, or a connection lost before the answer.
 * - `server_error`: 408, 425, 429 or a 5xx that will be tried again.
 * - `flush_timeout`: `flush` or `shutdown` reached its deadline with events still held.
 * - `aborted`: the caller's signal ended the wait.
 * - `spool_failed`: the disk refused; events stay in memory.
 */
export type ThreadlineErrorCode =
  | DropReason
  | PauseReason
  | 'invalid_config'
  | 'secret_key_in_browser'
  | 'already_started'
  | 'unreachable'
  | 'server_error'
  | 'flush_timeout'
  | 'aborted'
  | 'spool_failed'

export interface ThreadlineErrorDetails {
  /** Ids of the events this error is about; of many events, some. */
  readonly eventIds?: readonly string[]
  /** HTTP status of the answer, when there was one. */
  readonly status?: number
  readonly cause?: unknown
}

/**
 * The only error Threadline makes.
 *
 * Recognise it with {@link isThreadlineError}, not `instanceof`: a program may carry two copies of a package.
 */
export class ThreadlineError extends Error {
  override readonly name: string = 'ThreadlineError'
  readonly code: ThreadlineErrorCode
  readonly eventIds: readonly string[]
  readonly status: number | undefined

  constructor(code: ThreadlineErrorCode, message: string, details: ThreadlineErrorDetails = {}) {
    super(message, details)
    this.code = code
    this.eventIds = details.eventIds ?? []
    this.status = details.status
  }
}

export function isThreadlineError(value: unknown): value is ThreadlineError {
  // An error of another realm, as in Jest, is no instance of this one's `Error`.
  if (typeof value !== 'object' || value === null || !('name' in value && 'code' in value)) return false
  return value.name === 'ThreadlineError' || value.name === 'FlushError'
}

/** {@link ThreadlineErrorDetails} of events that are still held. */
export interface FlushErrorDetails extends ThreadlineErrorDetails {
  /** How many there are. */
  readonly undelivered?: number
}

/**
 * Rejection of `flush`: some of the events it waited for are still held.
 *
 * `code` says why it stopped waiting: `flush_timeout`, `aborted`, `closed`, or the reason of a pause. The undelivered
 * events stay buffered; `cause` is the last delivery error, if there was one.
 */
export class FlushError extends ThreadlineError {
  override readonly name: string = 'FlushError'
  /** How many events are undelivered. `eventIds` names the oldest of them, at most 100. */
  readonly undelivered: number

  constructor(code: ThreadlineErrorCode, message: string, details: FlushErrorDetails = {}) {
    super(code, message, details)
    this.undelivered = details.undelivered ?? this.eventIds.length
  }
}

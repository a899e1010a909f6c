import type { ErrorResponse, RequestErrorCode } from '@threadline/schema'
import { UnstorableTextError } from '../store/driver.ts'
import { StoreError } from '../store/store-error.ts'

/** The status that goes with each code. */
export const ERROR_STATUS: { readonly [Code in RequestErrorCode]: number } = {
  invalid_json: 400,
  invalid_request: 400,
  unauthorized: 401,
  forbidden: 403,
  origin_not_allowed: 403,
  not_found: 404,
  method_not_allowed: 405,
  body_too_large: 413,
  too_many_events: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  internal_error: 500,
  too_busy: 503,
  unavailable: 503,
}

interface RequestErrorOptions {
  readonly retryAfterS?: number
  readonly cause?: unknown
}

/** A whole request refused: thrown anywhere on its way, answered in one place. The message goes to the sender. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: RequestErrorCode
  /** Seconds after which trying again makes sense; goes out as `Retry-After`. */
  readonly retryAfterS: number | undefined

  constructor(code: RequestErrorCode, message: string, options: RequestErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.retryAfterS = options.retryAfterS
  }
}

/** More arrives than can be stored; `retryAfterS` is when what is under way will be. */
export function overloaded(retryAfterS: number): RequestError {
  const message = `more events arrive than can be stored; try again in ${retryAfterS} s`
  return new RequestError('unavailable', message, { retryAfterS })
}

/** Senders find a database that is away, or a collector that restarts, a moment later. */
export const AWAY_RETRY_AFTER_S = 2

/** What a sender hears of any failure. Where the fault is ours it keeps its events and tries again. */
export function toRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error
  if (error instanceof UnstorableTextError) return new RequestError('invalid_request', error.message, { cause: error })
  if (error instanceof StoreError && (error.code === 'busy' || error.code === 'timed_out')) {
    const retryAfterS = error.retryAfterS ?? AWAY_RETRY_AFTER_S
    return new RequestError('too_busy', error.message, { retryAfterS, cause: error })
  }
  if (error instanceof StoreError) {
    const options = { retryAfterS: AWAY_RETRY_AFTER_S, cause: error }
    return new RequestError('unavailable', 'the database does not answer', options)
  }
  return new RequestError('internal_error', 'a fault of the collector; its log says more', { cause: error })
}

/**
 * Whether a failure is one that no sender can mend, and that somebody should hear of. Being busy is no fault, and whoever asks
 * too often must not fill the log.
 */
export function isOwnFailure(error: unknown): boolean {
  if (error instanceof RequestError || error instanceof UnstorableTextError) return false
  return !(error instanceof StoreError && error.code === 'busy')
}

/** The answer for a refused request. */
export function errorResponse({ code, message, retryAfterS }: RequestError): Response {
  const headers = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }
  const body: ErrorResponse = { error: { code, message } }
  return Response.json(body, { status: ERROR_STATUS[code], headers })
}

import type { ErrorResponse, RequestErrorCode } from '@threadline/schema'

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

/** The answer for a refused request. */
export function errorResponse({ code, message, retryAfterS }: RequestError): Response {
  const headers = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }
  const body: ErrorResponse = { error: { code, message } }
  return Response.json(body, { status: ERROR_STATUS[code], headers })
}

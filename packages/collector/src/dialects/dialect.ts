import type { BatchResponse } from '@threadline/schema'
import type { Body, ReadBytes } from '../http/bodies.ts'
import { isOwnFailure as isFailure, type RequestError, toRequestError } from '../http/request-error.ts'
import type { SenderAccess } from '../keys.ts'

/** A request to one endpoint of a service. */
export interface DialectRequest {
  readonly request: Request
  /** The path's variable part, for example the website's number. */
  readonly param: (name: string) => string
  /** The query's parameter; undefined when it is absent. */
  readonly query: (name: string) => string | undefined
  /**
   * The JSON body. Read at the first call, so that what the headers decide is decided before; `access` is what their key
   * opens, and says whether it may be read. Without it the body waits among those of strangers.
   */
  readonly body: (access?: SenderAccess) => Promise<unknown>
}

/** What a request brought, in canonical terms. */
export interface Received {
  /** Of the key that brought it. Where that may be used, and how often, is checked for all languages alike. */
  readonly access: SenderAccess
  /** True when the service lets this sender report what belongs to the server. */
  readonly trusted: boolean
  /** True where one e-mail address makes its visitors one person, whatever the project says. @defaultValue false */
  readonly joinsByEmail?: boolean
  /** Makes the canonical events, still to be checked: when the sender is let in, and once. */
  readonly events: () => readonly object[]
  /**
   * What the sender's clock said as it sent, in ms since the epoch: times that are `stamped` are corrected by it.
   *
   * @defaultValue the collector's own clock
   */
  readonly sentAt?: number
  /**
   * What the service answers when all of them are stored. A function makes the answer of what became of each: valid events are
   * then stored though others are not. Otherwise one bad event refuses all of them.
   */
  readonly answer: Response | ((outcome: BatchResponse) => Response)
  /**
   * What the service answers when its visitor has refused, and nothing is stored.
   *
   * @defaultValue as if all of it were stored: a client cannot mend a refusal
   */
  readonly refusedAnswer?: Response
}

export interface DialectRoute {
  readonly path: string
  /** @defaultValue `'POST'` */
  readonly method?: 'GET'
  /**
   * Reads the JSON in a body of another form.
   *
   * @defaultValue JSON, as at the native path
   */
  readonly readBytes?: ReadBytes
  /**
   * Tells requests in this language from others that come to the same path. Headers come first: a body is read once and for
   * all. A body that cannot be read is nobody's. Absent: the route takes what no other does.
   */
  speaks?(request: Request, body: Body): boolean | Promise<boolean>
  /**
   * Resolves with events to store, or with the answer when there is nothing to store.
   *
   * @throws {@link DialectRefusal} or RequestError.
   */
  receive(request: DialectRequest): Promise<Received | Response>
}

/** Why a request is refused, as far as a status needs to tell. */
export type Problem =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'too_large'
  | 'rate_limited'
  | 'unavailable'
  | 'failed'

/** What a refusal may say besides. */
export interface RefusalDetails {
  /** The service's own code, where it has several for one problem. */
  readonly code?: string
  /** What is wrong, field by field. */
  readonly fields?: { readonly [field: string]: readonly string[] }
  /** Whole seconds until the next try. */
  readonly retryAfterS?: number
}

/** A whole request refused; nothing of it is stored. The message goes to the sender and never repeats a key. */
export class DialectRefusal extends Error {
  override readonly name = 'DialectRefusal'
  readonly problem: Problem
  readonly details: RefusalDetails

  constructor(problem: Problem, message: string, details: RefusalDetails = {}) {
    super(message)
    this.problem = problem
    this.details = details
  }
}

/** A refusal in the service's words. */
export interface ServiceError extends RefusalDetails {
  readonly code: string
  readonly message: string
}

/** One service's language: its endpoints and how it says no. */
export interface Dialect {
  readonly routes: readonly DialectRoute[]
  /**
   * Whether pages of other origins may call it, and with credentials: a beacon always has them, and its JSON needs permission for
   * that.
   *
   * @defaultValue false
   */
  readonly inPages?: boolean | 'with credentials'
  /** Status and code for each problem. */
  readonly errors: { readonly [P in Problem]: readonly [status: number, code: string] }
  /** The body of a refusal. */
  readonly errorBody: (error: ServiceError) => object
}

/** For services that document no error bodies, and some of them no statuses: ours. */
export const OWN_ERRORS: Pick<Dialect, 'errors' | 'errorBody'> = {
  errors: {
    invalid: [400, 'invalid_request'],
    unauthorized: [401, 'unauthorized'],
    forbidden: [403, 'forbidden'],
    not_found: [404, 'not_found'],
    too_large: [413, 'too_large'],
    rate_limited: [429, 'rate_limited'],
    unavailable: [503, 'unavailable'],
    failed: [500, 'internal_error'],
  },
  errorBody: ({ code, message }) => ({ error: code, message }),
}

const PROBLEMS: { readonly [Code in RequestError['code']]: Problem } = {
  invalid_json: 'invalid',
  invalid_request: 'invalid',
  unsupported_media_type: 'invalid',
  method_not_allowed: 'invalid',
  unauthorized: 'unauthorized',
  forbidden: 'forbidden',
  origin_not_allowed: 'forbidden',
  not_found: 'not_found',
  body_too_large: 'too_large',
  too_many_events: 'too_large',
  rate_limited: 'rate_limited',
  internal_error: 'failed',
  too_busy: 'unavailable',
  unavailable: 'unavailable',
}

function toRefusal(error: unknown): DialectRefusal {
  if (error instanceof DialectRefusal) return error
  const { code, message, retryAfterS } = toRequestError(error)
  return new DialectRefusal(PROBLEMS[code], message, retryAfterS === undefined ? {} : { retryAfterS })
}

/** The answer to a request that failed with `error`, in the service's words. */
export function refusalResponse({ errors, errorBody }: Dialect, error: unknown): Response {
  const { problem, message, details } = toRefusal(error)
  const [status, code] = errors[problem]
  const { retryAfterS } = details
  const headers = new Headers(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) })
  return Response.json(errorBody({ code, message, ...details }), { status, headers })
}

/** A failure that no sender can mend, and that somebody should hear of. */
export function isOwnFailure(error: unknown): boolean {
  return !(error instanceof DialectRefusal) && isFailure(error)
}

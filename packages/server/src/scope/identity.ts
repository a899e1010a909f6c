import { type Consent, type EventContext, isCarriedId } from '@threadline/schema'

/** Anything that carries request headers: a web `Request`, a Node `IncomingMessage`, a Lambda event. */
export interface RequestLike {
  readonly headers: HeadersLike
}

type HeadersLike =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined }

/** Who sent a request, as far as it tells. */
export interface RequestIdentity {
  readonly anonymousId: string | undefined
  readonly sessionId: string | undefined
  readonly consent: Consent | undefined
  readonly context: EventContext
}

/** The cookie that holds the visitor's id. */
export const ID_COOKIE = 'tl_id'
/** The headers by which a page hands its ids over where cookies do not travel. */
export const ANONYMOUS_ID_HEADER = 'x-threadline-anonymous-id'
export const SESSION_ID_HEADER = 'x-threadline-session-id'

/** Longer than any honest user agent. */
const MAX_USER_AGENT = 512

/**
 * Reads the visitor's ids, consent and user agent from a request.
 *
 * Everything in a request can be forged: an id that is not 8 to 200 of `A-Z a-z 0-9 _ . : -` is ignored. The header wins
 * over the cookie, since a page sends it deliberately. `Sec-GPC: 1` reads as no consent to ads.
 */
export function identityFrom({ headers }: RequestLike): RequestIdentity {
  const userAgent = headerOf(headers, 'user-agent')
  return {
    anonymousId: carried(headerOf(headers, ANONYMOUS_ID_HEADER)) ?? carried(cookieOf(headers, ID_COOKIE)),
    sessionId: carried(headerOf(headers, SESSION_ID_HEADER)),
    consent: headerOf(headers, 'sec-gpc') === '1' ? { ads: false } : undefined,
    context: userAgent === undefined ? {} : { userAgent: userAgent.slice(0, MAX_USER_AGENT) },
  }
}

function carried(id: string | undefined): string | undefined {
  return isCarriedId(id) ? id : undefined
}

function headerOf(headers: HeadersLike, name: string): string | undefined {
  if (hasGet(headers)) return headers.get(name) ?? undefined
  const value = headers[name]
  return typeof value === 'string' ? value : value?.[0]
}

function hasGet(headers: HeadersLike): headers is { get(name: string): string | null } {
  return typeof headers['get'] === 'function'
}

function cookieOf(headers: HeadersLike, name: string): string | undefined {
  for (const pair of headerOf(headers, 'cookie')?.split(';') ?? []) {
    const [key, value] = pair.split('=', 2)
    if (key?.trim() === name) return value?.trim()
  }
  return undefined
}

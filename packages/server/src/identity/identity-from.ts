import {
  type Consent,
  ID_HEADER,
  ID_NAME,
  isCarriedId,
  OPTED_OUT_NAME,
  SESSION_HEADER,
  SESSION_NAME,
  type Utm,
} from '@threadline/schema'
import { clientIp, type ProxyTrust } from './client-ip.ts'
import { type RequestFacts, type RequestLike, requestFacts } from './request.ts'
import { liveSessionId } from './session-cookie.ts'

/** Where the visitor is and with what, as far as the request tells. */
export interface RequestContext {
  /** The page: the request's own address when it asks for a page, else the page that sent it (`Referer`). */
  readonly url?: string
  /** The page before, of a request that asks for a page. */
  readonly referrer?: string
  /** From the query of `url`. */
  readonly utm?: Utm
  readonly ip?: string
  readonly userAgent?: string
}

/** Who sent a request. */
export interface RequestIdentity {
  readonly anonymousId: string | undefined
  /** Only what the app said: a request cannot prove who is signed in. */
  readonly userId: string | undefined
  readonly sessionId: string | undefined
  /** `undefined` when nothing was said. */
  readonly consent: Consent | undefined
  readonly context: RequestContext
}

export interface IdentityOptions extends ProxyTrust {
  /** The signed-in user, from your own session. */
  readonly userId?: string | null | undefined
  /** In place of what the request carries. */
  readonly anonymousId?: string | null | undefined
  readonly sessionId?: string | null | undefined
  /**
   * What the visitor agreed to, when you know: goes over what the request says, `Sec-GPC` included, for each purpose that
   * it answers.
   */
  readonly consent?: Consent | undefined
  /** The visitor's address, when you know it; see {@link ProxyTrust} for having it found. */
  readonly ip?: string | undefined
  /** The other end of the connection, for requests that do not have it, such as a web `Request`. */
  readonly remoteAddress?: string | undefined
  /** The parsed body (an object, `FormData`, `URLSearchParams`) whose fields `tl_id` and `tl_session` may carry ids. */
  readonly body?: unknown
  /**
   * Name of the cookie that holds the visitor's id.
   *
   * @defaultValue `'tl_id'`
   */
  readonly cookieName?: string | undefined
  /**
   * Whether Global Privacy Control (`Sec-GPC: 1`) counts as a refusal, as it does in the browser package.
   *
   * @defaultValue `true`
   */
  readonly honorGpc?: boolean | undefined
  /** Milliseconds since the Unix epoch, to tell whether the session has ended. Now, unless given. */
  readonly now?: number | undefined
}

/** No longer than any honest address or user agent is. */
const MAX_URL = 2_048
const MAX_USER_AGENT = 512
const UTM_NAMES = ['source', 'medium', 'campaign', 'term', 'content'] as const

/**
 * Reads who sent a request: the visitor's id and session, consent, page, address and user agent.
 *
 * Everything in a request can be forged. An id that is not 8 to 200 of `A-Z a-z 0-9 _ . : -` is ignored, so the worst a
 * client can do is to claim another visitor's id, which it would have to know. Ids are looked for in the hand-over
 * headers, then in `body`, then in cookies: what a page sends deliberately wins. Of several cookies of one name the last that
 * holds an id counts, as in the browser package. Never throws.
 */
export function identityFrom(request: RequestLike, options: IdentityOptions = {}): RequestIdentity {
  const facts = requestFacts(request, options)
  const { body, cookieName = ID_NAME, now = Date.now() } = options
  return {
    anonymousId:
      options.anonymousId ??
      [facts.header(ID_HEADER), field(body, ID_NAME), ...facts.cookies(cookieName)].find(isCarriedId),
    userId: options.userId ?? undefined,
    sessionId:
      options.sessionId ??
      [facts.header(SESSION_HEADER), field(body, SESSION_NAME)].find(isCarriedId) ??
      facts
        .cookies(SESSION_NAME)
        .map((cookie) => liveSessionId(cookie, now))
        .find(isCarriedId),
    consent: overruled(options.consent, () => statedConsent(facts, options.honorGpc ?? true)),
    context: contextOf(facts, options),
  }
}

/** Tells whether a request asks for a page that a person will look at. */
export function isPageRequest(facts: RequestFacts): boolean {
  if (facts.method !== 'GET') return false
  const destination = facts.header('sec-fetch-dest')
  if (destination !== undefined) return destination === 'document'
  return facts.header('accept')?.includes('text/html') ?? false
}

function field(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null) return undefined
  // Forms, of whatever realm or library. A parsed body holds no functions.
  if ('get' in body && typeof body.get === 'function') return body.get(name)
  return Object.hasOwn(body, name) ? (body as { readonly [name: string]: unknown })[name] : undefined
}

/**
 * The app's word, purpose by purpose, and the request's where the app has none: it may not have asked yet. What is no
 * answer (`'denied'`) stays as it is, to be refused with the event.
 */
function overruled(given: Consent | undefined, stated: () => Consent | undefined): Consent | undefined {
  if (typeof given !== 'object' || given === null) return given ?? stated()
  if (given.analytics !== undefined && given.ads !== undefined) return given
  const request = stated()
  if (!request) return given
  return { analytics: given.analytics ?? request.analytics, ads: given.ads ?? request.ads }
}

function statedConsent(facts: RequestFacts, honorGpc: boolean): Consent | undefined {
  const refused = facts.cookies(OPTED_OUT_NAME)[0] || (honorGpc && hasGpc(facts))
  return refused ? { analytics: false, ads: false } : undefined
}

/** A header that a proxy repeats is still the visitor's word. */
function hasGpc(facts: RequestFacts): boolean {
  return (facts.header('sec-gpc') ?? '').split(',').some((value) => value.trim() === '1')
}

function contextOf(facts: RequestFacts, options: IdentityOptions): RequestContext {
  const isPage = isPageRequest(facts)
  const url = webAddress(isPage ? facts.url : facts.header('referer'))
  const referrer = isPage ? webAddress(facts.header('referer')) : undefined
  const utm = url && utmOf(url)
  const ip = options.ip ?? clientIp(facts, options)
  const userAgent = facts.header('user-agent')?.slice(0, MAX_USER_AGENT)
  return {
    ...(url && { url: url.href }),
    ...(referrer && { referrer: referrer.href }),
    ...(utm && { utm }),
    ...(ip && { ip }),
    ...(userAgent && { userAgent }),
  }
}

function webAddress(value: string | undefined): URL | undefined {
  if (value === undefined || value.length > MAX_URL || !/^https?:/i.test(value) || !URL.canParse(value))
    return undefined
  const url = new URL(value)
  url.username = ''
  url.password = ''
  return url
}

function utmOf({ searchParams }: URL): Utm | undefined {
  const found = UTM_NAMES.flatMap((name) => {
    const value = searchParams.get(`utm_${name}`)
    return value ? [[name, value] as const] : []
  })
  return found.length === 0 ? undefined : Object.fromEntries(found)
}

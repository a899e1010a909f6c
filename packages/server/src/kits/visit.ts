import { type Consent, type EventCatalogue, uuidv7 } from '@threadline/schema'
import type { ServerClient } from '../client/server-client.ts'
import type { ProxyTrust } from '../identity/client-ip.ts'
import { type IdentityCookieOptions, identityCookie } from '../identity/identity-cookie.ts'
import { identityFrom, isPageRequest } from '../identity/identity-from.ts'
import { type RequestLike, requestFacts } from '../identity/request.ts'
import type { Scope } from '../scope/scope.ts'

/** What every kit takes. `Source` is the framework's own request. */
export interface VisitOptions<Catalogue extends EventCatalogue, Source> extends ProxyTrust {
  /** One client for the whole process. */
  readonly client: ServerClient<Catalogue>
  /** The signed-in user, from your own session. Asked once for a request, when its `track` is first used. */
  readonly userId?: ((request: Source) => string | null | undefined) | undefined
  /** What the visitor agreed to, when you know. Without it `Sec-GPC` and the browser package's opt-out count. */
  readonly consent?: ((request: Source) => Consent | undefined) | undefined
  /**
   * How the visitor's id is set from the app's own origin, with every page and every batch of the browser's events.
   * `secure` follows the request unless given. `false` leaves the cookie to the browser package.
   */
  readonly cookie?: IdentityCookieOptions | false | undefined
}

/** One request, in the framework's terms. */
export interface VisitRequest<Source> {
  readonly request: RequestLike
  readonly source: Source
  /** The address of the connection, where the request itself does not have it. */
  readonly remoteAddress?: string | undefined
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
}

/** One request of a visitor. */
export interface Visit<Catalogue extends EventCatalogue> {
  /** The visitor's id, which may be new; `undefined` when there is none. */
  readonly anonymousId: string | undefined
  readonly ip: string | undefined
  readonly track: Scope<Catalogue>
  /** Headers to set in a response, given those it has by their lower-case names. */
  responseHeaders(has: (name: string) => string | null | undefined): VisitHeaders
}

export interface VisitHeaders {
  readonly 'set-cookie'?: string
  readonly 'cache-control'?: string
}

/** Headers by which a response tells shared caches alone what they may do. */
const SHARED_CACHE_HEADERS = [
  'cdn-cache-control',
  'surrogate-control',
  'cloudflare-cdn-cache-control',
  'netlify-cdn-cache-control',
  'vercel-cdn-cache-control',
]

/**
 * Starts a visit: finds the visitor's id, or makes one where a page is asked for without.
 *
 * @param setsCookie - Whether the response sets the cookie. Pages do, unless given.
 */
export function beginVisit<Catalogue extends EventCatalogue, Source>(
  options: VisitOptions<Catalogue, Source>,
  { request, source, remoteAddress, waitUntil }: VisitRequest<Source>,
  setsCookie?: boolean,
): Visit<Catalogue> {
  const { client, cookie = {}, trustedProxies, ipHeader } = options
  const facts = requestFacts(request, { remoteAddress, trustedProxies })
  const isPage = isPageRequest(facts)
  const given = {
    trustedProxies,
    ipHeader,
    remoteAddress,
    consent: options.consent?.(source),
    cookieName: cookie ? cookie.name : undefined,
  }
  const known = identityFrom(request, given)
  const mayMint = isPage && cookie !== false && (!known.consent || known.consent.analytics === true)
  const anonymousId = known.anonymousId ?? (mayMint ? uuidv7() : undefined)
  const owner = { anonymousId, consent: known.consent }
  let track: Scope<Catalogue> | undefined

  return {
    anonymousId,
    ip: known.context.ip,
    get track() {
      track ??= client.scope(request, { ...given, anonymousId, userId: options.userId?.(source), waitUntil })
      return track
    },
    responseHeaders(has) {
      if (cookie === false || !(setsCookie ?? isPage)) return {}
      const cacheControl = has('cache-control') ?? undefined
      const isShared =
        /\b(public|s-maxage)\b/i.test(cacheControl ?? '') ||
        SHARED_CACHE_HEADERS.some((name) => allowsSharing(has(name) ?? undefined))
      // What a cache gives to everybody must not carry one visitor's id.
      if (isShared) return {}
      const setCookie = identityCookie(owner, { secure: facts.secure, ...cookie })
      return setCookie === undefined ? {} : { 'set-cookie': setCookie, 'cache-control': toPrivate(cacheControl) }
    },
  }
}

function allowsSharing(value: string | undefined): boolean {
  return Boolean(value) && !/\b(private|no-store)\b/i.test(value ?? '')
}

function toPrivate(cacheControl: string | undefined): string {
  if (!cacheControl) return 'private'
  return /\b(private|no-store)\b/i.test(cacheControl) ? cacheControl : `${cacheControl}, private`
}

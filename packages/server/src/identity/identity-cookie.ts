import { type Consent, ID_NAME, isCarriedId } from '@threadline/schema'

/** How the cookie that holds the visitor's id is set. */
export interface IdentityCookieOptions {
  /**
   * Whether it is sent over https only. Set it wherever the site is served by https, whatever the app itself sees.
   *
   * @defaultValue `true`
   */
  readonly secure?: boolean | undefined
  /**
   * Domain of the cookie, for example `example.com`: the widest that your pages use, since that is where the browser
   * package keeps it. The answering host alone, unless given.
   */
  readonly domain?: string | undefined
  /** @defaultValue `'tl_id'` */
  readonly name?: string | undefined
  /**
   * Life of the cookie in days, from each time it is set. Browsers cap it at 400.
   *
   * @defaultValue `395`
   */
  readonly maxAgeDays?: number | undefined
  /** @defaultValue `'Lax'` */
  readonly sameSite?: 'Lax' | 'Strict' | 'None' | undefined
  /**
   * Hides the id from scripts. The browser package then cannot take it over; only for sites that do not use it.
   *
   * @defaultValue `false`
   */
  readonly httpOnly?: boolean | undefined
}

/** Whose cookie: what `identityFrom` returned will do. */
export interface CookieOwner {
  readonly anonymousId: string | undefined
  readonly consent?: Consent | undefined
}

const NAME = /^[\w!#$%&'*+.^`|~-]{1,100}$/
const DOMAIN = /^\.?[a-z0-9-]+(\.[a-z0-9-]+)*$/i

/**
 * The `Set-Cookie` value that gives a visitor the same id again, from the app's own origin.
 *
 * Safari keeps what scripts store for seven days only, and what the site itself sets for as long as it says; so the site
 * has to set it, at every visit. With `consent.analytics: false` the value removes the cookie instead.
 *
 * @returns `undefined` when there is nothing to set: no valid id, or consent that is not given yet.
 * @throws TypeError when `name` or `domain` cannot stand in a cookie, or `maxAgeDays` is negative.
 */
export function identityCookie(owner: CookieOwner, options: IdentityCookieOptions = {}): string | undefined {
  const { secure = true, domain, name = ID_NAME, maxAgeDays = 395, sameSite = 'Lax', httpOnly = false } = options
  if (!NAME.test(name)) throw new TypeError('identityCookie: name cannot be the name of a cookie')
  if (domain !== undefined && !DOMAIN.test(domain)) throw new TypeError('identityCookie: domain is no domain')
  if (!(maxAgeDays >= 0)) throw new TypeError('identityCookie: maxAgeDays is a number from 0')
  const { anonymousId, consent } = owner
  if (!isCarriedId(anonymousId)) return undefined
  const isRefused = consent?.analytics === false
  if (consent && !consent.analytics && !isRefused) return undefined
  return [
    `${name}=${isRefused ? '' : anonymousId}`,
    'Path=/',
    `Max-Age=${isRefused ? 0 : Math.round(maxAgeDays * 86_400)}`,
    `SameSite=${sameSite}`,
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
    ...(secure ? ['Secure'] : []),
    ...(httpOnly ? ['HttpOnly'] : []),
  ].join('; ')
}

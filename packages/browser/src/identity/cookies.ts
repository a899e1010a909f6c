import { uuidv7 } from '@threadline/schema'
import type { Settings } from '../contract/settings.ts'
import { attempt } from '../platform/attempt.ts'
import { stores } from '../platform/stores.ts'

const DAY_S = 86_400

/** The widest domain on which this page may set cookies, once it is known. */
let widest: string | undefined

/** Every value under a name; more than one when it is set on several domains. */
export function readCookies(name: string): string[] {
  const pairs = attempt(() => stores.readCookies().split('; ')) ?? []
  return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1))
}

function set(config: Settings, name: string, value: string, domain: string): void {
  const { cookieMaxAgeDays = 395, cookieSameSite = 'lax' } = config
  const life = value ? cookieMaxAgeDays * DAY_S : 0
  const secure = location.protocol === 'https:' ? ';secure' : ''
  attempt(() =>
    stores.writeCookie(`${name}=${value};path=/;max-age=${life};samesite=${cookieSameSite};domain=${domain}${secure}`),
  )
}

/** `example.com`, `a.example.com` and so on, widest first; and `` for a cookie of this host alone. */
function domains(): string[] {
  const labels = location.hostname.split('.')
  return labels.map((_, index) => labels.slice(-2 - index).join('.')).fill('', -1)
}

/** Browsers refuse cookies on public suffixes (`co.uk`, `github.io`), so the widest domain is found by trying. */
function findWidest(config: Settings): string {
  const accepted = domains().find((domain) => {
    // A name of its own: another tab may be probing at this moment.
    const probe = uuidv7()
    set(config, probe, '1', domain)
    const isSet = readCookies(probe)[0]
    set(config, probe, '', domain)
    return isSet
  })
  return accepted ?? ''
}

/** The widest domain on which this page may set cookies; empty when only its own host may. */
export function widestDomain(config: Settings): string {
  widest ??= findWidest(config)
  return widest
}

function domainOf(config: Settings): string {
  return config.cookieDomain || widestDomain(config)
}

/** Sets a cookie on the widest domain, which subdomains share, or removes it when `value` is empty. */
export function writeCookie(config: Settings, name: string, value: string): void {
  set(config, name, value, domainOf(config))
  if (value && !readCookies(name)[0]) set(config, name, value, '')
}

/** Removes a cookie from every domain but the widest. */
export function removeStrays(config: Settings, name: string): void {
  for (const domain of domains()) if (domain !== domainOf(config)) set(config, name, '', domain)
}

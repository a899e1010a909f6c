import { uuidv7 } from '@threadline/schema'
import type { Settings } from '../contract/settings.ts'
import { attempt } from '../platform/attempt.ts'
import { stores } from '../platform/stores.ts'

const DAY_S = 86_400

/** The widest domain on which this page may set cookies, once it is known. */
let widest: string | undefined

/** What the browser said in the task that runs: to ask again takes a third of a capture, and another tab is not heard sooner. */
let known: string | undefined

function allCookies(): string {
  if (known === undefined) {
    known = attempt(stores.readCookies) ?? ''
    queueMicrotask(forget)
  }
  return known
}

function forget(): void {
  known = undefined
}

/**
 * Every value under a name, the one that counts first: more than one when the name is set on several domains.
 *
 * Browsers list the newest last, and WebKitGTK the one of the widest domain. The server package reads a request's cookies
 * by the same rule. Many servers encode what they set, and of what an id may hold the colon alone is changed by it.
 */
export function readCookies(name: string): string[] {
  return allCookies()
    .split('; ')
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1).replace(/%3a/gi, ':'))
    .reverse()
}

/** @param lifeDays - 0 removes the cookie. */
function set(
  { cookieMaxAgeDays = 395, cookieSameSite = 'lax' }: Settings,
  pair: string,
  domain: string,
  lifeDays = cookieMaxAgeDays,
): void {
  forget()
  const secure = location.protocol === 'https:' ? ';secure' : ''
  attempt(() =>
    stores.writeCookie(
      `${pair};path=/;max-age=${lifeDays * DAY_S};samesite=${cookieSameSite};domain=${domain}${secure}`,
    ),
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
    set(config, `${probe}=1`, domain)
    const isSet = readCookies(probe)[0]
    set(config, `${probe}=`, domain, 0)
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

/** Sets a cookie on the widest domain, which subdomains share. */
export function writeCookie(config: Settings, name: string, value: string): void {
  set(config, `${name}=${value}`, domainOf(config))
  if (!readCookies(name).includes(value)) set(config, `${name}=${value}`, '')
}

/** Removes a cookie from every domain on which this page, or its server, can have set it. */
export function removeCookies(config: Settings, name: string): void {
  if (readCookies(name)[0] !== undefined) for (const domain of domains()) set(config, `${name}=`, domain, 0)
}

/**
 * Replaces a cookie by one on the widest domain that holds it, without a probe: who refused gets no other cookie than
 * the one that says so. An empty value is kept, too.
 */
export function replaceCookie(config: Settings, name: string, value: string): void {
  removeCookies(config, name)
  for (const domain of domains()) if (readCookies(name)[0] === undefined) set(config, `${name}=${value}`, domain)
}

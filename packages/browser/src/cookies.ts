import { uuidv7 } from '@threadline/schema'
import { attempt } from './attempt.ts'
import type { BrowserConfig } from './config.ts'

/** The cookies of one site, on the widest domain that the browser accepts. */
export interface Cookies {
  /** Every value under a name; more than one when it is set on several domains. */
  read(name: string): string[]
  /** Sets a cookie, or removes it when `value` is empty. */
  write(name: string, value: string): void
  /** Removes a cookie from every domain but the one that is written to. */
  removeStrays(name: string): void
}

const DAY_S = 86_400

export function createCookies({
  cookieDomain,
  cookieMaxAgeDays = 395,
  cookieSameSite = 'lax',
}: BrowserConfig): Cookies {
  /** `a.example.com`, `example.com`, `com` */
  const suffixes = location.hostname.split('.').map((_, index, labels) => labels.slice(index).join('.'))
  let widest = cookieDomain

  function read(name: string): string[] {
    const start = `${name}=`
    const pairs = attempt(() => document.cookie.split('; ')) ?? []
    return pairs.filter((pair) => pair.startsWith(start)).map((pair) => pair.slice(start.length))
  }

  function set(name: string, value: string, domain: string): void {
    attempt(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is asynchronous, and missing in Firefox
      document.cookie = `${name}=${value};path=/;max-age=${value ? cookieMaxAgeDays * DAY_S : 0};samesite=${cookieSameSite}${
        location.protocol === 'https:' ? ';secure' : ''
      };domain=${domain}`
    })
  }

  /** Browsers refuse cookies on public suffixes (`co.uk`, `github.io`), so the domain is found by trying. */
  function domain(): string {
    widest ??= suffixes.slice(0, -1).findLast((suffix) => {
      // A name of its own: another tab may be probing at this moment.
      const probe = `tl_${uuidv7()}`
      set(probe, '1', suffix)
      const accepted = read(probe)[0]
      set(probe, '', suffix)
      return accepted
    })
    widest ??= ''
    return widest
  }

  return {
    read,
    write(name, value) {
      set(name, value, domain())
      if (value && read(name)[0] !== value) set(name, value, '')
    },
    removeStrays(name) {
      for (const other of ['', ...suffixes]) if (other !== domain()) set(name, '', other)
    },
  }
}

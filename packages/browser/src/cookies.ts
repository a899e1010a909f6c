import { uuidv7 } from '@threadline/schema'
import { attempt } from './attempt.ts'
import type { BrowserConfig } from './config.ts'

/** The cookies of one site, on the widest domain that the browser accepts. */
export interface Cookies {
  /** Every value under a name; more than one when it is set on several domains. */
  read(name: string): string[]
  /** Sets a cookie, or removes it when `value` is empty. */
  write(name: string, value: string): void
  /** Removes a cookie from every domain but the widest, which subdomains share. */
  removeStrays(name: string): void
}

const DAY_S = 86_400

export function createCookies(config: BrowserConfig): Cookies {
  const { cookieMaxAgeDays = 395, cookieSameSite = 'lax' } = config
  let widest = config.cookieDomain

  function read(name: string): string[] {
    const pairs = attempt(() => document.cookie.split('; ')) ?? []
    return pairs.flatMap((pair) => (pair.startsWith(`${name}=`) ? pair.slice(name.length + 1) : []))
  }

  function set(name: string, value: string, domain: string): void {
    const life = value ? cookieMaxAgeDays * DAY_S : 0
    const secure = location.protocol === 'https:' ? ';secure' : ''
    attempt(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is asynchronous, and missing in Firefox
      document.cookie = `${name}=${value};path=/;max-age=${life};samesite=${cookieSameSite};domain=${domain}${secure}`
    })
  }

  /** `a.example.com`, `example.com`, and `` for a cookie of this host alone. */
  function domains(): string[] {
    const labels = location.hostname.split('.')
    return labels.map((_, index) => labels.slice(index).join('.')).fill('', -1)
  }

  /** Browsers refuse cookies on public suffixes (`co.uk`, `github.io`), so the widest domain is found by trying. */
  function accepts(domain: string): boolean {
    // A name of its own: another tab may be probing at this moment.
    const probe = uuidv7()
    set(probe, '1', domain)
    const isSet = read(probe).length > 0
    set(probe, '', domain)
    return isSet
  }

  function domain(): string {
    widest ??= domains().slice(0, -1).reverse().find(accepts) ?? ''
    return widest
  }

  return {
    read,
    write(name, value) {
      set(name, value, domain())
      if (value && !read(name)[0]) set(name, value, '')
    },
    removeStrays(name) {
      for (const other of domains()) if (other !== domain()) set(name, '', other)
    },
  }
}

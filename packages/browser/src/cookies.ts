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
  const { cookieDomain, cookieMaxAgeDays = 395, cookieSameSite = 'lax' } = config
  const labels = location.hostname.split('.')
  /** `example.com`, `a.example.com` and so on, widest first; and `` for a cookie of this host alone. */
  const domains = [...labels.slice(1).map((_, index) => labels.slice(-2 - index).join('.')), '']
  let widest = cookieDomain

  function read(name: string): string[] {
    const pairs = attempt(() => document.cookie.split('; ')) ?? []
    return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1))
  }

  function set(name: string, value: string, domain: string): void {
    const life = value ? cookieMaxAgeDays * DAY_S : 0
    const secure = location.protocol === 'https:' ? ';secure' : ''
    attempt(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is asynchronous, and missing in Firefox
      document.cookie = `${name}=${value};path=/;max-age=${life};samesite=${cookieSameSite};domain=${domain}${secure}`
    })
  }

  /** Browsers refuse cookies on public suffixes (`co.uk`, `github.io`), so the widest domain is found by trying. */
  function domain(): string {
    widest ??=
      domains.find((candidate) => {
        // A name of its own: another tab may be probing at this moment.
        const probe = uuidv7()
        set(probe, '1', candidate)
        const isSet = read(probe)[0]
        set(probe, '', candidate)
        return isSet
      }) ?? ''
    return widest
  }

  return {
    read,
    write(name, value) {
      set(name, value, domain())
      if (value && !read(name)[0]) set(name, value, '')
    },
    removeStrays(name) {
      for (const other of domains) if (other !== domain()) set(name, '', other)
    },
  }
}

import { uuidv7 } from '@threadline/schema'
import { attempt } from './attempt.ts'
import type { BrowserConfig } from './config.ts'

/** The cookies of one site, on the widest domain that the browser accepts. */
export interface Cookies {
  /** Every value under a name; more than one when it is set on several domains. */
  all(name: string): string[]
  /** The value under a name, after strays on narrower domains are removed. */
  read(name: string): string | undefined
  /** Sets a cookie, or removes it when `value` is absent. */
  write(name: string, value?: string): void
}

export function createCookies({
  cookieDomain,
  cookieMaxAgeDays = 395,
  cookieSameSite = 'Lax',
}: BrowserConfig): Cookies {
  /** `a.example.com`, `example.com`, `com` */
  const suffixes = location.hostname.split('.').map((_, index, labels) => labels.slice(index).join('.'))
  let widest = cookieDomain

  function set(name: string, value: string, maxAge: number, domain: string): void {
    attempt(() => {
      document.cookie = `${name}=${value};path=/;max-age=${maxAge};samesite=${cookieSameSite}${
        location.protocol === 'https:' ? ';secure' : ''
      }${domain && `;domain=${domain}`}`
    })
  }

  function all(name: string): string[] {
    const start = `${name}=`
    return (attempt(() => document.cookie) ?? '')
      .split('; ')
      .filter((pair) => pair.startsWith(start))
      .map((pair) => pair.slice(start.length))
  }

  /** Browsers refuse cookies on public suffixes (`co.uk`, `github.io`), so the domain is found by trying. */
  function widestDomain(): string {
    // A name of its own: another tab may be probing at this moment.
    const probe = `tl_probe_${uuidv7()}`
    for (const domain of suffixes.slice(0, -1).reverse()) {
      set(probe, '1', 9, domain)
      if (all(probe)[0]) {
        set(probe, '', 0, domain)
        return domain
      }
    }
    return ''
  }

  return {
    all,
    read(name) {
      if (all(name).length > 1) {
        widest ??= widestDomain()
        for (const domain of ['', ...suffixes]) if (domain !== widest) set(name, '', 0, domain)
      }
      return all(name)[0]
    },
    write(name, value = '') {
      widest ??= widestDomain()
      const maxAge = value ? cookieMaxAgeDays * 86_400 : 0
      set(name, value, maxAge, widest)
      if (value && all(name)[0] !== value) set(name, value, maxAge, '')
    },
  }
}

import { createHmac, randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { ID_NAME, isCarriedId } from '@threadline/schema'
import { cookiesOf } from './page-cookies.ts'

export interface PageVisitorsOptions {
  /**
   * From which each day's salt is made, so that several collectors, and one that starts again, know the same visitors. Absent: a
   * day's salt is random, held in memory, and gone with the day.
   */
  readonly secret?: string | undefined
  /** Where a request's connection comes from. */
  readonly clientAddress: (request: Request) => string
  readonly now: () => number
}

/** Who a request from a page is, where the page's tracker has no ids. */
export interface PageVisitors {
  /** The visitor whom Threadline's SDK knows, otherwise somebody of that day. */
  identify(request: Request, site: string): string
  /** Somebody of that day, told by address, browser and site alone. */
  ofDay(request: Request, site: string): string
}

/**
 * Tells visitors apart whose tracker gives them no id.
 *
 * Where the collector is reached by the site's own domain, a request brings the cookie of Threadline's SDK: its visitor.
 * Otherwise a visitor is a hash of address, browser, site and a salt that changes every day (UTC). Neither address nor
 * salt is stored, so nobody can be followed into the next day.
 */
export function createPageVisitors({ secret, clientAddress, now }: PageVisitorsOptions): PageVisitors {
  let salt: { readonly day: string; readonly bytes: Buffer } = { day: '', bytes: Buffer.alloc(0) }

  function saltOf(day: string): Buffer {
    if (salt.day !== day) {
      salt = { day, bytes: secret === undefined ? randomBytes(32) : createHmac('sha256', secret).update(day).digest() }
    }
    return salt.bytes
  }

  function ofDay(request: Request, site: string): string {
    const day = new Date(now()).toISOString().slice(0, 10)
    const parts = [site, addressOf(request, clientAddress), request.headers.get('user-agent') ?? '']
    return `day_${createHmac('sha256', saltOf(day)).update(JSON.stringify(parts)).digest('base64url').slice(0, 22)}`
  }

  return {
    ofDay,
    identify(request, site) {
      const known = cookiesOf(request).get(ID_NAME)
      return isCarriedId(known) ? known : ofDay(request, site)
    },
  }
}

/**
 * The visitor's address as Plausible's and Umami's servers find it: what the first proxy saw, or a server that speaks for a
 * visitor says. Whoever forges it is counted as somebody else, and no more.
 */
function addressOf(request: Request, clientAddress: (request: Request) => string): string {
  const forwarded = request.headers.get('x-forwarded-for')?.split(',')[0]?.trim() ?? ''
  return isIP(forwarded) ? forwarded : clientAddress(request)
}

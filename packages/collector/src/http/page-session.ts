import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Store } from '../store/store.ts'
import type { AddressLimit } from './address-limit.ts'

const COOKIE = 'threadline_page'
const SESSION_MS = 30 * 24 * 3_600_000
const LINK_MS = 24 * 3_600_000

/** Links that wait to be opened; an older one stops working when more are made. */
const MAX_LINKS = 100

export interface PageSessions {
  /** A token for a one-time link to the page of `project`; it works once, within 24 hours, in this process. */
  issueToken(project: string): string
  /** The `Set-Cookie` of a session, for a token that has not been used; undefined for any other. */
  redeem(token: string, secure: boolean): Promise<string | undefined>
  /**
   * The project that a request's session cookie opens.
   *
   * @throws RequestError `rate_limited` after many forged cookies from one address; a valid one always opens.
   */
  projectOf(request: Request): Promise<string | undefined>
}

export interface PageSessionsOptions {
  readonly store: Pick<Store, 'secret'>
  readonly now: () => number
  /** Slows down whoever makes up cookies. */
  readonly forgeries: AddressLimit
  readonly clientAddress: (request: Request) => string
}

/**
 * Sessions of the live page: a signed cookie that scripts cannot read and other sites cannot send along. All collectors
 * on one database accept it, also after a restart.
 */
export function createPageSessions({ store, now, forgeries, clientAddress }: PageSessionsOptions): PageSessions {
  const links = new Map<string, { readonly project: string; readonly expires: number }>()
  let secret: Promise<string> | undefined

  async function sign(content: string): Promise<string> {
    secret ??= store.secret('page_session')
    try {
      return createHmac('sha256', await secret)
        .update(content)
        .digest('base64url')
    } catch (error) {
      secret = undefined
      throw error
    }
  }

  return {
    issueToken(project) {
      const token = randomBytes(32).toString('base64url')
      links.set(token, { project, expires: now() + LINK_MS })
      const [oldest] = links.keys()
      if (links.size > MAX_LINKS && oldest !== undefined) links.delete(oldest)
      return token
    },
    async redeem(token, secure) {
      const link = links.get(token)
      links.delete(token)
      if (!link || link.expires < now()) return undefined
      const content = `${link.project}:${now() + SESSION_MS}`
      const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${SESSION_MS / 1000}${secure ? '; Secure' : ''}`
      return `${COOKIE}=${content}:${await sign(content)}; ${attributes}`
    },
    async projectOf(request) {
      const cookie = readCookie(request.headers.get('cookie'))
      if (cookie === undefined) return undefined
      const [project = '', expires = '', signature = ''] = cookie.split(':')
      if (!sameText(signature, await sign(`${project}:${expires}`))) {
        forgeries.take(clientAddress(request))
        return undefined
      }
      return Number(expires) > now() ? project : undefined
    },
  }
}

function readCookie(header: string | null): string | undefined {
  const pair = header?.split(/; */).find((part) => part.startsWith(`${COOKIE}=`))
  return pair?.slice(COOKIE.length + 1)
}

/** Takes the same time wherever they differ. */
function sameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

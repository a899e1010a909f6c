import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { Store } from '../store/store.ts'
import type { AddressLimit } from './address-limit.ts'

const COOKIE = 'threadline_page'
const SESSION_MS = 30 * 24 * 3_600_000
const LINK_MS = 24 * 3_600_000

/** A session that was ended stops, on every collector, within this time. */
const REFRESH_MS = 5_000

/** Sessions whose state is remembered. Beyond it, the one that was looked up longest ago is looked up again. */
const MAX_REMEMBERED = 10_000

export interface PageSession {
  readonly id: string
  readonly project: string
}

export interface PageSessions {
  /** A token for a one-time link to the page of `project`; it works once, within 24 hours, on every collector of the store. */
  issueToken(project: string): Promise<{ readonly token: string; readonly expiresAt: number }>
  /** The `Set-Cookie` of a new session, for a token that has not been used; undefined for any other. */
  redeem(token: string, secure: boolean): Promise<string | undefined>
  /**
   * The session of a request's cookie; undefined without one, or when it has ended.
   *
   * @throws RequestError `rate_limited` after many forged cookies from one address; a valid one always opens.
   */
  find(request: Request): Promise<PageSession | undefined>
  /** Ends the session of a request, if it has one. @returns the `Set-Cookie` that removes its cookie. */
  end(request: Request): Promise<string>
}

export interface PageSessionsOptions {
  readonly store: Pick<
    Store,
    'secret' | 'addLoginLink' | 'takeLoginLink' | 'addPageSession' | 'hasPageSession' | 'endPageSession'
  >
  readonly now: () => number
  /** Slows down whoever makes up cookies. */
  readonly forgeries: AddressLimit
  readonly clientAddress: (request: Request) => string
}

/**
 * Sessions of the live page: a signed cookie that scripts cannot read and other sites cannot send along, and a row in the
 * store, without which it is worth nothing. All collectors on one database accept it, also after a restart.
 */
export function createPageSessions({ store, now, forgeries, clientAddress }: PageSessionsOptions): PageSessions {
  const remembered = new Map<string, { readonly isOpen: boolean; readonly at: number }>()
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

  async function isOpen(id: string): Promise<boolean> {
    const known = remembered.get(id)
    if (known && Math.abs(now() - known.at) < REFRESH_MS) return known.isOpen
    const found = await store.hasPageSession(id)
    remember(id, found)
    return found
  }

  function remember(id: string, isOpen: boolean): void {
    remembered.delete(id)
    remembered.set(id, { isOpen, at: now() })
    const [oldest] = remembered.keys()
    if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest)
  }

  async function find(request: Request): Promise<PageSession | undefined> {
    const cookie = readCookie(request.headers.get('cookie'))
    if (cookie === undefined) return undefined
    const [id = '', project = '', expires = '', signature = ''] = cookie.split(':')
    // What is not signed never reaches the store.
    if (!sameText(signature, await sign(`${id}:${project}:${expires}`))) {
      forgeries.take(clientAddress(request))
      return undefined
    }
    return Number(expires) > now() && (await isOpen(id)) ? { id, project } : undefined
  }

  return {
    async issueToken(project) {
      const token = randomBytes(32).toString('base64url')
      const expiresAt = now() + LINK_MS
      await store.addLoginLink({ hash: hashOf(token), project, expiresAt }, now())
      return { token, expiresAt }
    },
    async redeem(token, secure) {
      const link = await store.takeLoginLink(hashOf(token))
      if (!link || link.expiresAt < now()) return undefined
      const id = randomUUID()
      const expiresAt = now() + SESSION_MS
      await store.addPageSession({ id, project: link.project, createdAt: now(), expiresAt })
      const content = `${id}:${link.project}:${expiresAt}`
      return setCookie(`${content}:${await sign(content)}`, SESSION_MS / 1_000, secure)
    },
    find,
    async end(request) {
      const session = await find(request)
      if (session) {
        await store.endPageSession(session.id, session.project)
        remember(session.id, false)
      }
      return setCookie('', 0, false)
    },
  }
}

function setCookie(value: string, maxAgeS: number, secure: boolean): string {
  return `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeS}${secure ? '; Secure' : ''}`
}

/** A token is long and random: its hash gives it away to nobody who reads the database. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
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

import type { Access, KeyKind, Keyring } from '../keys.ts'
import { authorize, bearerKey } from './authorize.ts'
import type { PageSessions } from './page-session.ts'
import type { RateLimiter } from './rate-limit.ts'

const READERS: readonly KeyKind[] = ['rk', 'sk']

export interface Readers {
  /**
   * What a request may read: by an `rk_` or `sk_` key, or by the live page's session.
   *
   * @throws RequestError `unauthorized`, `forbidden` or `rate_limited`.
   */
  access(request: Request): Promise<{ readonly project: string }>
  /** Whether it may still read, of a request that had access before: as far as is known, which is seconds old at most. */
  mayRead(request: Request): Promise<boolean>
}

export interface ReadersOptions {
  readonly keyring: Keyring
  readonly sessions: PageSessions
  readonly rateLimiter: RateLimiter
}

export function createReaders({ keyring, sessions, rateLimiter }: ReadersOptions): Readers {
  /** What the limit of a project's page sessions hangs on: one person's, or those of all who look at it at once. */
  const accesses = new Map<string, Access>()

  /** Only projects of valid sessions come here, so they are few. */
  function sessionAccess(project: string): Access {
    const access = accesses.get(project) ?? { kind: 'rk', project, origins: [] }
    accesses.set(project, access)
    return access
  }

  return {
    async mayRead(request) {
      await keyring.refresh()
      const key = bearerKey(request)
      if (key === undefined) return (await sessions.find(request)) !== undefined
      const kind = keyring.find(key)?.kind
      return kind !== undefined && READERS.includes(kind)
    },
    async access(request) {
      const key = bearerKey(request)
      const session = key === undefined ? await sessions.find(request) : undefined
      if (session) {
        const access = sessionAccess(session.project)
        rateLimiter.take(access)
        return access
      }
      const access = authorize(keyring, key, READERS)
      rateLimiter.take(access)
      return access
    },
  }
}

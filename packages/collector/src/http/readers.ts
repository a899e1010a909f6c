import type { KeyKind, Keyring } from '../keys.ts'
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
}

export interface ReadersOptions {
  readonly keyring: Keyring
  readonly sessions: PageSessions
  readonly rateLimiter: RateLimiter
}

export function createReaders({ keyring, sessions, rateLimiter }: ReadersOptions): Readers {
  return {
    async access(request) {
      const key = bearerKey(request)
      const project = key === undefined ? await sessions.projectOf(request) : undefined
      if (project !== undefined) return { project }
      const access = authorize(keyring, key, READERS)
      rateLimiter.take(access)
      return access
    },
  }
}

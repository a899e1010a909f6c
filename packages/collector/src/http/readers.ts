import type { KeyKind, Keyring } from '../keys.ts'
import { authorize, bearerKey } from './authorize.ts'
import type { PageSessions } from './page-session.ts'

const READERS: readonly KeyKind[] = ['rk', 'sk']

export interface Readers {
  /**
   * What a request may read: by an `rk_` or `sk_` key, or by the live page's session.
   *
   * @throws RequestError `unauthorized` or `forbidden`.
   */
  access(request: Request): Promise<{ readonly project: string }>
}

export function createReaders(keyring: Keyring, sessions: PageSessions): Readers {
  return {
    async access(request) {
      const key = bearerKey(request)
      const project = key === undefined ? await sessions.projectOf(request) : undefined
      return project === undefined ? authorize(keyring, key, READERS) : { project }
    },
  }
}

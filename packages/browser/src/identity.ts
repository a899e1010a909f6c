import { isCarriedId, uuidv7 } from '@threadline/schema'
import type { BrowserConfig } from './config.ts'
import type { Cookies } from './cookies.ts'
import { readLocal, writeLocal } from './local-storage.ts'
import { createMirror } from './mirror.ts'
import { currentSession, parseSession } from './session.ts'

/** Default name of the id's cookie and of its `localStorage` key. */
export const ID_NAME = 'tl_id'
const SESSION_NAME = 'tl_session'
const USER_KEY = 'tl_user'

/** How long the ids in memory are trusted before cookies are read again, in milliseconds. */
const SYNC_INTERVAL_MS = 5_000

export interface Ids {
  readonly anonymousId: string
  readonly userId: string | undefined
  readonly sessionId: string
}

/** Who the visitor is: in memory, and in the browser's storage as far as that is allowed. */
export interface Identity {
  /** The ids for an event captured at `now`; keeps the session alive. */
  touch(now: number): Ids
  /**
   * Takes over what storage holds and stores what it lacks.
   *
   * With `mint` it also stores what had to be made. Without, it does nothing and returns false when something has to be.
   */
  sync(now: number, mint?: boolean): boolean
  /** Has the next `touch` look into storage: another tab may have been busy meanwhile. */
  distrust(): void
  /** Becomes another visitor, or keeps the id and becomes another user. */
  become(ids: { readonly anonymousId?: string; readonly userId?: string | undefined }): void
  /** Forgets everybody, in memory and in storage. */
  forget(): void
}

/** @param mayStore - Whether cookies and `localStorage` may be read and written now. */
export function createIdentity(config: BrowserConfig, cookies: Cookies, mayStore: () => boolean): Identity {
  const { cookieName = ID_NAME, storageKey = ID_NAME, destination } = config
  const { adoptIds = [destination?.visitorIdStore?.name ?? ''] } = config
  const ids = createMirror(cookies, cookieName, storageKey)
  const sessions = createMirror(cookies, SESSION_NAME)
  let anonymousId = ''
  /** An id that the page has set and storage does not have yet: it wins over what storage holds. */
  let ownId: string | undefined
  let userId: string | undefined
  let session = parseSession()
  let syncedAt = 0

  function sync(now: number, mint?: boolean): boolean {
    const known =
      ownId ?? ids.read() ?? adoptIds.flatMap((name) => [...cookies.read(name), readLocal(name)]).find(isCarriedId)
    const stored = parseSession(sessions.read())
    const latest = currentSession(now, stored, session)
    if (!mint && (!known || latest[0] !== stored[0])) return false

    // Another tab became somebody else: its user is not this one's.
    if (known !== anonymousId) userId = undefined
    anonymousId = known ?? (anonymousId || uuidv7(now))
    ids.write(anonymousId, !syncedAt)
    session = latest
    sessions.write(session.join('.'))
    userId = readLocal(USER_KEY) ?? userId
    ownId = undefined
    syncedAt = now
    return true
  }

  return {
    sync,
    touch(now) {
      if (mayStore() && now - syncedAt > SYNC_INTERVAL_MS) sync(now, true)
      session = currentSession(now, session)
      anonymousId ||= uuidv7(now)
      return { anonymousId, userId, sessionId: session[0] }
    },
    distrust() {
      syncedAt &&= 1
    },
    become({ anonymousId: id, userId: user }) {
      if (id) {
        ownId = id
        anonymousId = id
      }
      if (user) userId = user
      if (!mayStore()) return
      if (user) writeLocal(USER_KEY, user)
      sync(Date.now(), true)
    },
    forget() {
      anonymousId = ''
      ownId = undefined
      userId = undefined
      session = parseSession()
      syncedAt = 0
      ids.write('')
      sessions.write('')
      writeLocal(USER_KEY, '')
    },
  }
}

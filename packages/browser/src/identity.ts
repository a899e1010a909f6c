import { isCarriedId, uuidv7 } from '@threadline/schema'
import type { BrowserConfig } from './config.ts'
import type { Cookies } from './cookies.ts'
import { readLocal, writeLocal } from './local-storage.ts'
import { createMirror } from './mirror.ts'
import { currentSession, formatSession, parseSession, type Session } from './session.ts'

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
  sync(now: number, mint: boolean): boolean
  /** Has the next `touch` look into storage: another tab may have been busy meanwhile. */
  distrust(): void
  setAnonymousId(id: string): void
  setUserId(id: string | undefined): void
  /** Forgets everybody, in memory and in storage. */
  forget(): void
  /** Where the visitor's id is at this moment. */
  storage(): { readonly cookie: boolean; readonly localStorage: boolean }
}

/** @param mayStore - Whether cookies and `localStorage` may be read and written now. */
export function createIdentity(config: BrowserConfig, cookies: Cookies, mayStore: () => boolean): Identity {
  const { cookieName = 'tl_id', storageKey = 'tl_id', adoptIds, destination } = config
  const ids = createMirror(cookies, cookieName, storageKey)
  const sessions = createMirror(cookies, 'tl_session')
  let anonymousId: string | undefined
  let userId: string | undefined
  let session: Session | undefined
  /** An id set by the page, that storage does not have yet. It wins over what storage holds. */
  let ownId: string | undefined
  let isOwnUser = false
  /** What `USER_KEY` held when last seen: only a change is news, so that a user survives where nothing can be stored. */
  let seenUser: string | null | undefined
  let syncedAt = 0

  function adopted(): string | undefined {
    return (adoptIds ?? [destination?.visitorIdStore?.name ?? ''])
      .flatMap((name) => [...cookies.all(name), readLocal(name)])
      .find(isCarriedId)
  }

  function sync(now: number, mint: boolean): boolean {
    const known = ownId ?? ids.read() ?? adopted()
    const stored = parseSession(sessions.read())
    const latest = currentSession(now, [stored, session])
    if (!mint && !(known && stored.id === latest.id)) return false

    anonymousId = known ?? anonymousId ?? uuidv7(now)
    ids.write(anonymousId, !syncedAt)
    session = latest
    sessions.write(formatSession(session))
    if (isOwnUser) writeLocal(USER_KEY, userId)
    const user = readLocal(USER_KEY)
    if (!isOwnUser && user !== seenUser) userId = user ?? undefined
    seenUser = user
    ownId = undefined
    isOwnUser = false
    syncedAt = now
    return true
  }

  function save(): void {
    if (mayStore()) sync(Date.now(), true)
  }

  return {
    sync,
    touch(now) {
      if (mayStore() && now - syncedAt > SYNC_INTERVAL_MS) sync(now, true)
      session = currentSession(now, [session])
      anonymousId ??= uuidv7(now)
      return { anonymousId, userId, sessionId: session.id }
    },
    distrust() {
      syncedAt &&= 1
    },
    setAnonymousId(id) {
      ownId = anonymousId = id
      save()
    },
    setUserId(id) {
      userId = id
      isOwnUser = true
      save()
    },
    forget() {
      anonymousId = userId = session = ownId = undefined
      syncedAt = 0
      ids.write()
      sessions.write()
      writeLocal(USER_KEY)
    },
    storage: () => ({
      cookie: cookies.all(cookieName)[0] === anonymousId,
      localStorage: readLocal(storageKey) === anonymousId,
    }),
  }
}

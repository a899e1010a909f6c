import { isCarriedId, uuidv7 } from '@threadline/schema'
import type { Identity } from '../contract/identity.ts'
import type { Settings } from '../contract/settings.ts'
import { readLocal, writeLocal } from '../platform/local-storage.ts'
import { readCookies } from './cookies.ts'
import { createMirror } from './mirror.ts'
import { currentSession, parseSession } from './session.ts'

/** Default name of the id's cookie and of its `localStorage` key. */
export const ID_NAME = 'tl_id'
const SESSION_NAME = 'tl_session'
const USER_KEY = 'tl_user'

/** How long the ids in memory are trusted before cookies are read again, in milliseconds. */
const SYNC_INTERVAL_MS = 5_000

/** @param mayStore - Whether cookies and `localStorage` may be read and written now. */
export function createIdentity(config: Settings, mayStore: () => boolean): Identity {
  const { cookieName = ID_NAME, storageKey = ID_NAME, destination } = config
  const { adoptIds = [destination?.visitorIdStore?.name ?? ''] } = config
  const ids = createMirror(config, cookieName, storageKey)
  const sessions = createMirror(config, SESSION_NAME)
  let anonymousId = ''
  let userId: string | undefined
  /** What the page has said and storage does not have yet: it wins over what storage holds. */
  let own: Parameters<Identity['become']>[0] = {}
  let session = parseSession()
  let syncedAt = 0

  function store(renew: boolean): void {
    ids.write(anonymousId, renew)
    sessions.write(session[0] && session.join('.'))
    writeLocal(USER_KEY, userId ?? '')
  }

  function sync(now: number, mint?: boolean): boolean {
    const known =
      own.anonymousId ??
      ids.read() ??
      adoptIds.flatMap((name) => [...readCookies(name), readLocal(name)]).find(isCarriedId)
    const stored = parseSession(sessions.read())
    const latest = currentSession(now, stored, session)
    if (!mint && (!known || latest[0] !== stored[0])) return false

    // Another tab became somebody else: its user is not this one's.
    if (known !== anonymousId) userId = undefined
    userId = own.userId ?? readLocal(USER_KEY) ?? userId
    anonymousId = known ?? (anonymousId || uuidv7(now))
    session = latest
    store(!syncedAt)
    own = {}
    syncedAt = now
    return true
  }

  return {
    load: sync,
    touch(now, mustSync) {
      if (mustSync || (mayStore() && now - syncedAt > SYNC_INTERVAL_MS)) sync(now, true)
      session = currentSession(now, session)
      anonymousId ||= uuidv7(now)
      return { anonymousId, userId, sessionId: session[0] }
    },
    become(given) {
      own = { ...own, ...given }
      anonymousId = own.anonymousId ?? anonymousId
      userId = own.userId ?? userId
      if (mayStore()) sync(Date.now(), true)
    },
    forget() {
      anonymousId = ''
      userId = undefined
      own = {}
      session = parseSession()
      syncedAt = 0
      store(false)
    },
  }
}

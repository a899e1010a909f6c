import { ID_NAME, isCarriedId, SESSION_NAME, uuidv7 } from '@threadline/schema'
import type { Identity, Ids } from '../contract/identity.ts'
import type { Settings } from '../contract/settings.ts'
import { checksum } from '../platform/checksum.ts'
import { readLocal, writeLocal } from '../platform/local-storage.ts'
import { readCookies } from './cookies.ts'
import { createMirror } from './mirror.ts'
import { currentSession, isLive, parseSession } from './session.ts'

/** How long the ids in memory are trusted before all that is stored is read again, in milliseconds. */
const SYNC_INTERVAL_MS = 5_000

/** @param mayStore - Whether cookies and `localStorage` may be read and written now. */
export function createIdentity(config: Settings, mayStore: () => boolean): Identity {
  const { cookieName = ID_NAME, storageKey = cookieName, destination } = config
  const { adoptIds = [destination?.visitorIdStore?.name ?? ''] } = config
  const ids = createMirror(config, cookieName, storageKey)
  const sessions = createMirror(config, SESSION_NAME)
  const userKey = `${storageKey}.user`
  let anonymousId = ''
  let userId: string | undefined
  /** What the page has said and storage does not have yet: it wins over what storage holds. */
  let own: Parameters<Identity['become']>[0] = {}
  let session = parseSession()
  let syncedAt = 0

  /**
   * A user as it is stored: with a sum of it and the visitor it was said of. On another subdomain that one may have signed
   * out meanwhile; and what anybody else has written is not what `identify` has checked.
   */
  function signed(user: string): string {
    return `${checksum(anonymousId + user)} ${user}`
  }

  function store(renew: boolean): void {
    ids.write(anonymousId, renew)
    sessions.write(session[0] && session.join('.'))
    writeLocal(userKey, userId ? signed(userId) : '')
  }

  /** The visitor that is stored, here or by another tracker. */
  function stored(): string | undefined {
    return ids.read() ?? adoptIds.flatMap((name) => [...readCookies(name), readLocal(name)]).find(isCarriedId)
  }

  /** Takes over what the page has said and, if it `mayRead`, the visitor that is stored and the user that was said of that very visitor. */
  function find(mayRead: boolean): string | undefined {
    const known = own.anonymousId ?? (mayRead ? stored() : undefined)
    if (known && known !== anonymousId) {
      // Another tab became somebody else: its user is not this one's.
      userId = undefined
      anonymousId = known
    }
    const kept = (mayRead && readLocal(userKey)) || ''
    const user = kept.slice(kept.indexOf(' ') + 1)
    if (kept && kept === signed(user)) userId = user
    userId = own.userId ?? userId
    return known
  }

  /** Another tab may have become somebody else, which its cookie tells at once. */
  function isStale(now: number): boolean {
    const [cookie = anonymousId] = readCookies(cookieName)
    return cookie !== anonymousId || now - syncedAt > SYNC_INTERVAL_MS
  }

  function idsAt(now: number, isEvent: boolean, mustSync = mayStore() && isStale(now)): Ids {
    find(mustSync)
    anonymousId ||= uuidv7(now)
    session = currentSession(now, mustSync ? parseSession(sessions.read()) : session, session)
    if (isEvent) session = [session[0], session[1], now]
    if (mustSync) {
      store(!syncedAt)
      own = {}
      syncedAt = now
    }
    return { anonymousId, userId, sessionId: session[0] }
  }

  return {
    load: (now) => !!find(true) && isLive(parseSession(sessions.read()), now) && !!idsAt(now, false, true),
    read: (now, mustSync) => idsAt(now, false, mustSync),
    touch: (now) => idsAt(now, true),
    become(given) {
      own = { ...own, ...given }
      // What is said is stored at once, as far as it may be.
      syncedAt = 0
      idsAt(Date.now(), false)
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

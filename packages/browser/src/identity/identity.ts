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

/**
 * @param mayStore - Whether cookies and `localStorage` may be read and written now.
 * @param follow - Called when an id that was made here, and is stored nowhere, turns out to be another one's: what was captured
 * under it follows.
 */
export function createIdentity(
  config: Settings,
  mayStore: () => boolean,
  follow: (made: string, id: string) => void,
): Identity {
  const { cookieName = ID_NAME, storageKey = cookieName, destination } = config
  const { adoptIds = [destination?.visitorIdStore?.name ?? ''] } = config
  const ids = createMirror(config, cookieName, storageKey)
  const sessions = createMirror(config, SESSION_NAME)
  const userKey = `${storageKey}.user`
  let anonymousId = ''
  /** The visitor's id if it was made here: nobody has it yet, until it is stored. */
  let made = ''
  let userId: string | undefined
  /** The user as storage had it last. It is absent when another tab has signed out, and when there is no storage. */
  let keptUser = ''
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
    keptUser = storedUser()
  }

  function storedUser(): string {
    return readLocal(userKey) ?? ''
  }

  /** The visitor that is stored, here or by another tracker. */
  function stored(): string | undefined {
    return (
      ids.read() ??
      adoptIds
        .flatMap((from) => (typeof from === 'string' ? [...readCookies(from), readLocal(from)] : from()))
        .find(isCarriedId)
    )
  }

  /** Takes over the visitor that the page has said or that is stored, if it `mayRead`. */
  function findVisitor(mayRead: boolean): string | undefined {
    const known = own.anonymousId ?? (mayRead ? stored() : undefined)
    if (known && known !== anonymousId) {
      if (anonymousId === made) follow(made, known)
      // Another tab became somebody else: its user is not this one's.
      userId = undefined
      anonymousId = known
    }
    return known
  }

  /** Takes over the user that is stored of this very visitor. */
  function findUser(): void {
    const kept = storedUser()
    const user = kept.slice(kept.indexOf(' ') + 1)
    if (kept && kept === signed(user)) userId = user
    // Another tab has signed out, and kept the visitor.
    else if (kept !== keptUser) userId = undefined
  }

  /** Takes over what the page has said and, if it `mayRead`, what is stored. True when there are a visitor and a session. */
  function find(now: number, mayRead: boolean): boolean {
    const known = findVisitor(mayRead)
    if (mayRead) findUser()
    userId = own.userId ?? userId
    const shared = mayRead ? parseSession(sessions.read()) : session
    const current = currentSession(now, shared, session)
    if (isLive(session, now)) follow(session[0], current[0])
    session = current
    return !!known && current[0] === shared[0]
  }

  /** Another tab may have become somebody else, or signed out. */
  function isStale(now: number): boolean {
    const [cookie = anonymousId] = readCookies(cookieName)
    return cookie !== anonymousId || storedUser() !== keptUser || now - syncedAt > SYNC_INTERVAL_MS
  }

  function idsAt(now: number, isEvent: boolean, mustSync = mayStore() && isStale(now)): Ids {
    find(now, mustSync)
    anonymousId ||= made = uuidv7(now)
    if (isEvent) session = [session[0], session[1], now]
    if (mustSync) {
      store(!syncedAt)
      own = {}
      syncedAt = now
    }
    return { anonymousId, userId, sessionId: session[0] }
  }

  return {
    load: (now) => find(now, true) && !!idsAt(now, false, true),
    read: (now, mustSync) => idsAt(now, false, mustSync),
    touch: (now) => idsAt(now, true),
    become(given) {
      own = { ...own, ...given }
      // What is said is stored at once, as far as it may be.
      syncedAt = 0
      idsAt(Date.now(), false)
    },
    forget(next) {
      // What waits is of the visitor who was here.
      find(Date.now(), true)
      const left = anonymousId
      anonymousId = ''
      userId = undefined
      own = {}
      session = parseSession()
      syncedAt = 0
      store(false)
      if (next) {
        made = next
        this.become({ anonymousId: next })
      }
      return left
    },
  }
}

import { type QueueItem, ThreadlineError } from '@threadline/core'
import { uuidv7 } from '@threadline/schema'
import type { Emit } from '../contract/hooks.ts'
import type { Records, StoredItem } from '../contract/page-queue.ts'
import { attempt } from '../platform/attempt.ts'
import { clock } from '../platform/clock.ts'
import { localKeys, readLocal, writeLocal } from '../platform/local-storage.ts'
import { withLock } from '../platform/locks.ts'
import { listen } from '../platform/page-globals.ts'
import { utf8Length } from './sender.ts'

/** Without Web Locks, how long a tab counts as alive after its last record, in milliseconds. */
const LEASE_MS = 180_000
/** Time for what a tab removed last to reach other processes, and for the page that follows in the tab to come first. */
const HANDOVER_MS = 2_000

/** A line about the event, then its body as it is: writing it as JSON within JSON would take twice the time. */
function toRecord({ body, ...about }: QueueItem): string {
  return `${JSON.stringify(about)}\n${body}`
}

/** The event in a record; throws or gives nothing when the text is none: anybody can write `localStorage`. */
function toItem(record: string): StoredItem | undefined {
  const end = record.indexOf('\n')
  const about: StoredItem = JSON.parse(record.slice(0, end))
  const body = record.slice(end + 1)
  // One body that is no JSON object would make the service refuse all that travel with it.
  const isEvent = about.eventId && JSON.parse(body).constructor === Object
  // What is of the future, from a clock that was wrong, would never expire.
  return isEvent ? { ...about, body, bytes: utf8Length(body), at: Math.min(about.at || 0, clock.now()) } : undefined
}

export interface RecordsOptions {
  /** What the keys of this client's records start with: tabs whose clients have the same one share them. */
  readonly prefix: string
  /** Aborted when the client is taken down. */
  readonly signal: AbortSignal
  /** Whether something may be stored now. */
  readonly mayStore: () => boolean
  /** Takes over an event that a tab has left. */
  readonly adopt: (item: StoredItem) => void
  readonly emit: Emit
}

/**
 * Keeps queued events in `localStorage`, one record per event, and takes over the records of tabs that are gone.
 *
 * Records lie under an id of the tab that wrote them, a new one whenever nothing is stored any more. As long as there are
 * some, the tab holds the Web Lock of that name, and others wait for it: who gets the lock knows that the tab is gone. A
 * page that leaves lets go of it; and Firefox, which decides before it says so, keeps no page in its back/forward cache
 * that holds a lock, so that idle pages must hold none. Where there are no locks, the tab notes the time of its last
 * record instead.
 */
export function createRecords({ prefix, signal, mayStore, adopt, emit }: RecordsOptions): Records {
  let tab = uuidv7()
  /** Has as many digits for every record of a tab, so that keys sort by age. */
  let written = 1e6
  /** Records of this tab. */
  let stored = 0
  let isFull = false
  /** Ids under which other tabs keep records, each waited for once. */
  let watched = new Set<string>()
  /** Aborted while records are not this page's to take. A page that waits for locks may not be kept for Back. */
  let leaving = new AbortController()
  leaving.abort()
  let hasLocks = true
  /** Settled when the tab lets go of its locks. */
  let unlocked: Promise<void> | undefined
  let unlock: (() => void) | undefined

  /** Nothing is stored any more. A lock is never taken twice: who waits for it would then find records of a living tab. */
  function letGo(): void {
    // After the task: Firefox hands what was removed to other processes at its end.
    if (unlock) setTimeout(unlock)
    writeLocal(prefix + tab, '')
    tab = uuidv7()
    stored = 0
  }

  function remove(item: StoredItem): void {
    if (!item.key) return
    writeLocal(item.key, '')
    item.key = ''
    stored -= 1
    if (!stored) letGo()
  }

  function store(item: StoredItem): void {
    if (!mayStore()) return
    if (!item.key) {
      // Before the record can be seen: who sees it finds the lock taken.
      if (!stored) {
        unlocked = new Promise((resolve) => {
          unlock = resolve
        })
        hasLocks = withLock(prefix + tab, {}, () => unlocked)
      }
      stored += 1
      written += 1
      item.key = `${prefix}${tab}.${written}`
    }
    if (!hasLocks) writeLocal(prefix + tab, `${clock.now()}`)
    if (writeLocal(item.key, toRecord(item))) return
    remove(item)
    if (!isFull) emit('failed', new ThreadlineError('spool_failed', 'localStorage'))
    isFull = true
  }

  /** Makes the records of a tab that is gone this tab's. */
  function takeOver(id: string): void {
    for (const key of localKeys(`${prefix}${id}.`).sort()) {
      const item = attempt(() => toItem(readLocal(key) ?? ''))
      writeLocal(key, '')
      if (item) adopt({ ...item, key: '' })
    }
    writeLocal(prefix + id, '')
  }

  /** Takes over what a tab has left, unless it lives: then this one waits for its end. */
  function claim(id: string): void {
    if (id === tab || leaving.signal.aborted) return
    hasLocks = withLock(prefix + id, { ifAvailable: true }, (lock) => {
      if (!lock) return watch(id)
      takeOver(id)
      // Not only now: other processes may still see the records for a while.
      return unlocked
    })
    // A note that says nothing is no sign of life.
    if (!hasLocks && !(Math.abs(clock.now() - Number(readLocal(prefix + id))) < LEASE_MS)) takeOver(id)
  }

  /** Waits until a tab lets go of its lock: it has delivered everything, has gone elsewhere, or died. */
  function watch(id: string): void {
    if (id === tab || watched.has(id)) return
    watched.add(id)
    withLock(prefix + id, { signal: leaving.signal }, () => {
      watched.delete(id)
      setTimeout(claim, HANDOVER_MS, id)
    })
  }

  const ownerOf = (key: string) => key.slice(prefix.length).split('.')[0] ?? ''

  // Another tab stores what it cannot deliver at once: should it crash, somebody has to be waiting.
  listen(
    window,
    'storage',
    (event) => {
      if (!(event instanceof StorageEvent) || leaving.signal.aborted) return
      if (event.newValue && event.key?.startsWith(prefix)) watch(ownerOf(event.key))
    },
    { signal },
  )

  return {
    store,
    remove,
    open() {
      leaving = new AbortController()
      watched = new Set()
      new Set(localKeys(prefix).map(ownerOf)).forEach(claim)
    },
    clear() {
      leaving.abort()
      for (const key of localKeys(prefix)) writeLocal(key, '')
      letGo()
    },
    leave() {
      leaving.abort()
      unlock?.()
      writeLocal(prefix + tab, '')
    },
    renew() {
      tab = uuidv7()
      stored = 0
    },
  }
}

import { type QueueItem, ThreadlineError } from '@threadline/core'
import { uuidv7 } from '@threadline/schema'
import { attempt } from './attempt.ts'
import type { Part } from './instance.ts'
import { localKeys, readLocal, writeLocal } from './local-storage.ts'

/** Without Web Locks, how long a tab counts as alive after it last said so, in milliseconds. */
const LEASE_MS = 180_000
const LEASE_RENEWAL_MS = 60_000

/**
 * Keeps every queued event in `localStorage` until it has left the queue, one record per event, and takes over the
 * records of tabs that are gone.
 *
 * Records lie under the id of the tab that wrote them. A tab is alive while it holds the Web Lock of that name; a page
 * that leaves lets go of it, since a held lock would keep the page out of the back/forward cache.
 */
export const persistence: Part = ({ config, clock, report, queue, replaceQueue }) => {
  const prefix = `tl_q.${config.destination?.name ?? config.key}.`
  const keys = new Map<QueueItem, string>()
  let tab = ''
  let written = 0
  let isFull = false
  /** Ends the locks that are held; a new array for each stay on the page. */
  let releases: (() => void)[] = []
  const leased = new Set<string>()

  function save(item: QueueItem): void {
    const key = `${prefix}${tab}.${(written += 1)}`
    if (!tab) return
    keys.set(item, key)
    if (writeLocal(key, JSON.stringify(item))) return
    keys.delete(item)
    if (!isFull) report(new ThreadlineError('spool_failed', 'localStorage'))
    isFull = true
  }

  function remove(items: readonly QueueItem[]): void {
    for (const item of items) {
      const key = keys.get(item)
      if (key && keys.delete(item)) writeLocal(key)
    }
  }

  function lease(id: string): void {
    leased.add(id)
    writeLocal(prefix + id, String(clock.now()))
  }

  /** Makes a tab id this page's, if no live page has it, and then calls `run`. */
  function claim(id: string, run?: () => void): void {
    const stay = releases
    const locked = attempt(() =>
      navigator.locks
        .request(prefix + id, { ifAvailable: true }, (lock) => {
          if (!lock || stay !== releases) return undefined
          run?.()
          return new Promise<void>((release) => stay.push(release))
        })
        .catch(() => undefined),
    )
    if (locked || clock.now() - Number(readLocal(prefix + id)) < LEASE_MS) return
    lease(id)
    run?.()
  }

  function adopt(id: string): void {
    for (const key of localKeys(`${prefix}${id}.`)) {
      const item = attempt((): QueueItem => JSON.parse(readLocal(key) ?? ''))
      if (item?.body && item.bytes > 0 && item.at > 0) {
        keys.set(item, key)
        queue().add(item)
      } else writeLocal(key)
    }
  }

  function open(): void {
    const others = new Set(localKeys(prefix).map((key) => key.slice(prefix.length).split('.')[0] ?? ''))
    tab = uuidv7()
    claim(tab)
    for (const id of others) claim(id, () => adopt(id))
  }

  setInterval(() => leased.forEach(lease), LEASE_RENEWAL_MS)

  return {
    allowed: open,
    queued: save,
    settled: remove,
    committed: remove,
    refused() {
      for (const key of localKeys(prefix)) writeLocal(key)
      keys.clear()
    },
    left() {
      for (const release of releases) release()
      releases = []
      for (const id of leased) writeLocal(prefix + id)
      leased.clear()
    },
    restored() {
      if (!tab) return
      // Another page may have taken over what lay under this one's id: what is in storage now is what is left.
      for (const item of replaceQueue()) if (!keys.has(item)) queue().add(item)
      keys.clear()
      open()
    },
  }
}

import { type QueueItem, ThreadlineError } from '@threadline/core'
import { uuidv7 } from '@threadline/schema'
import { attempt } from './attempt.ts'
import { clock } from './clock.ts'
import type { Part } from './instance.ts'
import { localKeys, readLocal, writeLocal } from './local-storage.ts'

/** Without Web Locks, how long a tab counts as alive after its last event, in milliseconds. */
const LEASE_MS = 180_000

/**
 * Keeps every queued event in `localStorage` until it has left the queue, one record per event, and takes over the
 * records of tabs that are gone.
 *
 * Records lie under the id of the tab that wrote them. A tab is alive while it holds the Web Lock of that name; a page
 * that leaves lets go of it, since a held lock would keep the page out of the back/forward cache.
 */
export const persistence: Part = ({ config, queue }) => {
  const prefix = `tl_q.${config.destination?.name ?? config.key}.`
  let tab = uuidv7()
  /** Has as many digits for every record of a tab, so that keys sort by age. */
  let written = 1e6
  let isFull = false
  /** Tab ids that are this page's without a lock. */
  const leased = new Set<string>()
  /** Lets go of the locks of this stay on the page. */
  let releases: (() => void)[] = []

  function renew(id: string): void {
    writeLocal(prefix + id, `${clock.now()}`)
  }

  function remove(items: readonly QueueItem[]): void {
    for (const { key } of items) if (key) writeLocal(key, '')
  }

  /** Makes a tab id this page's, unless a live page has it. */
  function claim(id: string): void {
    const stay = releases
    const isLocked = attempt(() =>
      navigator.locks
        .request(prefix + id, { ifAvailable: true }, (lock) => {
          if (!lock || stay !== releases) return undefined
          adopt(id)
          return new Promise<void>((release) => stay.push(release))
        })
        .catch(() => undefined),
    )
    if (isLocked || clock.now() - Number(readLocal(prefix + id)) < LEASE_MS) return
    leased.add(id)
    renew(id)
    adopt(id)
  }

  /** Takes over the records of a tab that is gone. */
  function adopt(id: string): void {
    if (id === tab) return
    for (const key of localKeys(`${prefix}${id}.`).sort()) {
      const item = attempt((): QueueItem => JSON.parse(readLocal(key) ?? ''))
      if (item?.bytes) queue.add(item)
      else writeLocal(key, '')
    }
  }

  function open(): void {
    const ids = localKeys(prefix).map((key) => key.slice(prefix.length).split('.')[0] ?? '')
    for (const id of new Set([tab, ...ids])) claim(id)
  }

  return {
    allowed: open,
    queued(item) {
      leased.forEach(renew)
      written += 1
      item.key = `${prefix}${tab}.${written}`
      if (writeLocal(item.key, JSON.stringify(item))) return
      item.key = ''
      if (!isFull) attempt(() => config.onError?.(new ThreadlineError('spool_failed', 'localStorage')))
      isFull = true
    },
    settled: remove,
    committed: remove,
    refused() {
      for (const key of localKeys(prefix)) writeLocal(key, '')
    },
    left() {
      for (const release of releases) release()
      releases = []
      for (const id of leased) writeLocal(prefix + id, '')
      leased.clear()
    },
    restored() {
      // Another page may have taken over what lay under this one's id: what is in storage now is what is left.
      for (const item of queue.clear()) if (!item.key) queue.add(item)
      tab = uuidv7()
      open()
    },
  }
}

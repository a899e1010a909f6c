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
  /** Ends what keeps tab ids this page's; a new array for each stay on the page. */
  let releases: (() => void)[] = []

  function remove(items: readonly QueueItem[]): void {
    for (const item of items) {
      writeLocal(keys.get(item) ?? '', '')
      keys.delete(item)
    }
  }

  function lease(id: string): void {
    const renew = () => writeLocal(prefix + id, `${clock.now()}`)
    renew()
    const timer = setInterval(renew, LEASE_RENEWAL_MS)
    releases.push(() => {
      clearInterval(timer)
      writeLocal(prefix + id, '')
    })
  }

  /** Makes a tab id this page's, unless a live page has it, and takes over what lies under it. */
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
    lease(id)
    adopt(id)
  }

  function adopt(id: string): void {
    const known = new Set(keys.values())
    for (const key of localKeys(`${prefix}${id}.`)) {
      if (known.has(key)) continue
      const item = attempt((): QueueItem => JSON.parse(readLocal(key) ?? ''))
      if (item?.body && item.bytes > 0 && item.at > 0) {
        keys.set(item, key)
        queue().add(item)
      } else writeLocal(key, '')
    }
  }

  function open(): void {
    tab = uuidv7()
    const others = localKeys(prefix).map((key) => key.slice(prefix.length, prefix.length + tab.length))
    for (const id of new Set([tab, ...others])) claim(id)
  }

  return {
    allowed: open,
    queued(item) {
      written += 1
      const key = `${prefix}${tab}.${written}`
      if (writeLocal(key, JSON.stringify(item))) keys.set(item, key)
      else if (!isFull) {
        isFull = true
        report(new ThreadlineError('spool_failed', 'localStorage'))
      }
    },
    settled: (entries) => remove(entries.map(({ item }) => item)),
    committed: remove,
    refused() {
      for (const key of localKeys(prefix)) writeLocal(key, '')
      keys.clear()
    },
    left() {
      for (const release of releases) release()
      releases = []
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

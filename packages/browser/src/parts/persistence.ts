import { type QueueItem, ThreadlineError } from '@threadline/core'
import { uuidv7 } from '@threadline/schema'
import { attempt } from '../attempt.ts'
import { clock } from '../clock.ts'
import type { Part } from '../instance.ts'
import { localKeys, readLocal, writeLocal } from '../local-storage.ts'

/** Without Web Locks, how long a tab counts as alive after its last event, in milliseconds. */
const LEASE_MS = 180_000

/** A line about the event, then its body as it is: writing it as JSON within JSON would take twice the time. */
function toRecord({ eventId, event, bytes, at, alone, body }: QueueItem): string {
  return `${JSON.stringify([eventId, event, bytes, at, alone])}\n${body}`
}

/** Throws when the text is no record. */
function toItem(key: string, record: string): QueueItem {
  const end = record.indexOf('\n')
  const [eventId, event, bytes, at, alone] = JSON.parse(record.slice(0, end))
  return { key, eventId, event, bytes, at, alone: !!alone, body: record.slice(end + 1) }
}

/**
 * Keeps every queued event in `localStorage` until it has left the queue, one record per event, and takes over the
 * records of tabs that are gone.
 *
 * Records lie under the id of the tab that wrote them. As long as there are some, the tab holds the Web Lock of that
 * name: who gets the lock knows that the tab is gone. A page that leaves lets go of it; and Firefox, which decides
 * before it says so, keeps no page in its back/forward cache that holds a lock, so that idle pages must hold none.
 */
export const persistence: Part = ({ config, queue }) => {
  const prefix = `tl_q.${config.destination?.name ?? config.key}.`
  let tab = uuidv7()
  /** Has as many digits for every record of a tab, so that keys sort by age. */
  let written = 1e6
  /** Records that are this page's to remove. */
  let records = 0
  let isFull = false
  /** Lets go of the locks that are held; a new array each time. */
  let releases: (() => void)[] = []
  /** Tab ids that are this page's without a lock. */
  const leased = new Set<string>()

  function renew(id: string): void {
    writeLocal(prefix + id, `${clock.now()}`)
  }

  function letGo(): void {
    for (const release of releases) release()
    releases = []
    for (const id of leased) writeLocal(prefix + id, '')
    leased.clear()
  }

  function remove(items: readonly QueueItem[]): void {
    for (const { key } of items) {
      if (!key) continue
      writeLocal(key, '')
      records -= 1
    }
    if (!records) letGo()
  }

  /** Makes a tab id this page's, unless a live page has it. */
  function claim(id: string): void {
    const claims = releases
    const isLocked = attempt(() =>
      navigator.locks
        .request(prefix + id, { ifAvailable: true }, (lock) => {
          if (!lock || claims !== releases) return undefined
          return new Promise<void>((release) => {
            claims.push(release)
            adopt(id)
          })
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
      const item = attempt(() => toItem(key, readLocal(key) ?? ''))
      if (item) {
        records += 1
        queue.add(item)
      } else writeLocal(key, '')
    }
  }

  function open(): void {
    const ids = localKeys(prefix).map((key) => key.slice(prefix.length).split('.')[0] ?? '')
    for (const id of new Set(ids)) claim(id)
  }

  return {
    allowed: open,
    queued(item) {
      // Before the record can be seen: who sees it finds the lock taken.
      if (!records) claim(tab)
      leased.forEach(renew)
      written += 1
      item.key = `${prefix}${tab}.${written}`
      if (writeLocal(item.key, toRecord(item))) records += 1
      else {
        item.key = ''
        if (!isFull) attempt(() => config.onError?.(new ThreadlineError('spool_failed', 'localStorage')))
        isFull = true
      }
    },
    settled: remove,
    committed: remove,
    refused() {
      for (const key of localKeys(prefix)) writeLocal(key, '')
      records = 0
      letGo()
    },
    left: letGo,
    restored() {
      // Another page may have taken over what lay under this one's id: what is in storage now is what is left.
      for (const item of queue.clear()) if (!item.key) queue.add(item)
      records = 0
      tab = uuidv7()
      open()
    },
  }
}

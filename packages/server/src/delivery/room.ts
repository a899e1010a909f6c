import type { Clock, QueueStats } from '@threadline/core'

export interface RoomOptions {
  readonly clock: Clock
  readonly maxEvents: number
  readonly maxBytes: number
  /** A request must not wait for what another one does: each producer looks by itself. */
  readonly isBound: () => boolean
}

/** A queue, as far as it says how full it is. */
interface Filled {
  readonly stats: Pick<QueueStats, 'pending' | 'bytes'>
}

/** Lets producers that can wait do so until a queue has room. */
export interface Room {
  /** Events that fit now, those promised to waiting producers left out. */
  free(): number
  /** Resolves, in the order of the calls, when one more event fits. Rejects only with the signal's reason. */
  wait(signal?: AbortSignal): Promise<void>
  /** To be called when events have left. */
  changed(): void
}

/** Bytes are known only after encoding: a waiting producer leaves room for the events of others. */
const HIGH_WATER = 0.9
/** How often a producer looks for room by itself, in milliseconds. */
const LOOK_MS = 100

export function createRoom(queues: () => readonly Filled[], options: RoomOptions): Room {
  const { clock, maxEvents, maxBytes } = options
  const waiting = new Set<() => void>()
  /** Producers that were let through and may not have captured yet. */
  let promised = 0

  function free(): number {
    let least = maxEvents
    for (const { stats } of queues()) {
      least = Math.min(least, stats.bytes < maxBytes * HIGH_WATER ? maxEvents - stats.pending : 0)
    }
    return least - promised
  }

  function changed(): void {
    let left = free()
    for (const letThrough of waiting) {
      if (left <= 0) return
      left -= 1
      letThrough()
    }
  }

  function promise(): void {
    promised += 1
    // What was let through has captured, or will not: its promise settled long before a timer fires.
    if (promised === 1) {
      clock.after(
        0,
        () => {
          promised = 0
          changed()
        },
        false,
      )
    }
  }

  async function look(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      signal?.throwIfAborted()
      if (free() > 0) return
      await new Promise<void>((resolve) => {
        clock.after(LOOK_MS, resolve, false)
      })
    }
  }

  return {
    free,
    changed,
    wait(signal) {
      if (options.isBound()) return look(signal)
      return new Promise((resolve, reject) => {
        const aborted = (): void => {
          waiting.delete(letThrough)
          reject(signal?.reason)
        }
        const letThrough = (): void => {
          waiting.delete(letThrough)
          signal?.removeEventListener('abort', aborted)
          promise()
          resolve()
        }
        if (signal?.aborted) return aborted()
        if (waiting.size === 0 && free() > 0) return letThrough()
        waiting.add(letThrough)
        signal?.addEventListener('abort', aborted)
      })
    },
  }
}

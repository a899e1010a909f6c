import { join } from 'node:path'
import { isThreadlineError, type QueueItem, ThreadlineError } from '@threadline/core'
import { createLaneSpool, type LaneSpool } from './lane-spool.ts'
import { HEARTBEAT_MS, type Lock, takeLock } from './lock.ts'
import type { Spool, SpoolOptions, SpoolParts } from './options.ts'

const MAX_BYTES = 268_435_456
const SYNC_INTERVAL_MS = 1_000

/** Opens the folder, or keeps trying while another process holds it. */
export function openSpool(options: SpoolOptions, { destinations, clock, byteLength, onError }: SpoolParts): Spool {
  const { dir, maxBytes = MAX_BYTES, syncIntervalMs = SYNC_INTERVAL_MS } = options
  let lanes: readonly LaneSpool[] | undefined
  let lock: Lock | undefined
  let cancelHeartbeat: (() => void) | undefined
  let cancelSync: (() => void) | undefined
  let closed = false
  let onOpen: (() => void) | undefined

  function open(): void {
    try {
      lock = takeLock(dir)
      lanes = destinations.map((name) =>
        createLaneSpool({
          dir: join(dir, encodeURIComponent(name)),
          maxBytes: maxBytes / destinations.length,
          byteLength,
          onError,
          onWritten: syncSoon,
        }),
      )
      onOpen?.()
    } catch (error) {
      lock?.release()
      lock = undefined
      lanes = undefined
      report(error)
    }
  }

  let reported = false
  function report(error: unknown): void {
    if (reported) return
    reported = true
    const message = `spool: ${error instanceof Error ? error.message : String(error)}`
    onError(isThreadlineError(error) ? error : new ThreadlineError('spool_failed', message, { cause: error }))
  }

  /** Renews the lock, or tries to get it: the process that holds it may be on its way out. */
  function beat(): void {
    if (closed) return
    try {
      if (lock) lock.renew()
      else open()
    } catch (error) {
      report(error)
    }
    cancelHeartbeat = clock.after(HEARTBEAT_MS, beat, true)
  }

  function syncSoon(): void {
    cancelSync ??= clock.after(
      syncIntervalMs,
      () => {
        cancelSync = undefined
        for (const lane of lanes ?? []) lane.sync().catch(report)
      },
      true,
    )
  }

  return {
    append: (lane, item) => lanes?.[lane]?.append(item),
    left: (lane, items) => lanes?.[lane]?.left(items),
    holds: (item) => lanes?.some((lane) => lane.holds(item)) ?? false,
    start(take, room) {
      onOpen = () => {
        for (const [index, lane] of lanes?.entries() ?? []) {
          lane.replay((item: QueueItem) => take(index, item), room).catch(report)
        }
      }
      beat()
    },
    async close() {
      closed = true
      cancelHeartbeat?.()
      cancelSync?.()
      await Promise.all((lanes ?? []).map((lane) => lane.close())).catch(report)
      lock?.release()
    },
  }
}

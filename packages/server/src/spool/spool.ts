import { join } from 'node:path'
import { isThreadlineError, ThreadlineError } from '@threadline/core'
import { createLaneSpool, type LaneSpool } from './lane-spool.ts'
import { HEARTBEAT_MS, type Lock, takeLock } from './lock.ts'
import type { Spool, SpoolOptions, SpoolParts, SpoolQueues } from './options.ts'

const MAX_BYTES = 268_435_456
const SYNC_INTERVAL_MS = 1_000

/** The folder while it is this client's. */
interface Held {
  readonly lock: Lock
  readonly lanes: readonly LaneSpool[]
}

/** Opens the folder, or keeps trying while another client holds it. */
export function openSpool(options: SpoolOptions, { destinations, clock, byteLength, onError }: SpoolParts): Spool {
  const { dir, maxBytes = MAX_BYTES, syncIntervalMs = SYNC_INTERVAL_MS } = options
  let held: Held | undefined
  let replaying: Promise<unknown> = Promise.resolve()
  /** Shut down, or deposed. */
  let done = false
  let cancelHeartbeat: (() => void) | undefined
  let cancelSync: (() => void) | undefined

  function take(): Held {
    const lock = takeLock(dir)
    try {
      const lanes = destinations.map((name) =>
        createLaneSpool({
          dir: join(dir, encodeURIComponent(name)),
          maxBytes: maxBytes / destinations.length,
          byteLength,
          onError,
          onWritten: syncSoon,
        }),
      )
      return { lock, lanes }
    } catch (error) {
      lock.release()
      throw error
    }
  }

  const reported = new Set<string>()
  /** Each cause once: a folder that stays in use is tried again with every heartbeat. */
  function report(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    if (reported.has(message)) return
    reported.add(message)
    onError(
      isThreadlineError(error) ? error : new ThreadlineError('spool_failed', `spool: ${message}`, { cause: error }),
    )
  }

  /** Renews the lock, or tries to get it: the process that holds it may be on its way out. */
  function beat(queues: SpoolQueues): void {
    if (done) return
    try {
      if (!held) open(queues)
      else if (!held.lock.renew()) giveUp(held)
    } catch (error) {
      report(error)
    }
    if (!done) cancelHeartbeat = clock.after(HEARTBEAT_MS, () => beat(queues), true)
  }

  function open({ held: heldBy, add, room }: SpoolQueues): void {
    held = take()
    const replays = held.lanes.map((lane, index) => {
      // Captured while the folder was another's: from here on, these survive as well.
      for (const item of heldBy(index)) lane.append(item)
      return lane.replay((item) => add(index, item), room).catch(report)
    })
    replaying = Promise.all(replays)
  }

  /** Its events stay in memory, and go out from there: the successor sends those that are on disk as well. */
  function giveUp({ lanes }: Held): void {
    held = undefined
    done = true
    cancelSync?.()
    for (const lane of lanes) lane.abandon().catch(report)
    report(
      new ThreadlineError(
        'spool_failed',
        `spool: another process has taken over ${dir}, because this one gave no sign of life for 20 seconds; events are held in memory only`,
      ),
    )
  }

  function syncSoon(): void {
    cancelSync ??= clock.after(
      syncIntervalMs,
      () => {
        cancelSync = undefined
        for (const lane of held?.lanes ?? []) lane.sync().catch(report)
      },
      true,
    )
  }

  function stop(): void {
    done = true
    cancelHeartbeat?.()
    cancelSync?.()
  }

  function release(): void {
    try {
      held?.lock.release()
    } catch (error) {
      report(error)
    }
  }

  return {
    append: (lane, item) => held?.lanes[lane]?.append(item),
    left: (lane, items) => held?.lanes[lane]?.left(items),
    holds: (item) => held?.lanes.some((lane) => lane.holds(item)) ?? false,
    start: beat,
    replayed: () => replaying,
    async close() {
      stop()
      await Promise.all((held?.lanes ?? []).map((lane) => lane.close())).catch(report)
      release()
    },
    closeNow() {
      stop()
      for (const lane of held?.lanes ?? []) lane.closeNow()
      release()
    },
  }
}

import type { Clock } from '../clock.ts'
import { FlushError, type ThreadlineErrorCode } from '../error.ts'
import type { Queue } from './contract.ts'

/** Deadline of a flush that names none, in milliseconds. */
const FLUSH_TIMEOUT_MS = 10_000

export interface FlushOptions {
  /** Milliseconds, 10 000 unless given. */
  readonly timeoutMs?: number
  /** Ends the wait early; the events stay. */
  readonly signal?: AbortSignal
}

/** What became of the events that one flush waited for. */
export interface FlushResult {
  readonly delivered: number
  /** Counted in `delivered` too: the service had them already. */
  readonly duplicates: number
  /** Left undelivered; each was reported through `onDrop`. */
  readonly dropped: number
}

/** What flushing needs of a queue. */
export type Flushable = Pick<Queue, 'lastSeq' | 'lastError' | 'held' | 'watch' | 'wake'>

/**
 * Resolves when every event added before the call has left the queue, whatever is added meanwhile.
 *
 * A watermark: it covers what is in flight, ends under steady traffic, and any number of callers may wait. It wakes the
 * sender at once. Rejects with {@link FlushError} at the deadline, on abort, when the queue closes, and at once while
 * the queue is paused; the events stay buffered.
 */
export function flushQueue(queue: Flushable, clock: Clock, options: FlushOptions = {}): Promise<FlushResult> {
  const { timeoutMs = FLUSH_TIMEOUT_MS, signal } = options
  const watermark = queue.lastSeq
  const result = { delivered: 0, duplicates: 0, dropped: 0 }
  let remaining = queue.held().length
  if (remaining === 0) return Promise.resolve(result)

  return new Promise((resolve, reject) => {
    function stopped(code: ThreadlineErrorCode): void {
      end()
      const eventIds = queue
        .held()
        .filter((entry) => entry.seq <= watermark)
        .map(({ eventId }) => eventId)
      const message = `flush: ${code}, ${eventIds.length} events undelivered`
      reject(new FlushError(code, message, { eventIds, cause: queue.lastError }))
    }

    function aborted(): void {
      stopped('aborted')
    }

    function end(): void {
      cancelTimer()
      unwatch()
      signal?.removeEventListener('abort', aborted)
    }

    // Not a background timer: somebody awaits it.
    const cancelTimer = clock.after(timeoutMs, () => stopped('flush_timeout'), false)
    const unwatch = queue.watch({
      settled(entries, { kind }) {
        const count = entries.filter((entry) => entry.seq <= watermark).length
        result[kind === 'dropped' ? kind : 'delivered'] += count
        if (kind === 'duplicate') result.duplicates += count
        remaining -= count
        if (remaining > 0) return
        end()
        resolve(result)
      },
      stopped,
    })

    if (signal?.aborted) return aborted()
    signal?.addEventListener('abort', aborted)
    const refused = queue.wake()
    if (refused) stopped(refused)
  })
}

import type { Clock } from '../clock.ts'
import { FlushError, type ThreadlineError, type ThreadlineErrorCode } from '../error.ts'

/** Deadline of a flush that names none, in milliseconds. */
const FLUSH_TIMEOUT_MS = 10_000

export interface FlushOptions {
  /** Milliseconds, 10 000 unless given. */
  readonly timeoutMs?: number | undefined
  /** Ends the wait early; the events stay. */
  readonly signal?: AbortSignal | undefined
}

export interface WaitOptions extends FlushOptions {
  /** Whoever waits will not come again: it is worth more than one probe. */
  readonly isLast?: boolean | undefined
}

/** What became of the events that one flush waited for. */
export interface FlushResult {
  readonly delivered: number
  /** Counted in `delivered` too: the service had them already. */
  readonly duplicates: number
  /** Left undelivered; each was reported through `onDrop`. */
  readonly dropped: number
}

/** Somebody who waits for events to leave. */
export interface Waiter {
  /** Called once, when all of them have left. */
  settled(result: FlushResult): void
  /** Nothing will be sent until the configuration is mended, or ever again. */
  stopped(code: ThreadlineErrorCode): void
}

/** One wait for what was held when it began. */
export interface Wait {
  /** How many are still held, and the ids of some of them. */
  left(): { readonly count: number; readonly eventIds: readonly string[] }
  /** Ends the wait. */
  cancel(): void
}

/** What flushing needs of a queue. */
export interface Flushable {
  /** The last delivery error that was reported. */
  readonly lastError: ThreadlineError | undefined
  /** Waits for everything that is held now. Calls `settled` before it returns when that is nothing. */
  wait(waiter: Waiter): Wait
  /** Sends what is held, as soon as that is allowed to somebody in a hurry. Returns why it cannot. */
  wake(): ThreadlineErrorCode | undefined
}

/** Most ids that an error names. A queue may hold a hundred thousand, and errors end up in logs. */
export const MAX_NAMED_IDS = 100

/**
 * How long one who waits for the last time keeps asking for an address that is not found, in milliseconds: an ingress
 * answers 404 while what is behind it is being replaced.
 */
const NOT_FOUND_PATIENCE_MS = 5_000

/**
 * Resolves when every event added before the call has left the queue, whatever is added meanwhile.
 *
 * A watermark: it covers what is in flight, ends under steady traffic, and any number of callers may wait. It wakes the
 * sender at once, a paused one too. Rejects with {@link FlushError} at the deadline, on abort, when the queue closes, and
 * when a request that was made meanwhile meets a refused configuration; the events stay buffered.
 */
export function flushQueue(queue: Flushable, clock: Clock, options: WaitOptions = {}): Promise<FlushResult> {
  const { timeoutMs = FLUSH_TIMEOUT_MS, signal, isLast } = options
  const startedAt = clock.now()

  return new Promise((resolve, reject) => {
    let wait: Wait | undefined
    let ended = false

    function stopped(code: ThreadlineErrorCode): void {
      const waited = clock.now() - startedAt
      if (isLast && code === 'not_found' && waited >= 0 && waited < NOT_FOUND_PATIENCE_MS) {
        queue.wake()
        return
      }
      const { count = 0, eventIds = [] } = wait?.left() ?? {}
      end()
      const message = `flush: ${code}, ${count} events undelivered`
      reject(new FlushError(code, message, { eventIds, undelivered: count, cause: queue.lastError }))
    }

    function aborted(): void {
      stopped('aborted')
    }

    function end(): void {
      ended = true
      cancelTimer()
      wait?.cancel()
      signal?.removeEventListener('abort', aborted)
    }

    // Not a background timer: somebody awaits it.
    const cancelTimer = clock.after(timeoutMs, () => stopped('flush_timeout'), false)
    wait = queue.wait({
      settled(result) {
        end()
        resolve(result)
      },
      stopped,
    })
    if (ended) return wait.cancel()

    if (signal?.aborted) return aborted()
    signal?.addEventListener('abort', aborted)
    const refused = queue.wake()
    if (refused) stopped(refused)
  })
}

import { type Clock, type Flushable, type FlushResult, ThreadlineError, type WaitOptions } from '@threadline/core'
import type { Deliver, Intake } from '../capture/intake.ts'
import { messageOf } from '../capture/printable.ts'
import { flushDriven } from '../delivery/drive.ts'
import { flushQueues } from '../delivery/flush.ts'
import { createPath, type Path } from '../delivery/path.ts'
import type { Delivery } from '../delivery/queues.ts'
import { createView } from '../delivery/tally.ts'

/** Milliseconds in which more events of this request, and of others, may join before they are sent. */
const SETTLE_MS = 20

/**
 * Deadline of one request's deliveries, in milliseconds. Platforms cut `waitUntil` after about 30 s, and a request that
 * starts just before it may take ten.
 */
const FLUSH_TIMEOUT_MS = 18_000

export interface RequestPathParts {
  readonly intake: Intake
  readonly clock: Clock
  readonly delivery: Delivery
  /** The way into the queues, as long as the client is open. */
  readonly deliver: Deliver
  readonly waitUntil: (work: Promise<unknown>) => void
  /**
   * Starts the requests that are due, and tells how many it has dealt with. Given where one request must not wait for what
   * another one started.
   */
  readonly drive: (() => Promise<number>) | undefined
  /** Called after each capture. */
  readonly captured: () => void
  readonly onError: (error: ThreadlineError) => void
}

/**
 * The path of one request, which hands `waitUntil` one piece of work: that its own events leave the queues, which it
 * shares with all other requests. What has not left by then stays in them.
 */
export function createRequestPath(parts: RequestPathParts): Path {
  const { intake, clock, delivery, waitUntil } = parts
  const view = createView(delivery.byName, parts.deliver)
  /** Requests to destinations that this request of the app has started. */
  const sending = new Set<Promise<unknown>>()
  let isWorking = false
  let hasNew = false

  /** Does not let go of this request of the app before what it has started for others has ended, too. */
  function held(start: () => Promise<number>): () => Promise<number> {
    return async () => {
      const driving = start()
      sending.add(driving)
      const requests = await driving
      sending.delete(driving)
      return requests
    }
  }

  const drive = parts.drive && held(parts.drive)

  async function work(): Promise<void> {
    await new Promise<void>((resolve) => {
      clock.after(SETTLE_MS, resolve, false)
    })
    while (hasNew || sending.size > 0) {
      if (hasNew) {
        hasNew = false
        // The queue has reported why; the events stay in it.
        await path.flush({ timeoutMs: FLUSH_TIMEOUT_MS }).catch(() => undefined)
      } else await Promise.all(sending)
    }
    isWorking = false
  }

  const path = createPath({
    intake,
    clock,
    queues: delivery.byName,
    deliver: view.deliver,
    own: view.queues,
    flushQueues: (queues: readonly Flushable[], options: WaitOptions): Promise<FlushResult> =>
      drive ? flushDriven(queues, { clock, drive }, options) : flushQueues(queues, clock, options),
    captured() {
      parts.captured()
      hasNew = true
      if (isWorking) return
      isWorking = true
      const working = work()
      try {
        waitUntil(working)
      } catch (error) {
        // Unbound from its context, usually (`Illegal invocation`). The work goes on for as long as the runtime does.
        const message = `waitUntil threw: ${messageOf(error)}. Pass (work) => ctx.waitUntil(work)`
        parts.onError(new ThreadlineError('hook_failed', message, { cause: error }))
      }
    },
  })
  return path
}

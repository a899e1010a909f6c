import type { Clock, FlushOptions, FlushResult, QueueItem, ThreadlineError } from '@threadline/core'
import type { Deliver, Intake } from '../capture/intake.ts'
import { createPath, type Path } from '../delivery/path.ts'
import type { Delivery } from '../delivery/queues.ts'

/** Milliseconds in which more events of the same request may join the first one before they are sent. */
const SETTLE_MS = 20

/** Deadline of one request's deliveries, in milliseconds: platforms cut `waitUntil` after about 30 s. */
const FLUSH_TIMEOUT_MS = 20_000

/**
 * What requests could not deliver before they ended. The next request, or the client's own flush, takes it over: data
 * passes from one request to another here, promises never do.
 */
export interface Leftovers {
  keep(items: readonly (readonly QueueItem[])[]): void
  /** Hands everything out, one list for each destination. */
  take(): readonly (readonly QueueItem[])[]
}

export function createLeftovers(): Leftovers {
  let kept: QueueItem[][] = []
  return {
    keep(items) {
      for (const [index, list] of items.entries()) {
        kept[index] ??= []
        kept[index].push(...list)
      }
    },
    take() {
      const taken = kept
      kept = []
      return taken
    },
  }
}

export interface RequestPathParts {
  readonly shared: { readonly intake: Intake; readonly clock: Clock; readonly destinations: number }
  readonly refuseWhenClosed: (deliver: Deliver) => Deliver
  readonly newDelivery: (onSettled: () => void) => Delivery
  readonly leftovers: Leftovers
  readonly waitUntil: (work: Promise<unknown>) => void
  readonly onError: (error: ThreadlineError) => void
}

/** A path with queues of its own, which hands what it captured to `waitUntil` as one piece of work. */
export function createRequestPath(parts: RequestPathParts): Path {
  const { shared, refuseWhenClosed, newDelivery, leftovers, waitUntil, onError } = parts
  let delivery: Delivery | undefined
  let working = false
  let captured = false

  function own(): Delivery {
    if (!delivery) {
      delivery = newDelivery(() => undefined)
      delivery.adopt(leftovers.take())
    }
    return delivery
  }

  async function work(): Promise<void> {
    await new Promise<void>((resolve) => {
      shared.clock.after(SETTLE_MS, resolve, false)
    })
    while (captured) {
      captured = false
      try {
        await path.flush({ timeoutMs: FLUSH_TIMEOUT_MS })
      } catch (error) {
        onError(error as ThreadlineError)
        leftovers.keep(delivery?.close() ?? [])
        delivery = undefined
      }
    }
    working = false
  }

  const path = createPath({
    ...shared,
    deliver: refuseWhenClosed((event, at, settled) => own().add(event, at, settled)),
    flushQueues: (options: FlushOptions): Promise<FlushResult> => own().flush(options),
    captured() {
      captured = true
      if (working) return
      working = true
      waitUntil(work())
    },
  })
  return path
}

import {
  type Clock,
  type Flushable,
  FlushError,
  type FlushOptions,
  type FlushResult,
  type Outcome,
  type Queue,
  type WaitOptions,
} from '@threadline/core'
import type { UncheckedInput } from '../capture/input.ts'
import type { Deliver, Intake, Settled } from '../capture/intake.ts'
import { createView } from './tally.ts'
import { type CaptureResult, captureResult } from './verdict.ts'

/** The way of captured events, as the client or one request goes it. */
export interface Path {
  capture(input: UncheckedInput): void
  captureNow(input: UncheckedInput, options?: FlushOptions): Promise<CaptureResult>
  flush(options?: WaitOptions): Promise<FlushResult>
}

export interface PathParts {
  readonly intake: Intake
  readonly clock: Clock
  /** By destination name. */
  readonly queues: ReadonlyMap<string, Queue>
  /** Puts an event into the queues. */
  readonly deliver: Deliver
  /** What `flush` waits for. */
  readonly own: readonly Flushable[]
  readonly flushQueues: (queues: readonly Flushable[], options: WaitOptions) => Promise<FlushResult>
  /** Called after each capture. */
  readonly captured: () => void
}

/** Deadline of a flush that names none, in milliseconds. */
const FLUSH_TIMEOUT_MS = 10_000

export function createPath({ intake, clock, queues, deliver, own, flushQueues, captured }: PathParts): Path {
  /** Events that an asynchronous hook holds back. */
  const held = new Set<Promise<void>>()

  /** Returns a promise while an asynchronous hook holds the event back. */
  function take(input: UncheckedInput, how: Deliver, settled?: Settled): Promise<void> | undefined {
    const holding = intake.take(input, how, settled)
    if (holding !== undefined) {
      held.add(holding)
      void holding.then(() => held.delete(holding))
    }
    captured()
    return holding
  }

  async function flush(
    waited: readonly Flushable[],
    holding: readonly Promise<void>[],
    options: WaitOptions,
  ): Promise<FlushResult> {
    if (holding.length === 0) return await flushQueues(waited, options)
    const { timeoutMs = FLUSH_TIMEOUT_MS } = options
    const startedAt = clock.now()
    // Side by side: a hook that hangs must not keep back what others have captured.
    const [first] = await Promise.all([flushQueues(waited, options), handedOver(holding, options)])
    // Never more than was asked for, though the clock may be set back.
    const leftMs = timeoutMs - Math.max(0, clock.now() - startedAt)
    const rest = await flushQueues(waited, { ...options, timeoutMs: Math.max(0, leftMs) })
    return {
      delivered: first.delivered + rest.delivered,
      duplicates: first.duplicates + rest.duplicates,
      dropped: first.dropped + rest.dropped,
    }
  }

  function handedOver(waiting: readonly Promise<void>[], { timeoutMs, signal }: FlushOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (code: 'flush_timeout' | 'aborted') => (): void => {
        end()
        const message = `flush: ${code}, ${waiting.length} events held back by onCapture hooks`
        reject(new FlushError(code, message, { undelivered: waiting.length }))
      }
      const aborted = stop('aborted')
      const cancel = clock.after(timeoutMs ?? FLUSH_TIMEOUT_MS, stop('flush_timeout'), false)
      const end = (): void => {
        cancel()
        signal?.removeEventListener('abort', aborted)
      }
      if (signal?.aborted) return aborted()
      signal?.addEventListener('abort', aborted)
      void Promise.all(waiting).then(() => {
        end()
        resolve()
      })
    })
  }

  return {
    capture(input) {
      void take(input, deliver)
    },
    async captureNow(input, options = {}) {
      const outcomes: { [destination: string]: Outcome } = {}
      let eventId = ''
      const one = createView(queues, deliver)
      const holding = take(input, one.deliver, (id, destination, outcome) => {
        eventId = id
        outcomes[destination] = outcome
      })
      await flush(one.queues, holding === undefined ? [] : [holding], options)
      return captureResult(eventId, outcomes)
    },
    flush: (options = {}) => flush(own, [...held], options),
  }
}

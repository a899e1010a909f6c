import { type Clock, FlushError, type FlushOptions, type FlushResult, type Outcome } from '@threadline/core'
import type { UncheckedInput } from '../capture/input.ts'
import type { Deliver, Intake, Settled } from '../capture/intake.ts'
import { type CaptureResult, captureResult } from './verdict.ts'

/** Where captured events go: the client's shared queues, or those of one request. */
export interface Path {
  capture(input: UncheckedInput): void
  captureNow(input: UncheckedInput, options?: FlushOptions): Promise<CaptureResult>
  flush(options?: FlushOptions): Promise<FlushResult>
}

export interface PathParts {
  readonly intake: Intake
  readonly clock: Clock
  readonly deliver: Deliver
  readonly flushQueues: (options: FlushOptions) => Promise<FlushResult>
  /** Places that an event goes to. */
  readonly destinations: number
  /** Called after each capture. */
  readonly captured: () => void
}

/** Deadline of a flush that names none, in milliseconds. */
const FLUSH_TIMEOUT_MS = 10_000

export function createPath({ intake, clock, deliver, flushQueues, destinations, captured }: PathParts): Path {
  /** Events that an asynchronous hook holds back. */
  const held = new Set<Promise<void>>()

  function take(input: UncheckedInput, settled?: Settled): void {
    const holding = intake.take(input, deliver, settled)
    if (holding !== undefined) {
      held.add(holding)
      void holding.then(() => held.delete(holding))
    }
    captured()
  }

  async function flush(options: FlushOptions = {}): Promise<FlushResult> {
    if (held.size === 0) return await flushQueues(options)
    const deadline = clock.now() + (options.timeoutMs ?? FLUSH_TIMEOUT_MS)
    await handedOver([...held], options)
    return await flushQueues({ ...options, timeoutMs: Math.max(0, deadline - clock.now()) })
  }

  function handedOver(waiting: readonly Promise<void>[], { timeoutMs, signal }: FlushOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (code: 'flush_timeout' | 'aborted') => (): void => {
        end()
        reject(new FlushError(code, `flush: ${code}, ${waiting.length} events held back by onCapture hooks`))
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
    capture: (input) => take(input),
    captureNow: (input, options) =>
      new Promise((resolve, reject) => {
        const outcomes: { [destination: string]: Outcome } = {}
        let missing = destinations
        take(input, (eventId, destination, outcome) => {
          outcomes[destination] = outcome
          missing -= 1
          if (missing === 0 || destination === '') resolve(captureResult(eventId, outcomes))
        })
        // Once the event itself has settled, what becomes of the others changes nothing.
        flush(options).catch(reject)
      }),
    flush,
  }
}

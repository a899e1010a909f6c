import {
  type Clock,
  type Flushable,
  FlushError,
  type FlushResult,
  type ThreadlineErrorCode,
  type Wait,
  type WaitOptions,
} from '@threadline/core'
import { sumUp } from './flush.ts'

export interface DriveParts {
  readonly clock: Clock
  /** Starts the requests that are due, and tells how many it has dealt with. */
  readonly drive: () => Promise<number>
}

/** Deadline of a flush that names none, in milliseconds. */
const FLUSH_TIMEOUT_MS = 10_000
/** First and longest wait before it looks again whether others have sent its events, in milliseconds. */
const FIRST_LOOK_MS = 10
const LONGEST_LOOK_MS = 250

/** One queue that is waited for. What others write into it is data; nobody but its owner waits for a promise. */
interface Waiting {
  readonly queue: Flushable
  readonly wait: Wait
  readonly state: { result?: FlushResult; stopped?: ThreadlineErrorCode }
}

/**
 * Like `flushQueues`, for queues that are driven: sends what is due, looks whether its own events have left, be it in a
 * request that somebody else made, and looks again.
 */
export async function flushDriven(
  queues: readonly Flushable[],
  { clock, drive }: DriveParts,
  { timeoutMs = FLUSH_TIMEOUT_MS, signal }: WaitOptions,
): Promise<FlushResult> {
  const deadline = clock.now() + timeoutMs
  const waiting = queues.map(waitFor)
  for (const { queue, state } of waiting) if (!state.result) queue.wake()
  let lookMs = FIRST_LOOK_MS
  while (waiting.some(isOpen) && clock.now() < deadline && !signal?.aborted) {
    const requests = await within(deadline - clock.now(), clock, drive())
    // What came back is due again, or not for a while: the queue knows.
    if (requests) lookMs = FIRST_LOOK_MS
    else if (waiting.some(isOpen)) {
      await within(Math.min(lookMs, deadline - clock.now()), clock)
      lookMs = Math.min(2 * lookMs, LONGEST_LOOK_MS)
    }
  }
  const code = signal?.aborted ? 'aborted' : 'flush_timeout'
  const outcomes = waiting.map((each) => outcomeOf(each, code))
  for (const { wait } of waiting) wait.cancel()
  return sumUp(outcomes)
}

function waitFor(queue: Flushable): Waiting {
  const state: Waiting['state'] = {}
  const wait = queue.wait({
    settled(result) {
      state.result = result
    },
    stopped(code) {
      state.stopped = code
    },
  })
  return { queue, wait, state }
}

function isOpen({ state }: Waiting): boolean {
  return !state.result && !state.stopped
}

function outcomeOf({ queue, wait, state }: Waiting, reason: ThreadlineErrorCode): PromiseSettledResult<FlushResult> {
  if (state.result) return { status: 'fulfilled', value: state.result }
  const code = state.stopped ?? reason
  const { count, eventIds } = wait.left()
  const message = `flush: ${code}, ${count} events undelivered`
  const details = { eventIds, undelivered: count, cause: queue.lastError }
  return { status: 'rejected', reason: new FlushError(code, message, details) }
}

/** Resolves with what the work resolves with, or with nothing when the time is over. */
export function within<Result>(ms: number, clock: Clock, work?: Promise<Result>): Promise<Result | undefined> {
  return new Promise((resolve) => {
    const cancel = clock.after(Math.max(0, ms), () => resolve(undefined), false)
    void work?.then((result) => {
      cancel()
      resolve(result)
    })
  })
}

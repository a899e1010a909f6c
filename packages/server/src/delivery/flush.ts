import {
  type Clock,
  type Flushable,
  FlushError,
  type FlushResult,
  flushQueue,
  MAX_NAMED_IDS,
  type WaitOptions,
} from '@threadline/core'

/** Flushes several queues. When some fail, the rest is still waited for, and one error tells of all. */
export async function flushQueues(
  queues: readonly Flushable[],
  clock: Clock,
  options: WaitOptions,
): Promise<FlushResult> {
  return sumUp(await Promise.allSettled(queues.map((queue) => flushQueue(queue, clock, options))))
}

/** What became of several flushes as that of one. Throws a FlushError when any failed. */
export function sumUp(outcomes: readonly PromiseSettledResult<FlushResult>[]): FlushResult {
  const failures: FlushError[] = []
  const sum = { delivered: 0, duplicates: 0, dropped: 0 }
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') failures.push(outcome.reason)
    else {
      sum.delivered += outcome.value.delivered
      sum.duplicates += outcome.value.duplicates
      sum.dropped += outcome.value.dropped
    }
  }
  const [first, ...others] = failures
  if (!first) return sum
  if (others.length === 0) throw first
  throw new FlushError(first.code, `${first.message}, and ${others.length} more destinations`, {
    eventIds: [...new Set(failures.flatMap(({ eventIds }) => eventIds))].slice(0, MAX_NAMED_IDS),
    undelivered: failures.reduce((total, { undelivered }) => total + undelivered, 0),
    cause: first.cause,
  })
}

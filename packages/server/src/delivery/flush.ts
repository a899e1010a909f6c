import { type Clock, FlushError, type FlushOptions, type FlushResult, flushQueue, type Queue } from '@threadline/core'

/** Flushes several queues. When some fail, the rest is still waited for, and one error names all undelivered ids. */
export async function flushQueues(queues: readonly Queue[], clock: Clock, options: FlushOptions): Promise<FlushResult> {
  const outcomes = await Promise.allSettled(queues.map((queue) => flushQueue(queue, clock, options)))
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
    eventIds: [...new Set(failures.flatMap(({ eventIds }) => eventIds))],
    cause: first.cause,
  })
}

import type { Destination, EncodedEvent, LossCounts } from '../destination.ts'
import { type DropReason, ThreadlineError } from '../error.ts'
import type { Outcome, Queue, QueueItem, QueueOptions, QueueStats, Watcher } from './contract.ts'
import { createEngine, type Engine } from './engine.ts'
import { MAX_NAMED_IDS } from './flush.ts'
import { createMarks } from './marks.ts'

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

/**
 * A queue for a server: the engine, with counters, watchers and a choice of who gives way. Pages have a smaller one.
 */
export function createQueue(options: QueueOptions): Queue {
  const { destination, send, losses, maxEvents, maxBytes, onError } = options
  const { name, limits, dedupes } = destination
  const watchers = new Set<Watcher>()
  const marks = createMarks()
  const dropped: { [Reason in DropReason]?: number } = {}
  const stats: Writable<QueueStats> = {
    delivered: 0,
    duplicates: 0,
    dropped,
    pending: 0,
    inFlight: 0,
    bytes: 0,
    requests: 0,
    get paused() {
      return engine.paused()
    },
  }
  /** Counts of losses that travel with a batch. */
  const carried = new WeakMap<readonly EncodedEvent[], LossCounts>()
  let lastError: ThreadlineError | undefined

  function count(items: readonly QueueItem[], outcome: Outcome): void {
    const { length } = items
    stats.pending -= length
    for (const item of items) stats.bytes -= item.bytes
    if (outcome.kind === 'dropped') dropped[outcome.reason] = (dropped[outcome.reason] ?? 0) + length
    else stats.delivered += length
    if (outcome.kind === 'duplicate') stats.duplicates += length
    options.onSettled?.(items, outcome)
    for (const item of items) item.settled?.(outcome)
  }

  function report(error: ThreadlineError): void {
    lastError = error
    onError?.(error)
  }

  const request: Destination['request'] = (batch, context) => {
    const dropped = losses?.take()
    if (!dropped) return destination.request(batch, context)
    carried.set(batch, dropped)
    return destination.request(batch, { ...context, dropped })
  }

  const verdict: Destination['verdict'] = (response, batch, now) => {
    const result = destination.verdict(response, batch, now)
    if (result.kind !== 'delivered') keepLosses(batch)
    else {
      for (const warning of result.warnings ?? []) {
        report(new ThreadlineError('server_error', `${name}: ${warning}`, { status: response.status }))
      }
    }
    return result
  }

  /** The request that told of losses was not delivered. */
  function keepLosses(batch: readonly EncodedEvent[]): void {
    const dropped = carried.get(batch)
    if (dropped) losses?.giveBack(dropped)
  }

  const engine: Engine = createEngine({
    ...options,
    destination: { name, limits, dedupes, request, verdict },
    maxRequestBytes: Math.min(limits.maxRequestBytes, options.maxRequestBytes ?? maxBytes),
    async send(delivery, items) {
      stats.requests += 1
      stats.inFlight += items.length
      try {
        const answer = await send(delivery, items)
        if ('sent' in answer) keepLosses(items)
        return answer
      } catch (error) {
        keepLosses(items)
        throw error
      } finally {
        stats.inFlight -= items.length
      }
    },
    isAwaited: () => watchers.size > 0,
    onSettled(entries, outcome) {
      count(entries, outcome)
      marks.settle(entries, outcome.kind)
    },
    onStopped(code) {
      for (const watcher of [...watchers]) watcher(code)
    },
    onError: report,
  })

  function watch(watcher: Watcher): () => void {
    watchers.add(watcher)
    return () => {
      watchers.delete(watcher)
      // A timer that was armed for a waiting caller must not keep the process alive any longer.
      if (!watchers.size) engine.arm()
    }
  }

  /** The ids of the first `count` that are held up to a place, or of as many as an error names. */
  function nameHeld(until: number, count: number): string[] {
    const ids: string[] = []
    const wanted = Math.min(count, MAX_NAMED_IDS)
    for (const { seq, eventId } of engine.held()) {
      if (ids.length === wanted) break
      if (seq <= until) ids.push(eventId)
    }
    return ids
  }

  return {
    ...engine,
    stats,
    watch,
    get trouble() {
      return engine.trouble()
    },
    get lastError() {
      return lastError
    },
    add(item) {
      stats.pending += 1
      stats.bytes += item.bytes
      const isFull = stats.pending > maxEvents || stats.bytes > maxBytes
      if (options.overflow === 'drop-oldest' || !isFull) engine.add(item, marks.add())
      else {
        const message = `the queue is full: over ${maxEvents} events or ${maxBytes} bytes`
        count([item], { kind: 'dropped', reason: 'queue_overflow', message })
      }
    },
    withdraw(isUnwanted) {
      const taken = engine.withdraw(isUnwanted)
      stats.pending -= taken.length
      for (const { bytes } of taken) stats.bytes -= bytes
      marks.settle(taken, 'dropped')
      return taken
    },
    wait({ settled, stopped }) {
      const unwatch = watch(stopped)
      const mark = marks.wait((result) => {
        unwatch()
        settled(result)
      })
      return {
        left() {
          const count = mark.left()
          return { count, eventIds: nameHeld(mark.until, count) }
        },
        cancel() {
          unwatch()
          mark.cancel()
        },
      }
    },
  }
}

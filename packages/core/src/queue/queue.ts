import type { DropReason, ThreadlineError } from '../error.ts'
import type { Outcome, Queue, QueueItem, QueueOptions, QueueStats, Watcher } from './contract.ts'
import { createEngine, type Engine } from './engine.ts'

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

/**
 * A queue: the engine, with counters, watchers and a choice of who gives way.
 *
 * A page makes do with the engine alone.
 */
export function createQueue(options: QueueOptions): Queue {
  const { destination, send, maxEvents, maxBytes, onError } = options
  const { maxRequestBytes } = destination.limits
  const watchers = new Set<Watcher>()
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

  const engine: Engine = createEngine({
    ...options,
    maxRequestBytes: Math.min(maxRequestBytes, options.maxRequestBytes ?? maxBytes),
    async send(request, items) {
      stats.requests += 1
      stats.inFlight += items.length
      try {
        return await send(request, items)
      } finally {
        stats.inFlight -= items.length
      }
    },
    isAwaited: () => watchers.size > 0,
    onSettled(entries, outcome) {
      count(
        entries.map(({ item }) => item),
        outcome,
      )
      for (const watcher of watchers) watcher.settled(entries, outcome)
    },
    onStopped(code) {
      for (const watcher of watchers) watcher.stopped(code)
    },
    onError(error) {
      lastError = error
      onError?.(error)
    },
  })

  return {
    ...engine,
    stats,
    get lastSeq() {
      return engine.lastSeq()
    },
    get lastError() {
      return lastError
    },
    add(item) {
      stats.pending += 1
      stats.bytes += item.bytes
      const isFull = stats.pending > maxEvents || stats.bytes > maxBytes
      if (options.overflow === 'drop-oldest' || !isFull) engine.add(item)
      else {
        const message = `over ${maxEvents} events or ${maxBytes} bytes`
        count([item], { kind: 'dropped', reason: 'queue_overflow', message })
      }
    },
    watch(watcher) {
      watchers.add(watcher)
      return () => {
        watchers.delete(watcher)
        // A timer that was armed for a waiting caller must not keep the process alive any longer.
        if (!watchers.size) engine.arm()
      }
    },
  }
}

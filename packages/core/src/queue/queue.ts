import type { Verdict } from '../destination.ts'
import { type DropReason, type PauseReason, ThreadlineError, type ThreadlineErrorCode } from '../error.ts'
import { createBacklog } from './backlog.ts'
import type { Entry, Outcome, Queue, QueueOptions, QueueStats, Watcher } from './contract.ts'
import { createGate } from './gate.ts'

type VerdictOf<Kind extends Verdict['kind']> = Extract<Verdict, { kind: Kind }>

/** What a report says of the answer, or of its absence. */
interface Answer {
  readonly status: number
  readonly error: unknown
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] }

/**
 * The one queue engine: decides when to send, what goes into a request, and what an answer means for each event.
 *
 * An event leaves it by delivery, permanent rejection, overflow or age, and by nothing else; each way is reported
 * through `onSettled`. It does no I/O and knows no runtime: time, randomness and sending are arguments.
 */
export function createQueue(options: QueueOptions): Queue {
  const { destination, clock, pacer, flushIntervalMs, maxEvents, maxBytes, maxAgeMs, onError } = options
  const { limits } = destination
  const backlog = createBacklog(limits, Math.min(limits.maxRequestBytes, options.maxRequestBytes ?? maxBytes))
  const gate = createGate(options.random, pacer)
  const inFlight = new Set<Entry[]>()
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
    paused: undefined,
  }

  let lastSeq = 0
  /** Everything up to this place in the order is to be sent now; what came later waits for the next trigger. */
  let goal = 0
  /** When the oldest fresh entry will have waited long enough. */
  let dueAt = 0
  let cancelTimer: (() => void) | undefined
  let wakeScheduled = false
  let closed = false
  let lastError: ThreadlineError | undefined

  function settle(entries: readonly Entry[], outcome: Outcome): void {
    const { length } = entries
    if (!length) return
    stats.pending -= length
    for (const { item } of entries) stats.bytes -= item.bytes
    if (outcome.kind === 'dropped') dropped[outcome.reason] = (dropped[outcome.reason] ?? 0) + length
    else stats.delivered += length
    if (outcome.kind === 'duplicate') stats.duplicates += length

    options.onSettled?.(
      entries.map(({ item }) => item),
      outcome,
    )
    for (const { item } of entries) item.settled?.(outcome)
    for (const watcher of watchers) watcher.settled(entries, outcome)
  }

  function drop(entries: readonly Entry[], reason: DropReason, message: string): void {
    settle(entries, { kind: 'dropped', reason, message })
  }

  function report(code: ThreadlineErrorCode, message: string, { status, error }: Answer): void {
    lastError = new ThreadlineError(code, `${destination.name}: ${message}`, { status, cause: error })
    onError?.(lastError)
  }

  function stop(code: PauseReason | 'closed'): void {
    for (const watcher of watchers) watcher.stopped(code)
  }

  function sendAll(): void {
    wakeScheduled = false
    goal = lastSeq
    pump()
  }

  function ready(now: number): boolean {
    // An endpoint that failed is probed by one request, whatever the concurrency.
    return inFlight.size < (gate.failures || stats.paused ? 1 : options.concurrency) && !gate.wait(now)
  }

  function isDue(): boolean {
    const next = backlog.next()
    return next !== undefined && next <= goal
  }

  /** Starts as many requests as are due and allowed. Synchronous up to `send`. */
  function pump(): void {
    for (let now = clock.now(); !closed && isDue() && ready(now); now = clock.now()) void start(now)
    arm()
  }

  /** Sets the timer for the next request, unless the end of one in flight comes first. */
  function arm(): void {
    cancelTimer?.()
    cancelTimer = undefined
    if (closed || backlog.next() === undefined) return
    const now = clock.now()
    const ms = Math.max(gate.wait(now), isDue() ? 0 : Math.min(flushIntervalMs, dueAt - now))
    if (ms > 0 || !inFlight.size) cancelTimer = clock.after(ms, sendAll, !watchers.size)
  }

  /** Sends the next batch; synchronous up to `send`. Never rejects: what goes wrong is a verdict. */
  async function start(now: number): Promise<void> {
    const expired: Entry[] = []
    const batch = backlog.take().filter((entry) => now - entry.item.at <= maxAgeMs || !expired.push(entry))
    drop(expired, 'expired', `older than ${maxAgeMs} ms`)
    const [first] = batch
    if (!first) return
    for (const entry of batch) entry.attempts += 1
    const items = batch.map(({ item }) => item)
    inFlight.add(batch)
    stats.inFlight += batch.length
    stats.requests += 1
    pacer?.started(now)

    const lost = options.losses?.take()
    const context = { now, attempt: first.attempts, ...(lost && { dropped: lost }) }
    let status = 0
    let error: unknown
    let verdict: Verdict
    try {
      const answer = await options.send(destination.request(items, context), items)
      status = answer.status
      if ('error' in answer) {
        error = answer.error
        verdict = noAnswer(answer.sent)
      } else verdict = destination.verdict(answer, items, clock.now())
    } catch (thrown) {
      error = thrown
      verdict = noAnswer(true)
    }
    if (lost && verdict.kind !== 'delivered') options.losses?.giveBack(lost)
    if (!closed) finish(batch, verdict, { status, error })
  }

  function noAnswer(sent: boolean): Verdict {
    const message = 'no answer'
    return sent && !destination.dedupes && !options.resendUnclear
      ? { kind: 'drop', reason: 'unclear', message }
      : { kind: 'retry', message }
  }

  function finish(batch: Entry[], verdict: Verdict, answer: Answer): void {
    inFlight.delete(batch)
    stats.inFlight -= batch.length
    if (verdict.kind === 'retry') retry(batch, verdict, answer)
    else if (verdict.kind === 'pause') pause(batch, verdict, answer)
    else {
      stats.paused = undefined
      gate.failures = 0
      gate.hurry()
      if (verdict.kind === 'delivered') accept(batch, verdict, answer)
      else if (verdict.kind === 'drop' || batch.length < 2) drop(batch, verdict.reason, verdict.message)
      else split(batch, verdict)
    }
    pump()
  }

  function retry(batch: Entry[], verdict: VerdictOf<'retry'>, answer: Answer): void {
    stats.paused = undefined
    backlog.giveBack(batch)
    gate.failed(clock.now(), verdict.retryAfterMs)
    // Once per outage: every attempt would flood the log.
    if (gate.failures === 1) report(answer.status ? 'server_error' : 'unreachable', verdict.message, answer)
  }

  function pause(batch: Entry[], { reason, message }: VerdictOf<'pause'>, answer: Answer): void {
    backlog.giveBack(batch)
    gate.pause(clock.now())
    if (stats.paused !== reason) report(reason, `${message}, paused`, answer)
    stats.paused = reason
    stop(reason)
  }

  function split(batch: Entry[], { retryAfterMs }: VerdictOf<'split'>): void {
    const half = batch.length >> 1
    backlog.giveBack(batch.slice(0, half))
    backlog.giveBack(batch.slice(half))
    if (retryAfterMs) gate.failed(clock.now(), retryAfterMs)
  }

  function accept(batch: Entry[], verdict: VerdictOf<'delivered'>, answer: Answer): void {
    const { rejected, duplicates, warnings } = verdict
    let stored = batch
    if (rejected?.length || duplicates?.length) {
      const refusals = new Map(rejected?.map((refusal) => [refusal.eventId, refusal]))
      const known = new Set(duplicates)
      const repeated: Entry[] = []
      stored = batch.filter((entry) => {
        const { eventId } = entry.item
        const refusal = refusals.get(eventId)
        if (refusal) drop([entry], refusal.reason, refusal.message)
        else if (known.has(eventId)) repeated.push(entry)
        else return true
        return false
      })
      settle(repeated, { kind: 'duplicate' })
    }
    settle(stored, { kind: 'delivered' })
    for (const warning of warnings ?? []) report('server_error', warning, answer)
  }

  /** Drops what the overflow policy says until the bounds hold; false when that was `entry` itself. */
  function makeRoom(entry: Entry): boolean {
    while (stats.pending > maxEvents || stats.bytes > maxBytes) {
      // What is in flight cannot give way, and one event larger than the bound must not empty the queue.
      const victim = options.overflow === 'drop-oldest' && entry.item.bytes <= maxBytes && backlog.evict()
      drop([victim || entry], 'queue_overflow', `over ${maxEvents} events or ${maxBytes} bytes`)
      if (!victim) return false
    }
    return true
  }

  return {
    stats,
    get lastSeq() {
      return lastSeq
    },
    get lastError() {
      return lastError
    },
    held: () => [...[...inFlight].flat(), ...backlog.all()],
    add(item) {
      const entry: Entry = { item, seq: ++lastSeq, attempts: 0 }
      stats.pending += 1
      stats.bytes += item.bytes
      if (closed) return drop([entry], 'closed', 'captured after the end')
      if (!makeRoom(entry)) return
      backlog.push(entry)
      const fresh = backlog.fresh()
      if (fresh === 1) dueAt = clock.now() + flushIntervalMs
      if (fresh < options.flushAt) {
        if (fresh === 1) arm()
      } else if (!wakeScheduled) {
        // At the end of the tick, so that what is captured together travels together.
        wakeScheduled = true
        queueMicrotask(sendAll)
      }
    },
    wake() {
      if (closed) return 'closed'
      if (gate.imposed(clock.now()) && stats.paused) return stats.paused
      gate.hurry()
      sendAll()
      return undefined
    },
    drain() {
      const now = clock.now()
      while (!closed && !gate.imposed(now) && backlog.next() !== undefined) void start(now)
      arm()
    },
    close() {
      closed = true
      arm()
      stop('closed')
    },
    watch(watcher) {
      watchers.add(watcher)
      return () => {
        watchers.delete(watcher)
        // A timer that was armed for a waiting caller must not keep the process alive any longer.
        if (!watchers.size) arm()
      }
    },
  }
}

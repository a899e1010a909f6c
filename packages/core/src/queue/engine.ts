import type { Clock } from '../clock.ts'
import type { Destination, Verdict } from '../destination.ts'
import type { DropReason, PauseReason, ThreadlineError, ThreadlineErrorCode } from '../error.ts'
import { byEvent } from './by-event.ts'
import type { Entry, Outcome, Pacer, QueueItem, Send } from './contract.ts'
import { createExchange, type Sending } from './exchange.ts'
import { createNextStart } from './next-start.ts'
import { createShelf } from './shelf.ts'
import { codeOf, createTroubles } from './troubles.ts'

type DeliveredVerdict = Verdict & { readonly kind: 'delivered' }
type RetryVerdict = Verdict & { readonly kind: 'retry' }

export interface EngineOptions {
  readonly destination: Pick<Destination, 'name' | 'limits' | 'dedupes' | 'request' | 'verdict'>
  readonly clock: Clock
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number
  /** Called synchronously by `wake`. */
  readonly send: Send
  /** Waiting events that start a send. A trigger, not a cap. */
  readonly flushAt: number
  /** Longest an event waits before a send starts, in milliseconds. */
  readonly flushIntervalMs: number
  /** Most events held, in flight included. The oldest that waits gives way. */
  readonly maxEvents: number
  /** Most bytes held, in flight included. */
  readonly maxBytes: number
  /** Caps a request body below the destination's own limit. */
  readonly maxRequestBytes: number
  /** See `QueueOptions`. */
  readonly maxAgeMs: number
  /** Requests in flight at once. While the endpoint fails it is one. */
  readonly concurrency: number
  /** Send again after an unclear result (a lost answer) although the destination does not dedupe. */
  readonly resendUnclear: boolean
  /** See `QueueOptions`. */
  readonly drivenLostAfterMs?: number | undefined
  /** See `QueueOptions`. */
  readonly detached?: ((run: () => void) => void) | undefined
  /** Says when the next request may start, besides what failures and the server impose. */
  readonly pacer?: Pacer | undefined
  /** Whether somebody waits for the result: the engine's timers then keep a process alive. */
  readonly isAwaited: () => boolean
  /** Told of every event that leaves, in batches, by whatever way. Must not throw. */
  readonly onSettled: (entries: readonly Entry[], outcome: Outcome) => void
  /** Told when nothing will be sent until the configuration is mended, or ever again. Must not throw. */
  readonly onStopped: (code: PauseReason | 'closed') => void
  /** Told once per outage and pause, not once per attempt. Must not throw. */
  readonly onError: (error: ThreadlineError) => void
}

export interface Engine {
  /** Why it is paused, if it is. */
  paused(): PauseReason | undefined
  /** Why nothing gets through, as long as that lasts. */
  trouble(): ThreadlineErrorCode | undefined
  /** See `Queue`. `seq` is the event's place in the order of capture, larger than those before. */
  add(item: QueueItem, seq: number): void
  /** See `Queue`, for this and what follows. */
  wake(): 'closed' | undefined
  drive(): Promise<number>
  isReady(): boolean
  withdraw(isUnwanted: (entry: Entry) => boolean): readonly Entry[]
  close(): void
  held(): Iterable<Entry>
  /** Sets the timer anew, after `isAwaited` changed. */
  arm(): void
}

/**
 * The engine of a queue: decides when to send, what goes into a request, and what an answer means for each event.
 *
 * An event leaves it by delivery, permanent rejection, overflow or age, and by nothing else; each way is reported
 * through `onSettled`. It does no I/O and knows no runtime: time, randomness and sending are arguments.
 */
export function createEngine(options: EngineOptions): Engine {
  const { destination, clock, pacer, flushIntervalMs, maxAgeMs, concurrency, drivenLostAfterMs } = options
  const { detached = (run) => run() } = options
  const isDriven = drivenLostAfterMs !== undefined
  const nextStart = createNextStart(clock, options.random)
  const { limits } = destination
  const shelf = createShelf(clock, options.random)
  const exchange = createExchange(options)
  /** Batches in flight, and when each was sent. */
  const inFlight = new Map<Entry[], number>()
  /**
   * Batches that wait, oldest first; none is empty, and the last one may grow.
   *
   * A batch that came back keeps its composition: a split stays split, and the first request after an outage is small.
   */
  const waiting: Entry[][] = []
  /** Bytes of the request that the last batch would make. */
  let lastBytes = 0
  let events = 0
  let bytes = 0
  let lastSeq = 0
  /** Everything up to this place in the order is to be sent now; what came later waits for the next trigger. */
  let goal = 0
  /** Entries that wait for it. */
  let fresh = 0
  /** When the oldest of them will have waited long enough. */
  let dueAt = 0
  const troubles = createTroubles(destination.name, options.onError)
  let paused: PauseReason | undefined
  let closed = false
  let cancelTimer: (() => void) | undefined

  function settle(entries: readonly Entry[], outcome: Outcome): void {
    for (const entry of entries) bytes -= entry.bytes
    events -= entries.length
    if (entries[0]) options.onSettled(entries, outcome)
  }

  function drop(entries: readonly Entry[], reason: DropReason, message: string): void {
    settle(entries, { kind: 'dropped', reason, message })
  }

  /** Milliseconds until a request may start; not more than 0 when it may start at once. */
  function wait(): number {
    return Math.max(nextStart.wait(), pacer?.wait(clock.now()) ?? 0)
  }

  function isDue(): boolean {
    const [entry] = waiting[0] ?? []
    return !!entry && entry.seq <= goal
  }

  function aim(): void {
    goal = lastSeq
    fresh = 0
  }

  function sendAll(): void {
    aim()
    if (!isDriven) pump()
  }

  /** Whether a request is due and allowed. */
  function mayStart(): boolean {
    // An endpoint that failed is probed by one request, whatever the concurrency.
    return !closed && isDue() && inFlight.size < (troubles.current ? 1 : concurrency) && isWorthwhile() && wait() <= 0
  }

  /** Puts the batch whose turn has come to the front. While nothing gets through, others are tried before it. */
  function lineUp(): void {
    if (troubles.current && isDue()) return
    const turn = shelf.release()
    if (turn) giveBack(turn)
  }

  /** Starts as many requests as are due and allowed. Synchronous up to `send`. */
  function pump(): void {
    lineUp()
    while (mayStart()) detached(() => void start())
    arm()
  }

  /** Takes back what was sent by a caller that is no longer there: its answer will never be heard of. */
  function takeBackLost(lostAfterMs: number): void {
    const now = clock.now()
    for (const [batch, sentAt] of inFlight) {
      if (now - sentAt > lostAfterMs && inFlight.delete(batch)) finish(batch, ...exchange.lost())
    }
  }

  /**
   * A second request at a time only for a batch that is full, or for somebody who waits: what is still gathering goes
   * out with what the next answer frees, in fewer and larger requests.
   */
  function isWorthwhile(): boolean {
    return !inFlight.size || waiting.length > 1 || options.isAwaited()
  }

  /** Sets the timer for the next request, unless the end of one in flight comes first. */
  function arm(): void {
    cancelTimer?.()
    if (closed || isDriven || !(waiting[0] || shelf.batches[0])) return
    const ms = Math.max(0, wait(), isDue() ? 0 : Math.min(flushIntervalMs, untilDue()))
    if (!ms && inFlight.size) return
    detached(() => {
      cancelTimer = clock.after(ms, sendAll, !options.isAwaited())
    })
  }

  /** Milliseconds until what waits has waited long enough, or what is on the shelf gets its turn. */
  function untilDue(): number {
    const fresh = waiting[0] ? dueAt - clock.now() : Number.POSITIVE_INFINITY
    return shelf.batches[0] ? Math.min(fresh, shelf.turnAt - clock.now()) : fresh
  }

  /** Sends the next batch; synchronous up to `send`. Never rejects: what goes wrong is a verdict. */
  async function start(): Promise<void> {
    const now = clock.now()
    const expired: Entry[] = []
    const batch = (waiting.shift() ?? []).filter((entry) => {
      // It came while the batch waited for its turn, and goes with it: it waits for no trigger any more.
      if (entry.seq > goal) {
        goal = entry.seq
        fresh -= 1
      }
      entry.attempts += 1
      // One try for each: a process may have been stopped, or off, for longer.
      return now - entry.at <= maxAgeMs || entry.attempts < 2 || !expired.push(entry)
    })
    drop(expired, 'expired', `over ${maxAgeMs} ms`)
    const [first] = batch
    if (!first) return
    inFlight.set(batch, now)
    pacer?.started(now)
    const [verdict, sending] = await exchange.run(batch, first.attempts)
    if (!inFlight.delete(batch) || closed) return
    finish(batch, verdict, sending)
    if (!isDriven) pump()
  }

  function giveBack(...batches: Entry[][]): void {
    waiting.unshift(...batches)
    // Several requests in flight may fail in any order.
    waiting.sort(([a], [b]) => (a && b ? a.seq - b.seq : 0))
  }

  function finish(batch: Entry[], verdict: Verdict, sending: Sending): void {
    const { status } = sending
    if (verdict.kind === 'pause') {
      paused = verdict.reason
      nextStart.refused()
      giveBack(batch)
      troubles.tell(paused, verdict.message, { status })
      options.onStopped(paused)
      return
    }
    paused = undefined
    if (verdict.kind === 'retry') {
      putOff(batch, verdict, sending)
      return
    }
    nextStart.worked()
    troubles.over()
    shelf.worked(batch)
    if (verdict.kind === 'delivered') accept(batch, verdict)
    else if (verdict.kind === 'drop' || !batch[1]) drop(batch, verdict.reason, verdict.message)
    else {
      const half = batch.length >> 1
      giveBack(batch.slice(0, half), batch.slice(half))
      nextStart.impose(verdict.retryAfterMs)
    }
  }

  /** Keeps a batch that did not get through. */
  function putOff(batch: Entry[], verdict: RetryVerdict, { status, cause, arrived }: Sending): void {
    const { message, retryAfterMs } = verdict
    // A server that names a time is overloaded; one that does not, or dies on the request, may fail on what is in the batch.
    const isStrike = arrived && (status === 0 || status >= 500) && retryAfterMs === undefined
    if (isStrike && !troubles.current && shelf.knows(batch)) {
      // It has failed before, and others get through: nothing is wrong but with itself.
      shelf.take(batch)
      troubles.tellAlone(batch, message, status)
      return
    }
    nextStart.failed()
    nextStart.impose(retryAfterMs)
    if (!(isStrike && shelf.take(batch))) giveBack(batch)
    troubles.tell(codeOf(status), message, { status, cause })
  }

  function accept(batch: Entry[], { rejected = [], duplicates = [], duplicateEvents = [] }: DeliveredVerdict): void {
    const refusals = byEvent(rejected)
    const known = byEvent(duplicates.map((eventId, index) => ({ eventId, event: duplicateEvents[index] })))
    const stored = batch.filter((entry) => {
      const refusal = refusals(entry)
      if (refusal) drop([entry], refusal.reason, refusal.message)
      else if (known(entry)) settle([entry], { kind: 'duplicate' })
      else return true
      return false
    })
    settle(stored, { kind: 'delivered' })
  }

  /** Puts an entry into the last batch, or into a new one. */
  function append(entry: Entry): void {
    const last = waiting.at(-1) ?? []
    const newest = last.at(-1)
    // One more for the comma between events.
    lastBytes += entry.bytes + 1
    const fits = lastBytes <= options.maxRequestBytes && last.length < limits.maxEvents
    const mayGrow = newest && !newest.attempts && !newest.alone && !entry.alone
    if (fits && mayGrow) last.push(entry)
    else {
      waiting.push([entry])
      lastBytes = limits.envelopeBytes + entry.bytes
    }
  }

  /** Takes the oldest entry that waits. What is in flight cannot give way. */
  function evict(): Entry | undefined {
    const oldest = shelf.evict() ?? waiting[0]?.shift()
    if (!waiting[0]?.[0]) waiting.shift()
    if (oldest && oldest.seq > goal) fresh -= 1
    return oldest
  }

  /** Drops the oldest that wait until the bounds hold; false when `entry` itself had to go. */
  function makeRoom(entry: Entry): boolean {
    while (events > options.maxEvents || bytes > options.maxBytes) {
      // One event larger than the bound must not empty the queue.
      const victim = entry.bytes > options.maxBytes ? entry : (evict() ?? entry)
      drop(
        [victim],
        'queue_overflow',
        `the queue is full: over ${options.maxEvents} events or ${options.maxBytes} bytes`,
      )
      if (victim === entry) return false
    }
    return true
  }

  function withdraw(isUnwanted: (entry: Entry) => boolean): readonly Entry[] {
    const taken: Entry[] = []
    for (const batches of [waiting, shelf.batches]) {
      const left = batches.map((batch) => batch.filter((entry) => !isUnwanted(entry) || !taken.push(entry)))
      batches.splice(0, batches.length, ...left.filter((batch) => batch.length > 0))
    }
    for (const entry of taken) {
      events -= 1
      bytes -= entry.bytes
      if (entry.seq > goal) fresh -= 1
    }
    arm()
    return taken
  }

  function* held(): Generator<Entry> {
    for (const batch of inFlight.keys()) yield* batch
    for (const batch of shelf.batches) yield* batch
    for (const batch of waiting) yield* batch
  }

  return {
    paused: () => paused,
    trouble: () => troubles.current,
    held,
    withdraw,
    arm,
    add(item, seq) {
      lastSeq = seq
      const entry = Object.assign(item, { seq, attempts: 0 })
      events += 1
      bytes += item.bytes
      if (closed) drop([entry], 'closed', 'captured after the end')
      else if (makeRoom(entry)) {
        append(entry)
        fresh += 1
        if (fresh === 1) {
          dueAt = clock.now() + flushIntervalMs
          arm()
        }
        // At the end of the tick, so that what is captured together travels together.
        if (fresh === options.flushAt) detached(() => void Promise.resolve().then(sendAll))
      }
    },
    wake() {
      if (closed) return 'closed'
      nextStart.hurry()
      shelf.hurry()
      sendAll()
      return undefined
    },
    isReady() {
      aim()
      lineUp()
      return mayStart()
    },
    async drive() {
      takeBackLost(drivenLostAfterMs ?? Number.POSITIVE_INFINITY)
      aim()
      const started: Promise<void>[] = []
      lineUp()
      while (mayStart()) started.push(start())
      return (await Promise.all(started)).length
    },
    close() {
      closed = true
      arm()
      options.onStopped('closed')
    },
  }
}

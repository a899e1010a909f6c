import {
  backoffMs,
  type Clock,
  type DeliveryRequest,
  type DeliveryResponse,
  type Destination,
  type DropReason,
  type PauseReason,
  type QueueItem,
  ThreadlineError,
  type ThreadlineErrorCode,
  type Verdict,
} from '@threadline/core'
import type { Delivery, Emit } from '../contract/hooks.ts'
import type { PageQueue, Records, StoredItem } from '../contract/page-queue.ts'

/** Most events held, in flight included: as many as `localStorage` takes beside what the page itself keeps there. */
const MAX_EVENTS = 500
/** Most bytes held, in flight included. */
const MAX_BYTES = 1_000_000
/** A larger body might not fit beside others into what may outlive the page. */
const MAX_REQUEST_BYTES = 16_000
/** Age at which an event is given up, in milliseconds. */
const MAX_AGE_MS = 86_400_000
/** Longest wait that a server's `Retry-After` can impose, in milliseconds. */
const RETRY_AFTER_MAX_MS = 300_000
/**
 * Failures in a row after which one more without an answer means that the endpoint is blocked (by an ad blocker,
 * usually). None where the browser says that it is offline.
 */
const BLOCKED_AFTER = 5
/** How often a blocked endpoint is tried, in milliseconds: each try adds a line to the console. */
const BLOCKED_INTERVAL_MS = 300_000
/** Failures in a row after which one more 5xx may be the fault of an event. */
const MOST_STRIKES = 2
/** How often a paused queue tries again, in milliseconds. */
const PROBE_INTERVAL_MS = 60_000

export interface PageQueueOptions {
  readonly destination: Destination
  readonly clock: Clock
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number
  /** Waiting events that start a request. */
  readonly flushAt: number
  /** How long events wait for others after a request, in milliseconds. An event that comes later starts one at once. */
  readonly flushIntervalMs: number
  /** Whether requests may start now. After it has turned true, call `pump`. */
  readonly mayStart: () => boolean
  /** What the browser says. It is a hint: it may be wrong either way. */
  readonly isOnline: () => boolean
  /** Carries one request; called synchronously by `drain` and `wake`. Rejects when no answer came. */
  readonly send: (request: DeliveryRequest) => Promise<DeliveryResponse>
  /** Told of every event that leaves, of every pause, and of failures once per outage, not once per attempt. */
  readonly emit: Emit
  readonly records: Pick<Records, 'store' | 'remove' | 'leave'>
  /** Aborted when the queue is to wait for nothing any more; it leaves its records as soon as nothing is in flight. */
  readonly signal: AbortSignal
}

// What the next request waits for: the higher, the stronger. What a server demands cannot be hurried.
const NOTHING = 0
const MORE_EVENTS = 1
const BACKOFF = 2
const BLOCKED = 3
const SERVER = 4

/** What became of a request; the status is 0 when nobody answered. */
interface End {
  readonly verdict: Verdict
  readonly status: number
  readonly cause?: unknown
}

/** What a final verdict means for one event. */
function outcomeOf(
  { eventId, event }: QueueItem,
  verdict: Verdict & { kind: 'delivered' | 'split' | 'drop' },
): Delivery | DropReason {
  if (verdict.kind !== 'delivered') return verdict.reason
  // A purchase and its refund may have one id.
  const refusal = verdict.rejected?.find((refused) => refused.eventId === eventId && (refused.event ?? event) === event)
  return refusal?.reason ?? (verdict.duplicates?.includes(eventId) ? 'duplicate' : 'delivered')
}

/**
 * The queue of a page: one request at a time, until the page leaves.
 *
 * An event leaves it by delivery, permanent rejection, overflow or age, and by nothing else, and is stored as long as it
 * is there. It keeps no batches: an event that came back waits in its old place, behind the others when the server failed
 * three times, and a batch that has to be split halves the size of those that follow until requests get through again.
 */
export function createPageQueue(options: PageQueueOptions): PageQueue {
  const { destination, clock, random, flushAt, flushIntervalMs, mayStart, isOnline, send, emit, records, signal } =
    options
  const { limits, dedupes, name } = destination
  /** Everything held, in the order in which it is to be sent. */
  const held = new Set<StoredItem>()
  const inFlight = new Set<StoredItem>()
  /** Most events in the next request. */
  let batchSize = limits.maxEvents
  /** Requests since the last one that was answered for good. */
  let failures = 0
  /** Why nothing gets through, as long as that lasts. */
  let trouble: ThreadlineErrorCode | undefined
  let paused: PauseReason | undefined
  let waitsFor = NOTHING
  /** One timer for every wait: nothing is compared with a clock that somebody may set. */
  let cancelTimer: (() => void) | undefined

  /** What a request could carry. */
  function waiting(): StoredItem[] {
    return [...held].filter((item) => !inFlight.has(item) && !item.isOpen)
  }

  function settle(item: StoredItem, outcome: Delivery | DropReason): void {
    if (!held.delete(item)) return
    records.remove(item)
    if (outcome === 'delivered' || outcome === 'duplicate') emit('delivered', item, outcome)
    else emit('dropped', item, outcome)
  }

  /** Starts the next request, unless it has to wait. While one is in flight its end does so. */
  function pump(): void {
    if (!inFlight.size && !waitsFor && mayStart()) void start()
  }

  function resume(): void {
    cancelTimer?.()
    waitsFor = NOTHING
    pump()
  }

  function wait(ms: number, reason: number): void {
    if (signal.aborted || reason < waitsFor) return
    cancelTimer?.()
    waitsFor = reason
    cancelTimer = clock.after(ms, resume, true)
  }

  /** Waits as long as the server demands, within bounds, and at least as long as the queue does of its own. */
  function obey(demandedMs = 0, ownMs = 0): void {
    wait(Math.max(ownMs, Math.min(demandedMs, RETRY_AFTER_MAX_MS)), demandedMs ? SERVER : BACKOFF)
  }

  /** Takes what the next request may carry. */
  function nextBatch(now: number): StoredItem[] {
    const batch: StoredItem[] = []
    let bytes = limits.envelopeBytes
    for (const item of waiting()) {
      if (now - item.at > MAX_AGE_MS) settle(item, 'expired')
      else {
        // One more for the comma between events.
        bytes += item.bytes + 1
        const isFull = batch.length >= batchSize || bytes > MAX_REQUEST_BYTES
        if (batch[0] && (isFull || batch[0].alone || item.alone)) break
        batch.push(item)
        inFlight.add(item)
      }
    }
    return batch
  }

  function noAnswer(): Verdict {
    const message = 'no answer'
    const isBlocked = failures >= (isOnline() ? BLOCKED_AFTER : 0)
    if (isBlocked) wait(BLOCKED_INTERVAL_MS, BLOCKED)
    return dedupes || isBlocked ? { kind: 'retry', message } : { kind: 'drop', reason: 'unclear', message }
  }

  /** One request, and what became of it. Never rejects: what goes wrong is a verdict. */
  async function exchange(batch: readonly StoredItem[], now: number): Promise<End> {
    try {
      const answer = await send(destination.request(batch, { now, attempt: failures + 1 }))
      const verdict = destination.verdict(answer, batch, clock.now())
      emit('judged', verdict, answer)
      return { verdict, status: answer.status }
    } catch (cause) {
      const verdict = noAnswer()
      emit('judged', verdict)
      return { verdict, status: 0, cause }
    }
  }

  /** Sends the next batch; synchronous up to `send`. */
  async function start(): Promise<void> {
    const now = clock.now()
    const batch = nextBatch(now)
    if (!batch[0]) return
    // Whoever found it stored would send it again, which such a service counts twice.
    if (!dedupes) batch.forEach(records.remove)
    const end = await exchange(batch, now)
    for (const item of batch) inFlight.delete(item)
    conclude(batch, end)
    if (!dedupes) batch.filter((item) => held.has(item)).forEach(records.store)
    if (signal.aborted) return leave()
    pump()
    // Now and not with the next event: one that comes after a quiet time need not wait.
    if (!inFlight.size) wait(flushIntervalMs, MORE_EVENTS)
  }

  function conclude(batch: readonly StoredItem[], { verdict, ...details }: End): void {
    paused = verdict.kind === 'pause' ? verdict.reason : undefined
    if (verdict.kind === 'retry' || verdict.kind === 'pause') {
      putOff(batch, verdict, details)
      return
    }
    trouble = undefined
    // An end that is unclear is no sign of life.
    failures = details.status ? 0 : failures + 1
    if (verdict.kind === 'split' && batch[1]) {
      batchSize = batch.length >> 1
      obey(verdict.retryAfterMs)
    } else {
      batchSize = Math.min(2 * batchSize, limits.maxEvents)
      for (const item of batch) settle(item, outcomeOf(item, verdict))
    }
  }

  /** Nothing gets through, which is said once: every attempt would flood the log. */
  function putOff(
    batch: readonly StoredItem[],
    verdict: Verdict & { kind: 'retry' | 'pause' },
    details: Omit<End, 'verdict'>,
  ): void {
    failures += 1
    if (details.status > 499 && failures > MOST_STRIKES) letOthersAhead(batch)
    obey(verdict.kind === 'retry' ? verdict.retryAfterMs : PROBE_INTERVAL_MS, backoffMs(failures, random))
    const code = paused ?? (details.status ? 'server_error' : 'unreachable')
    if (code !== trouble) emit('failed', new ThreadlineError(code, `${name}: ${verdict.message}`, details))
    trouble = code
    if (paused) emit('stopped', paused)
  }

  /** One event may be what the server fails on: others get ahead of it, and halving leaves it alone in the end. */
  function letOthersAhead(batch: readonly StoredItem[]): void {
    batchSize = (batch.length + 1) >> 1
    for (const item of batch) if (held.delete(item)) held.add(item)
  }

  /**
   * Gives up events until the bounds hold: the oldest that waits, of the name that takes most of the room. A loop over
   * one event gives way before the one sign-up that stands between. What is in flight cannot give way.
   */
  function makeRoom(): void {
    let bytes = 0
    for (const item of held) bytes += item.bytes
    while (bytes > MAX_BYTES || held.size > MAX_EVENTS) {
      const room = new Map<string, number>()
      const candidates = [...held].filter((item) => !inFlight.has(item))
      for (const item of candidates)
        room.set(item.event, (room.get(item.event) ?? 0) + item.bytes + MAX_BYTES / MAX_EVENTS)
      const most = Math.max(...room.values())
      const item = candidates.find(({ event }) => room.get(event) === most)
      if (!item) return
      bytes -= item.bytes
      settle(item, 'queue_overflow')
    }
  }

  function leave(): void {
    if (!inFlight.size) records.leave()
  }

  signal.addEventListener('abort', () => {
    cancelTimer?.()
    leave()
  })

  return {
    held: () => [...held],
    pump,
    drop: settle,
    add(item) {
      const copy = { ...item }
      records.store(copy)
      held.add(copy)
      makeRoom()
      // In a task of its own, so that what is captured together travels together.
      if (!waitsFor && !inFlight.size) wait(0, MORE_EVENTS)
      if (waitsFor === MORE_EVENTS && held.size === flushAt) queueMicrotask(resume)
      return copy
    },
    wake(isBack) {
      if (waitsFor === SERVER || (waitsFor === BLOCKED && !isBack)) return paused
      resume()
      return undefined
    },
    drain() {
      while (waitsFor < BLOCKED && mayStart() && waiting()[0]) void start()
    },
    clear() {
      const items = [...held]
      held.clear()
      inFlight.clear()
      return items
    },
  }
}

import type { Clock } from './clock.ts'
import type { DeliveryRequest, DeliveryResponse, Destination } from './destination.ts'
import type { DropReason, PauseReason, ThreadlineError } from './error.ts'

/** One encoded event as the queue holds it. */
export interface QueueItem {
  readonly eventId: string
  /** The event's name, for reports. */
  readonly event: string
  /** The event as the destination's JSON. */
  readonly body: string
  /** UTF-8 bytes of `body`. */
  readonly bytes: number
  /** When it was captured: milliseconds since the Unix epoch. `maxAgeMs` counts from here. */
  readonly at: number
  /** Travels in a request of its own. */
  readonly alone?: boolean
  /** Told once, when the event leaves the queue. Must not throw. */
  readonly settled?: (outcome: Outcome) => void
}

/** How an event left the queue. */
export type Outcome =
  | { readonly kind: 'delivered' }
  /** The service had it already: success. */
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly message: string }

/** No answer came: refused, reset, timed out. */
export interface SendFailure {
  readonly status: 0
  readonly error: unknown
  /** False when the request certainly never reached the server, so that a resend is safe everywhere. */
  readonly sent: boolean
}

/** Carries one request over the network. Owns its deadline, covers the whole exchange including the body. */
export type Send = (request: DeliveryRequest, items: readonly QueueItem[]) => Promise<DeliveryResponse | SendFailure>

export interface QueueOptions {
  readonly destination: Destination
  readonly clock: Clock
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number
  /** Called synchronously by `drain` and by sends that start at once. */
  readonly send: Send
  /** Waiting events that start a send. A trigger, not a cap. */
  readonly flushAt: number
  /** Longest an event waits before a send starts, in milliseconds. */
  readonly flushIntervalMs: number
  /** Most events held, in flight included. */
  readonly maxEvents: number
  /** Most bytes held, in flight included. */
  readonly maxBytes: number
  /** Who gives way when a bound is reached. */
  readonly overflow: 'drop-oldest' | 'drop-newest'
  /** Age at which an undelivered event is given up, in milliseconds. */
  readonly maxAgeMs: number
  /** Requests in flight at once. */
  readonly concurrency: number
  /** Send again after an unclear result (a lost answer) although the destination does not dedupe. */
  readonly resendUnclear: boolean
  /** Told of every event that leaves, in batches, by whatever way. Must not throw. */
  readonly onSettled?: (items: readonly QueueItem[], outcome: Outcome) => void
  /** Told once per outage, pause and warning, not once per attempt. Must not throw. */
  readonly onError?: (error: ThreadlineError) => void
}

export interface FlushOptions {
  /** Milliseconds, 10 000 unless given. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** What became of the events that one `flush` waited for. */
export interface FlushResult {
  readonly delivered: number
  /** Counted in `delivered` too: the service had them already. */
  readonly duplicates: number
  /** Left undelivered; each was reported through `onDrop`. */
  readonly dropped: number
}

export interface QueueStats {
  readonly delivered: number
  readonly duplicates: number
  /** Events given up, by reason. */
  readonly dropped: { readonly [Reason in DropReason]?: number }
  /** Events held now, in flight included. */
  readonly pending: number
  readonly inFlight: number
  /** Bytes held now, in flight included. */
  readonly bytes: number
  /** Requests made, resends included. */
  readonly requests: number
  /** Why the queue is paused, if it is. */
  readonly paused: PauseReason | undefined
}

export interface Queue {
  /** Takes an event. Does no I/O before the current tick ends. Overflow is settled as `queue_overflow`. */
  add(item: QueueItem): void
  /**
   * Resolves when every event added before the call has left the queue, whatever is added meanwhile.
   *
   * Wakes the sender at once, skipping the idle timer and the queue's own backoff, not a server's `Retry-After`.
   * Rejects with `FlushError` at the deadline, on abort, and at once while the queue is paused; the events stay.
   */
  flush(options?: FlushOptions): Promise<FlushResult>
  /**
   * Starts sends for everything that waits, synchronously, ignoring timers, concurrency, pacing and own backoff:
   * the last chance before a page goes away. `maxRequestBytes` caps each body below the destination's own limit.
   */
  drain(maxRequestBytes?: number): void
  /** Stops timers, starts nothing more, and returns what is still held. Waiting flushes reject. */
  close(): readonly QueueItem[]
  stats(): QueueStats
}

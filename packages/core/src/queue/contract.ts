import type { Clock } from '../clock.ts'
import type { DeliveryRequest, DeliveryResponse, Destination, LossCounts } from '../destination.ts'
import type { DropReason, PauseReason, ThreadlineError, ThreadlineErrorCode } from '../error.ts'
import type { Flushable } from './flush.ts'

/** One encoded event as the queue holds it. */
export interface QueueItem {
  readonly eventId: string
  /** The event's name, for reports. */
  readonly event: string
  /** The event as the destination's JSON. */
  body: string
  /** UTF-8 bytes of `body`. */
  readonly bytes: number
  /** When it was captured: milliseconds since the Unix epoch. `maxAgeMs` counts from here. */
  readonly at: number
  /** Travels in a request of its own. */
  readonly alone?: boolean
  /** Where the sender's storage keeps it. The queue does not look at it. */
  key?: string
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
  /** What to tell a person: the cause, and what to do about it. `no answer` unless given. */
  readonly message?: string
  /** Milliseconds to wait before another try, where the sender knows better than to come back at once. */
  readonly retryAfterMs?: number
}

/**
 * Carries one request over the network. Owns its deadline, which covers the whole exchange including the body.
 * A rejection counts as a {@link SendFailure} that was sent.
 */
export type Send = (request: DeliveryRequest, items: readonly QueueItem[]) => Promise<DeliveryResponse | SendFailure>

export interface QueueOptions {
  readonly destination: Destination
  readonly clock: Clock
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number
  /** Called synchronously by `wake`. */
  readonly send: Send
  /** Waiting events that start a send. A trigger, not a cap. */
  readonly flushAt: number
  /** Longest an event waits before a send starts, in milliseconds. */
  readonly flushIntervalMs: number
  /** Most events held, in flight included. */
  readonly maxEvents: number
  /** Most bytes held, in flight included. */
  readonly maxBytes: number
  /** Caps a request body below the destination's own limit. */
  readonly maxRequestBytes?: number
  /** Who gives way when a bound is reached. */
  readonly overflow: 'drop-oldest' | 'drop-newest'
  /** Age at which an undelivered event is given up, in milliseconds. Each gets one try here, whatever its age. */
  readonly maxAgeMs: number
  /** Requests in flight at once. While the endpoint fails it is one. */
  readonly concurrency: number
  /** Send again after an unclear result (a lost answer) although the destination does not dedupe. */
  readonly resendUnclear: boolean
  /**
   * Starts requests only inside `drive`, and sets no timers: for a runtime in which one caller must not wait for what
   * another one started. What has been in flight for so many milliseconds is taken for lost together with the caller
   * that started it.
   */
  readonly drivenLostAfterMs?: number
  /**
   * Runs what outlives the call that causes it: requests, timers. Lets a runtime with asynchronous contexts do so outside
   * the caller's.
   */
  readonly detached?: (run: () => void) => void
  /** Keeps requests within the rate that the service allows; see `createPacer`. */
  readonly pacer?: Pacer
  /** Tells a service that counts losses how many events were given up. */
  readonly losses?: Losses
  /** Told of every event that leaves, in batches, by whatever way. Must not throw. */
  readonly onSettled?: (items: readonly QueueItem[], outcome: Outcome) => void
  /** Told once per outage, pause and warning, not once per attempt. Must not throw. */
  readonly onError?: (error: ThreadlineError) => void
}

/** When the next request may start, by the rate that a service allows. */
export interface Pacer {
  /** Milliseconds from `now` until the next request may start; 0 when it may start at once. */
  wait(now: number): number
  started(now: number): void
}

/** Events given up of which the service has not been told: each count travels in one delivered request. */
export interface Losses {
  /** Takes the counts by reason; `undefined` when there are none. */
  take(): LossCounts | undefined
  /** The request that carried them was not delivered. */
  giveBack(counts: LossCounts): void
}

/** Counters of one queue. */
export interface QueueStats {
  readonly delivered: number
  /** Counted in `delivered` too: the service had them already. */
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

/** An item in the queue. */
export interface Entry extends QueueItem {
  /** Its place in the order of capture: counts up by one with every item the queue ever took. */
  seq: number
  /** Requests it has been part of. */
  attempts: number
  /** Requests among them that the server failed on: answered 5xx, or not at all. */
  strikes?: number
}

/** Told that nothing will be sent until the configuration is mended, or ever again. */
export type Watcher = (code: ThreadlineErrorCode) => void

export interface Queue extends Flushable {
  /** Live counters, not a copy. */
  readonly stats: QueueStats
  /** Why nothing gets through, as long as that lasts. */
  readonly trouble: ThreadlineErrorCode | undefined
  /** Takes an event. Does no I/O before the current tick ends. Overflow is settled as `queue_overflow`. */
  add(item: QueueItem): void
  /**
   * Sends what is held, at once: skips the idle timer, and up to once a second the queue's own backoff and the wait of a
   * pause; not a server's `Retry-After`. Returns `closed` when it is.
   */
  wake(): 'closed' | undefined
  /**
   * Starts the requests that are due, and resolves with their number when they have been dealt with. For a queue with
   * `drivenLostAfterMs`, where nothing else starts any.
   */
  drive(): Promise<number>
  /** Whether `drive` would start a request now. */
  isReady(): boolean
  /**
   * Takes out what waits and is not to be sent any more, and returns it. No outcome is told: whoever takes it out knows what
   * becomes of it. What is in flight stays.
   */
  withdraw(isUnwanted: (item: QueueItem) => boolean): readonly QueueItem[]
  /** Stops timers and starts nothing more. What is still held stays readable by `held`. */
  close(): void
  /** Everything held, in flight included, about the oldest first. */
  held(): Iterable<Entry>
  /** Adds a watcher; the returned function removes it. While there is one, the queue's timers keep a process alive. */
  watch(watcher: Watcher): () => void
}

import type { DropReason, FlushOptions, FlushResult, QueueStats, ThreadlineError } from '@threadline/core'
import type { EventCatalogue, StandardCatalogue } from '@threadline/schema'
import type { GroupOptions, SubjectOptions } from '../capture/alias-and-group.ts'
import type { IdentifyOptions } from '../capture/identify.ts'
import type { CapturableName, CaptureInput } from '../capture/input.ts'
import type { StandardVerbs } from '../capture/standard-verbs.ts'
import type { CaptureResult } from '../delivery/verdict.ts'
import type { RequestLike } from '../identity/request.ts'
import type { RequestReport } from '../reports/requests.ts'
import type { Scope, ScopeOptions } from '../scope/scope.ts'

/** What `shutdown` left behind. Deliveries are counted for each destination. */
export interface ShutdownResult extends FlushResult {
  /** Events that are still undelivered, each reported through `onDrop` as `closed`. */
  readonly pending: number
  /** Their ids. */
  readonly eventIds: readonly string[]
  /** The deadline passed with events still held. */
  readonly timedOut: boolean
  /** Why they could not be delivered, when that is known. */
  readonly error: ThreadlineError | undefined
}

/** Counters since the client was made. Deliveries and drops are counted for each destination. */
export interface ClientStats {
  readonly delivered: number
  /** Counted in `delivered` too: the destination had them already. */
  readonly duplicates: number
  /** Events given up, by reason; those refused at capture included. */
  readonly dropped: { readonly [Reason in DropReason]?: number }
  /** Events held now, in flight included. */
  readonly pending: number
  /** By destination name: the queue that is shared by all requests. */
  readonly queues: { readonly [destination: string]: QueueStats }
}

export interface ShutdownOptions {
  /**
   * Milliseconds after which it gives up and aborts what is in flight. Keep it below the platform's own grace period.
   *
   * @defaultValue `10_000`
   */
  readonly timeoutMs?: number | undefined
}

export interface BackfillOptions {
  /** Stops after the event at hand. What was captured stays captured. */
  readonly signal?: AbortSignal | undefined
  /**
   * Deadline of the flush at the end, in milliseconds.
   *
   * @defaultValue `60_000`
   */
  readonly timeoutMs?: number | undefined
}

export interface BackfillResult extends FlushResult {
  /** Events read from the source. */
  readonly read: number
}

/** `await using` shuts down, where the reader's TypeScript library knows its symbol. */
type Disposed = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol }
  ? { readonly [Name in Key]: () => Promise<void> }
  : object

/** A buffered client: captures in memory, delivers in the background. Made by `createServerClient`. */
export interface ServerClient<Catalogue extends EventCatalogue = StandardCatalogue>
  extends Disposed,
    StandardVerbs<Catalogue> {
  /**
   * Queues an event. Synchronous, does no I/O, never waits, and throws only in strict mode: what it refuses goes to
   * `onError` and `onDrop`. The event is serialised at once, so changing the object later is harmless.
   *
   * @throws ThreadlineError in strict mode, with the reason as its `code`.
   */
  capture<Name extends CapturableName<Catalogue>>(input: CaptureInput<Catalogue, Name>): void
  /**
   * Captures an event, sends it at once with what waits before it, and resolves with its own verdict.
   *
   * Waits for this event only. Rejects with FlushError when that takes too long, or when the destination refuses the
   * configuration anew; the event stays queued.
   */
  captureNow<Name extends CapturableName<Catalogue>>(
    input: CaptureInput<Catalogue, Name>,
    options?: FlushOptions,
  ): Promise<CaptureResult>
  /** Links a visitor to a user, and sets facts about the user. Refuses and throws like `capture`. */
  identify(userId: string | number | bigint, options?: IdentifyOptions): void
  /**
   * Gives the user, or the visitor, of `options` what happened under a previous id of theirs, unless that belongs to
   * somebody already. Refuses and throws like `capture`.
   */
  alias(previousId: string | number | bigint, options?: SubjectOptions): void
  /** Says that the user, or the visitor, of `options` belongs to a group, such as a company. Refuses like `capture`. */
  group(groupId: string | number | bigint, options?: GroupOptions): void
  /**
   * Resolves when every event captured before the call has left: delivered, or dropped and reported. Events captured
   * meanwhile do not prolong it, any number of calls may run, and waiting timers are skipped, a server's `Retry-After`
   * excepted.
   *
   * Rejects with FlushError, which counts the undelivered events and names up to 100, after `timeoutMs` (10 000 unless
   * given), on abort, and when a destination refuses the configuration anew: each caller is worth a probe, once a second
   * at most. The events stay buffered.
   */
  flush(options?: FlushOptions): Promise<FlushResult>
  /**
   * Takes no more events, delivers what is held, and resolves. Never rejects for delivery: the result tells what was
   * left, and `onError` is told how much that is. A second call returns the first call's promise.
   *
   * @example
   * ```ts
   * process.once('SIGTERM', async () => {
   *   await server.close()
   *   await client.shutdown()
   * })
   * ```
   */
  shutdown(options?: ShutdownOptions): Promise<ShutdownResult>
  /**
   * Resolves when there is room for one more event. A producer that awaits it before each `capture` never overflows the
   * queue, and goes as fast as events are delivered.
   */
  ready(options?: { readonly signal?: AbortSignal }): Promise<void>
  /**
   * Captures everything that `events` yields, waiting for room when the queue is full, then flushes. Rejects with what
   * the source throws, with the signal's reason, and like `flush`.
   *
   * Give each event its own `timestamp`, and an `eventId` made of its source, so that a repeated backfill counts once.
   */
  backfill(
    events: AsyncIterable<CaptureInput<Catalogue>> | Iterable<CaptureInput<Catalogue>>,
    options?: BackfillOptions,
  ): Promise<BackfillResult>
  /**
   * A view for one request: events captured through it carry the ids, session, consent and client facts of the request.
   *
   * @param request - A web `Request`, a Node `IncomingMessage`, or anything with headers.
   */
  scope(request: RequestLike, options?: ScopeOptions): Scope<Catalogue>
  /**
   * Calls `callback` within a scope of `request`: whatever it calls and awaits captures through that scope when it captures
   * on the client, so that code below needs neither the request nor the scope. Returns what `callback` returns.
   *
   * Needs `AsyncLocalStorage`, as Node, Bun, Deno and Next's edge functions have it. Elsewhere only the scope that
   * `callback` is given knows the request.
   *
   * @example
   * ```ts
   * await client.withScope(request, () => renderPage())
   * // anywhere below
   * client.capture({ event: 'plan_viewed' })
   * ```
   */
  withScope<Result>(request: RequestLike, callback: (scope: Scope<Catalogue>) => Result, options?: ScopeOptions): Result
  /**
   * Calls `listener` after each request to a destination, however it ended. Returns a function that ends that. What the
   * listener throws is contained.
   */
  onRequest(listener: (request: RequestReport) => void): () => void
  stats(): ClientStats
}

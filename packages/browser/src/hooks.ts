import type { DropReason, Entry, Outcome, PauseReason, QueueItem } from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'
import type { DroppedEvent } from './config.ts'

/** What happens in a client that its parts may want to know, with the arguments they get. */
export interface Signals {
  /** An event is about to enter the queue, or came back to it after a request that certainly stored nothing. */
  readonly queued: readonly [item: QueueItem]
  /** Events are about to travel to a service that would count a resend twice. */
  readonly committed: readonly [items: readonly QueueItem[]]
  /** An event was given up, at capture or later. */
  readonly dropped: readonly [event: DroppedEvent, reason: DropReason]
  /** Events left the queue. */
  readonly settled: readonly [entries: readonly Entry[], outcome: Outcome]
  /** Nothing will be sent until the configuration is mended, or ever again. */
  readonly stopped: readonly [code: PauseReason | 'closed']
  /** Storage may be used from now on. */
  readonly allowed: readonly []
  /** The visitor refused: nothing may stay in storage. */
  readonly refused: readonly []
  /** The page is hidden, perhaps for good: the last chance to capture something, synchronously. */
  readonly hidden: readonly []
  /** The page is leaving: it may be gone in the next moment, or be kept to be shown again. */
  readonly left: readonly []
  /** The page was kept and is shown again. */
  readonly restored: readonly []
}

/** Listeners by signal. */
export type SignalHooks = { readonly [Name in keyof Signals]?: (...args: Signals[Name]) => void }

/** A part's answers to what happens. Called synchronously, in the order of the parts; must not throw. */
export interface Hooks extends SignalHooks {
  /** Sees every event before it is checked and encoded, and may return what to add to it. */
  readonly enrich?: (event: TrackEvent) => Partial<TrackEvent> | undefined
}

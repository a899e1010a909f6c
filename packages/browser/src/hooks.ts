import type { Entry, Outcome, PauseReason, QueueItem } from '@threadline/core'

/** What happens in a client that its parts may want to know, with the arguments they get. */
export interface Signals {
  /** An event is about to enter the queue, or came back to it after a request that certainly stored nothing. */
  readonly queued: readonly [item: QueueItem]
  /** Events are about to travel to a service that would count a resend twice. */
  readonly committed: readonly [items: readonly QueueItem[]]
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

/** A part's answers to what happens. Called synchronously, in the order of the parts; must not throw. */
export type Hooks = { readonly [Name in keyof Signals]?: (...args: Signals[Name]) => void }

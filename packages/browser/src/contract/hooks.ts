import type { DeliveryResponse, DropReason, PauseReason, QueueItem, ThreadlineError, Verdict } from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'
import type { DroppedEvent } from './settings.ts'

/** How the service took an event: as new, or as one that it has already. Both are success. */
export type Delivery = 'delivered' | 'duplicate'

/** What happens in a client that its parts may want to know, with the arguments they get. */
export interface Signals {
  /** An event has left the queue: the service has it. */
  readonly delivered: readonly [item: QueueItem, delivery: Delivery]
  /** An event was given up, at capture or later. */
  readonly dropped: readonly [event: DroppedEvent | QueueItem, reason: DropReason]
  /** A request has ended, without an answer if there is none. */
  readonly judged: readonly [verdict: Verdict, answer?: DeliveryResponse]
  /** Something went wrong that the page should hear of. */
  readonly failed: readonly [error: ThreadlineError]
  /** Nothing will be sent until the configuration is mended. */
  readonly stopped: readonly [code: PauseReason]
  /** Storage may be used from now on. */
  readonly allowed: readonly []
  /** The visitor refused: nothing may stay in storage. */
  readonly refused: readonly []
  /** The page has made the visitor another one than that of `previousId`: `reset`, `setAnonymousId`. */
  readonly changed: readonly [previousId: string]
  /** The page is hidden, perhaps for good: the last chance to capture something, synchronously. */
  readonly hidden: readonly []
  /** The page was kept and is shown again. */
  readonly restored: readonly []
}

/** Tells every part what happens. */
export type Emit = <Name extends keyof Signals>(name: Name, ...args: Signals[Name]) => void

/** Listeners by signal. */
export type SignalHooks = { readonly [Name in keyof Signals]?: (...args: Signals[Name]) => void }

/** A part's answers to what happens. Called synchronously, in the order of the parts; must not throw. */
export interface Hooks extends SignalHooks {
  /** Sees every event before it is checked and encoded, and may return what to add to it. */
  readonly enrich?: (event: TrackEvent) => Partial<TrackEvent> | undefined
}

import {
  type Clock,
  type DropReason,
  type Losses,
  type Outcome,
  type QueueItem,
  ThreadlineError,
} from '@threadline/core'
import { isPromiseLike } from '../capture/promise-like.ts'
import { causeOf, createCauses, MOST_CAUSES } from './causes.ts'
import { createLosses, type LossLedger } from './losses.ts'
import type { RequestReport } from './requests.ts'

/** An event that left undelivered. */
export interface DroppedEvent {
  /** Absent when it was refused before it had one. */
  readonly eventId: string | undefined
  /** The event's name. */
  readonly event: string
  /** Which destination; `undefined` when the event was refused before it reached any. */
  readonly destination: string | undefined
  /** For a person: what was wrong. */
  readonly message: string
  /** The event as it would have been sent, in the destination's JSON; absent when it never got that far. */
  readonly body: string | undefined
}

/** Events that one answer confirmed. */
export interface DeliveredEvents {
  readonly destination: string
  readonly eventIds: readonly string[]
  /** The destination had them already: a resend that was not counted twice. */
  readonly duplicate: boolean
}

/** Where the client tells what happens. An error thrown by one of them is contained. */
export interface ReportHooks {
  /**
   * Called once for every event that leaves undelivered, whatever the reason. Those that its own captures crowd out are
   * counted only.
   */
  readonly onDrop?: ((event: DroppedEvent, reason: DropReason) => void) | undefined
  /**
   * Told of refused events, of outages once per cause, not once per attempt, and of events that were given up: at once,
   * and then every ten minutes with their number, for as long as the cause lasts. Not told of what it causes itself.
   *
   * Unless given, each cause is printed once with `console.warn`.
   */
  readonly onError?: ((error: ThreadlineError) => void) | undefined
  readonly onDelivered?: ((events: DeliveredEvents) => void) | undefined
}

/** Totals since the client was made. */
export interface Totals {
  readonly delivered: number
  readonly duplicates: number
  readonly dropped: { readonly [Reason in DropReason]?: number }
}

/** Counts and passes on what becomes of events. Nothing here throws. */
export interface Reports {
  readonly totals: Totals
  error(error: ThreadlineError): void
  dropped(event: DroppedEvent, reason: DropReason): void
  settled(destination: string, items: readonly QueueItem[], outcome: Outcome): void
  requested(request: RequestReport): void
  /** Tells a listener of every request from now on. Returns a function that ends that. */
  onRequest(listener: (request: RequestReport) => void): () => void
  /** What one destination has not been told of yet, events that were refused before they reached any included. */
  lossesOf(destination: string): Losses
}

/** What to do about events that a queue could not keep; what a destination refused says it in its message. */
const ADVICE: { readonly [Reason in DropReason]?: string } = {
  queue_overflow: 'Await client.ready() before each capture, or raise maxQueueEvents and maxQueueBytes',
  expired: 'Set maxAgeMs higher to ride out longer outages',
  unclear: 'Leave resendUnclear on to send such events again, at the risk of a double count',
}

/** Most ids that an error about lost events names. */
const MOST_IDS = 10

export function createReports(hooks: ReportHooks, clock: Clock): Reports {
  const { onDelivered } = hooks
  const onDrop = hooks.onDrop && notWithinItself(hooks.onDrop)
  const onError = notWithinItself(hooks.onError ?? warnOncePerCause())
  const dropped: { [Reason in DropReason]?: number } = {}
  const totals = { delivered: 0, duplicates: 0, dropped }

  const ledgers = new Map<string, LossLedger>()
  const causes = createCauses(clock)
  const listeners = new Set<{ readonly tell: (request: RequestReport) => void }>()

  function drop(event: DroppedEvent, reason: DropReason): void {
    dropped[reason] = (dropped[reason] ?? 0) + 1
    for (const [destination, ledger] of ledgers) {
      if (event.destination === undefined || event.destination === destination) ledger.count(reason)
    }
    contain(onDrop, event, reason)
  }

  function error(error: ThreadlineError): void {
    contain(onError, error)
  }

  /** A loss that nobody hears of looks like success. */
  function lost(destination: string, items: readonly QueueItem[], reason: DropReason, message: string): void {
    const count = causes.lost(`${destination} ${causeOf(reason, message)}`, items.length)
    if (count === 0) return
    const events = count === 1 ? '1 event was given up' : `${count} events were given up`
    const eventIds = items.slice(0, MOST_IDS).map(({ eventId }) => eventId)
    const advice = ADVICE[reason]
    const text = `${destination}: ${events}: ${message}${advice === undefined ? '' : `. ${advice}`}`
    error(new ThreadlineError(reason, text, { eventIds }))
  }

  return {
    totals,
    error,
    dropped: drop,
    requested(request) {
      for (const { tell } of listeners) contain(tell, request)
    },
    onRequest(tell) {
      const listener = { tell }
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    lossesOf(destination) {
      const ledger = ledgers.get(destination) ?? createLosses()
      ledgers.set(destination, ledger)
      return ledger
    },
    settled(destination, items, outcome) {
      if (outcome.kind === 'dropped') {
        const { reason, message } = outcome
        for (const { eventId, event, body } of items) drop({ eventId, event, destination, message, body }, reason)
        // What is left at the end is told by whoever ends, in one sentence for all destinations.
        if (reason !== 'closed') lost(destination, items, reason, message)
        return
      }
      const duplicate = outcome.kind === 'duplicate'
      totals.delivered += items.length
      if (duplicate) totals.duplicates += items.length
      if (!onDelivered) return
      contain(onDelivered, { destination, eventIds: items.map(({ eventId }) => eventId), duplicate })
    },
  }
}

/** Calls a user's hook so that nothing it does, now or in a promise it returns, reaches the caller. */
function contain<Args extends unknown[]>(hook: ((...args: Args) => unknown) | undefined, ...args: Args): void {
  try {
    const result = hook?.(...args)
    if (isPromiseLike(result)) result.then(undefined, () => undefined)
  } catch {
    // A reporter that fails has nobody left to report to.
  }
}

/**
 * A hook that is not told of what it causes itself: one that captures an event when an event is dropped would go round for
 * as long as the queue is full, until the stack is.
 */
function notWithinItself<Args extends unknown[]>(hook: (...args: Args) => unknown): (...args: Args) => unknown {
  let isRunning = false
  return (...args) => {
    if (isRunning) return undefined
    isRunning = true
    try {
      return hook(...args)
    } finally {
      isRunning = false
    }
  }
}

/** Tells of one error by the hook, or else by the console. */
export function warn({ onError = warnOncePerCause() }: ReportHooks, error: ThreadlineError): void {
  contain(onError, error)
}

/** A client that fails in silence looks like one that works. */
function warnOncePerCause(): (error: ThreadlineError) => void {
  const seen = new Set<string>()
  return ({ code, message }) => {
    const cause = causeOf(code, message)
    if (seen.has(cause) || seen.size > MOST_CAUSES) return
    seen.add(cause)
    const last = seen.size > MOST_CAUSES ? 'nothing more is printed' : 'printed once'
    // biome-ignore lint/suspicious/noConsole: the default for a user who set no hook
    console.warn(`[threadline] ${code}: ${message} (${last}; set onError to hear everything)`)
  }
}

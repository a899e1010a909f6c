import type { DropReason, Losses, Outcome, QueueItem, ThreadlineError } from '@threadline/core'
import { isPromiseLike } from '../capture/promise-like.ts'
import { createLosses, type LossLedger } from './losses.ts'

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
  /** Called once for every event that leaves undelivered, whatever the reason. */
  readonly onDrop?: (event: DroppedEvent, reason: DropReason) => void
  /**
   * Told of refused events, and once per outage, not once per attempt.
   *
   * Unless given, the first error of each code is printed with `console.warn`.
   */
  readonly onError?: (error: ThreadlineError) => void
  readonly onDelivered?: (events: DeliveredEvents) => void
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
  /** What one destination has not been told of yet, events that were refused before they reached any included. */
  lossesOf(destination: string): Losses
}

export function createReports({ onDrop, onError = warnOncePerCode(), onDelivered }: ReportHooks): Reports {
  const dropped: { [Reason in DropReason]?: number } = {}
  const totals = { delivered: 0, duplicates: 0, dropped }

  const ledgers = new Map<string, LossLedger>()

  function drop(event: DroppedEvent, reason: DropReason): void {
    dropped[reason] = (dropped[reason] ?? 0) + 1
    for (const [destination, ledger] of ledgers) {
      if (event.destination === undefined || event.destination === destination) ledger.count(reason)
    }
    contain(onDrop, event, reason)
  }

  return {
    totals,
    error: (error) => contain(onError, error),
    dropped: drop,
    lossesOf(destination) {
      const ledger = ledgers.get(destination) ?? createLosses()
      ledgers.set(destination, ledger)
      return ledger
    },
    settled(destination, items, outcome) {
      if (outcome.kind === 'dropped') {
        const { reason, message } = outcome
        for (const { eventId, event, body } of items) drop({ eventId, event, destination, message, body }, reason)
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

/** A client that fails in silence looks like one that works. */
function warnOncePerCode(): (error: ThreadlineError) => void {
  const seen = new Set<string>()
  return (error) => {
    if (seen.has(error.code)) return
    seen.add(error.code)
    // biome-ignore lint/suspicious/noConsole: the default for a user who set no hook
    console.warn(
      `[threadline] ${error.code}: ${error.message} (further errors of this kind are not printed; set onError)`,
    )
  }
}

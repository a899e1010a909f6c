import { type Clock, type DropReason, type Outcome, ThreadlineError } from '@threadline/core'
import type { EventCatalogue, TextOf, TrackEvent } from '@threadline/schema'
import type { Reports } from '../reports/reports.ts'
import type { UncheckedInput } from './input.ts'
import type { CaptureOptions } from './options.ts'
import { createPipeline } from './pipeline.ts'
import { messageOf } from './printable.ts'
import { isPromiseLike } from './promise-like.ts'
import { isRefusal, type Refusal } from './refusal.ts'

/** Told how a captured event left, once for each destination; the name is empty when it was refused before any. */
export type Settled = (eventId: string, destination: string, outcome: Outcome) => void

/** Hands an event over to be sent, or says why it cannot be. */
export type Deliver = (event: TrackEvent, at: number, settled?: Settled) => Refusal | undefined

/** From what a caller passed to an event on its way: fills in, checks, and reports what is refused. */
export interface Intake {
  /**
   * Throws a ThreadlineError for what it refuses, if the client is strict; otherwise nothing. Returns a promise while
   * an asynchronous hook holds the event back; it does not reject.
   */
  take(input: UncheckedInput, deliver: Deliver, settled?: Settled): Promise<void> | undefined
}

export interface IntakeParts {
  readonly clock: Clock
  /** A faster way from ASCII to a string, where there is one. */
  readonly textOf: TextOf | undefined
  readonly reports: Reports
  /** Whether the client takes no more events. What an asynchronous hook holds back by then was taken before. */
  readonly isClosed: () => boolean
}

/** Longest that asynchronous hooks may hold an event back, in milliseconds: one that hangs must not fill the memory. */
const HOOK_TIMEOUT_MS = 10_000

const CLOSED: Refusal = {
  reason: 'closed',
  message: 'captured after shutdown: capture before it, or make a new client',
}

export function createIntake(options: CaptureOptions<EventCatalogue>, parts: IntakeParts): Intake {
  const { clock, textOf, reports, isClosed } = parts
  const { onCapture = [], propertyDenylist } = options
  const strict = options.strict ?? isDevelopment()
  const pipeline = createPipeline({
    catalogue: options.events && {
      catalogue: options.events,
      validate: options.validate ?? (strict ? 'throw' : 'report'),
      onInvalid({ eventId }, message) {
        reports.error(
          new ThreadlineError('validation_error', `${message} (sent all the same)`, { eventIds: [eventId] }),
        )
      },
    },
    hooks: typeof onCapture === 'function' ? [onCapture] : onCapture,
    denylist: propertyDenylist && new Set(propertyDenylist),
    textOf,
    onFlaw: strict
      ? undefined
      : ({ eventId }, { reason, message }) =>
          reports.error(new ThreadlineError(reason, message, { eventIds: [eventId] })),
  })

  function refuse({ reason, message }: Refusal, input: UncheckedInput, settled: Settled | undefined): void {
    const { eventId, event } = named(input)
    const error = new ThreadlineError(reason, message, { eventIds: eventId === undefined ? [] : [eventId] })
    reports.error(error)
    reports.dropped({ eventId, event, destination: undefined, message, body: undefined }, reason)
    settled?.(eventId ?? '', '', { kind: 'dropped', reason, message })
  }

  /** `undefined` when the event is on its way. */
  function handOver(
    result: TrackEvent | Refusal,
    now: number,
    deliver: Deliver,
    settled: Settled | undefined,
  ): Refusal | undefined {
    try {
      return isRefusal(result) ? result : deliver(result, now, settled)
    } catch (error) {
      return unserialisable(error)
    }
  }

  return {
    take(input, deliver, settled) {
      const now = clock.now()
      let refusal: Refusal | undefined
      try {
        const result = isClosed() ? CLOSED : pipeline(input, now)
        if (isPromiseLike(result)) {
          return inTime(result, clock).then((late) => {
            const lateRefusal = handOver(late, now, deliver, settled)
            if (lateRefusal) refuse(lateRefusal, input, settled)
          })
        }
        refusal = handOver(result, now, deliver, settled)
      } catch (error) {
        refusal = unserialisable(error)
      }
      if (!refusal) return undefined
      // A visitor who refuses is no mistake of the program's.
      const isMistake = refusal.reason !== 'consent_denied'
      if ((strict && isMistake) || refusal.thrown) throw new ThreadlineError(refusal.reason, refusal.message)
      refuse(refusal, input, settled)
      return undefined
    },
  }
}

function inTime(result: Promise<TrackEvent | Refusal>, clock: Clock): Promise<TrackEvent | Refusal> {
  return new Promise((resolve) => {
    const message = `an onCapture hook took more than ${HOOK_TIMEOUT_MS} ms`
    const cancel = clock.after(HOOK_TIMEOUT_MS, () => resolve({ reason: 'hook_failed', message }), false)
    void result.then((late) => {
      cancel()
      resolve(late)
    })
  })
}

/** What `JSON.stringify`, or a getter of the caller's object, threw. */
export function unserialisable(error: unknown): Refusal {
  const reason: DropReason = 'not_serializable'
  return { reason, message: messageOf(error) }
}

/** The input may be anything, and even reading it may throw. */
function named(input: UncheckedInput): { eventId: string | undefined; event: string } {
  try {
    const { eventId, event } = input
    return {
      eventId: typeof eventId === 'string' ? eventId.slice(0, 200) : undefined,
      event: String(event).slice(0, 128),
    }
  } catch {
    return { eventId: undefined, event: '' }
  }
}

function isDevelopment(): boolean {
  try {
    const mode = typeof process === 'undefined' ? undefined : process.env?.['NODE_ENV']
    return mode === 'development' || mode === 'test'
  } catch {
    // Deno does not let everybody read it.
    return false
  }
}

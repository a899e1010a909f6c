import {
  advised,
  createPacer,
  createQueue,
  type Encoding,
  type Outcome,
  type QueueItem,
  type Send,
  type ThreadlineError,
} from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'
import type { EventPlace, StoredEvent } from '../store/store.ts'
import { eventKey, type ForwardNote, type ForwardTrouble } from '../store/stored-forward.ts'
import type { ForwardClock } from './clock.ts'
import type { LaterConsent } from './consent.ts'
import type { Forward } from './forward-options.ts'
import { createOutcomeCounts } from './outcome-counts.ts'
import { parseStored, select } from './selection.ts'
import { createWindow, type Slot } from './window.ts'

/** Most events whose verdicts are not noted. Where a service counts a resend twice, it is how many a crash can double. */
const WINDOW_EVENTS = { deduped: 2_000, doubled: 50 } as const

/** Most bytes of their JSON. A page that was begun comes on top. */
const WINDOW_BYTES = 8_388_608

/** Most bytes of one request, where the service would take more. */
const REQUEST_BYTES = 2_000_000

/** Requests at once. */
const CONCURRENCY = 4

/** Far above the deadline of a request, which always ends it. */
const LOST_AFTER_MS = 60_000

/** Nothing is given up by age or for want of room: what cannot be sent stays in the log. */
const NEVER = Number.MAX_SAFE_INTEGER

export interface OutboxOptions {
  readonly forward: Forward
  readonly clock: ForwardClock
  /** Uniform in [0, 1), for jitter. */
  readonly random: () => number
  readonly send: Send
  /** Where it goes on. */
  readonly place: EventPlace
  /** What is noted of it. */
  readonly trouble: ForwardTrouble | null
  /** Keys of events after the place that have their verdict already. */
  readonly known: ReadonlySet<string>
  readonly onError: (error: ThreadlineError) => void
  /** Told of events that were given up. */
  readonly onDropped: (reason: string, message: string, count: number) => void
}

/** An event that waits in the queue. */
interface Held {
  readonly slot: Slot
  readonly stored: StoredEvent
  event: TrackEvent
}

/** The events of one destination between the log and the service, in bounded memory. */
export interface Outbox {
  /** How many more events may be read. */
  readonly room: number
  /** Events that wait for a verdict. */
  readonly held: readonly { readonly stored: StoredEvent; readonly event: TrackEvent }[]
  /** After which event to read on. */
  readonly readTo: EventPlace
  /** Takes events that follow. `isLast`: nothing more was stored when they were read. */
  take(events: readonly Parsed[], later: LaterConsent, isLast: boolean): void
  /** Takes back what is erased (not `present`), or refused by now. */
  review(present: ReadonlySet<string>, later: LaterConsent): void
  /** Whether a request may be made now. */
  isReady(): boolean
  /** Whether what waits has been tried in vain. */
  readonly isFailing: boolean
  /** Makes the requests that are due, and resolves with their number when they are answered. */
  drive(): Promise<number>
  /** Skips a wait that nobody but the queue asked for. */
  hurry(): void
  /** What is to be noted, and what to call when it is; undefined when nothing has changed. */
  note(): { readonly note: ForwardNote; readonly noted: () => void } | undefined
  /** Ends it. @returns keys of events that have their verdict, which is not noted. */
  close(): ReadonlySet<string>
}

/** A stored event with what its JSON says. */
export interface Parsed {
  readonly stored: StoredEvent
  readonly event: TrackEvent
}

export function parsed(stored: StoredEvent): Parsed {
  return { stored, event: parseStored(stored) }
}

export function createOutbox(options: OutboxOptions): Outbox {
  const { forward, clock, place: begun, known, onDropped } = options
  const { destination } = forward
  const { rate, maxEventBytes } = destination.limits
  const windowEvents = WINDOW_EVENTS[destination.dedupes ? 'deduped' : 'doubled']
  const window = createWindow()
  const held = new Map<string, Held>()
  const ended = new Set<string>(known)
  const counts = createOutcomeCounts(clock.now)
  let place = begun
  let readTo = begun
  let isLastRead = true
  let heldBytes = 0
  let deliveredAt: number | null = null
  let troubleNoted = JSON.stringify(options.trouble)

  const queue = createQueue({
    destination: advised(destination),
    clock,
    random: options.random,
    send: options.send,
    flushAt: 1,
    flushIntervalMs: 1,
    maxEvents: NEVER,
    maxBytes: NEVER,
    maxRequestBytes: REQUEST_BYTES,
    overflow: 'drop-newest',
    maxAgeMs: NEVER,
    concurrency: CONCURRENCY,
    resendUnclear: true,
    drivenLostAfterMs: LOST_AFTER_MS,
    ...(rate && { pacer: createPacer(rate) }),
    onSettled(items, outcome) {
      for (const { key = '' } of items) finish(key, nameOf(outcome))
      if (outcome.kind === 'dropped') onDropped(outcome.reason, outcome.message, items.length)
      else deliveredAt = clock.now()
    },
    onError: options.onError,
  })

  function finish(key: string, outcome: string): void {
    const known = held.get(key)
    if (!known) return
    held.delete(key)
    heldBytes -= known.stored.body.length
    ended.add(key)
    known.slot.isFinal = true
    counts.add(outcome)
  }

  /** Puts an event into the queue, or tells why that cannot be. */
  function enqueue(key: string, { stored, event }: Held): void {
    const encoding = encode(event)
    const bytes = 'refused' in encoding ? 0 : Buffer.byteLength(encoding.body)
    if ('refused' in encoding) refuse(key, encoding.refused, encoding.message)
    else if (bytes > maxEventBytes) {
      refuse(key, 'payload_too_large', `an event takes ${bytes} bytes, ${maxEventBytes} are allowed`)
    } else {
      const { body, alone = false } = encoding
      const item: QueueItem = { eventId: stored.eventId, event: stored.event, body, bytes, at: 0, alone, key }
      queue.add(item)
    }
  }

  function refuse(key: string, reason: string, message: string): void {
    finish(key, reason)
    onDropped(reason, message, 1)
  }

  function encode(event: TrackEvent): Encoding {
    try {
      return destination.encode(event)
    } catch (error) {
      return { refused: 'not_serializable', message: error instanceof Error ? error.message : 'it cannot be encoded' }
    }
  }

  function take({ stored, event }: Parsed, later: LaterConsent): void {
    const key = eventKey(stored)
    const slot: Slot = { place: stored, isFinal: true }
    window.add(slot)
    readTo = stored
    if (known.has(key)) return
    const selected = select(event, stored.ts, forward, later(event, stored.position))
    if ('left' in selected) {
      if (selected.left !== 'not_selected') counts.add(selected.left)
      ended.add(key)
      return
    }
    slot.isFinal = false
    const waiting = { slot, stored, event: selected.event }
    held.set(key, waiting)
    heldBytes += stored.body.length
    enqueue(key, waiting)
  }

  /** Sends an event in another form, when somebody has refused a part of what it is used for. */
  function reconsider(key: string, waiting: Held, later: LaterConsent): void {
    const { stored, event } = waiting
    const selected = select(event, stored.ts, forward, later(event, stored.position))
    if ('left' in selected) finish(key, selected.left)
    else {
      waiting.event = selected.event
      enqueue(key, waiting)
    }
  }

  function isUnchanged({ stored, event }: Held, later: LaterConsent): boolean {
    const selected = select(event, stored.ts, forward, later(event, stored.position))
    return 'event' in selected && selected.event.consent?.ads === event.consent?.ads
  }

  function trouble() {
    const code = queue.trouble
    return code === undefined ? null : { code, message: queue.lastError?.message ?? '' }
  }

  return {
    get room() {
      return heldBytes < WINDOW_BYTES ? Math.max(0, windowEvents - window.size) : 0
    },
    get held() {
      return [...held.values()]
    },
    get readTo() {
      return readTo
    },
    take(events, later, isLast) {
      isLastRead = isLast
      for (const event of events) take(event, later)
    },
    review(present, later) {
      const taken = queue.withdraw(({ key = '' }) => {
        const waiting = held.get(key)
        return waiting !== undefined && (!present.has(key) || !isUnchanged(waiting, later))
      })
      for (const { key = '' } of taken) {
        const waiting = held.get(key)
        if (!present.has(key)) finish(key, 'erased')
        else if (waiting) reconsider(key, waiting, later)
      }
    },
    isReady: queue.isReady,
    get isFailing() {
      return queue.trouble !== undefined
    },
    drive: queue.drive,
    hurry: () => void queue.wake(),
    note() {
      const advance = window.advance(isLastRead)
      const current = trouble()
      const read = counts.read()
      const told = JSON.stringify(current)
      if (!advance && read.length === 0 && told === troubleNoted) return undefined
      return {
        note: { place: advance?.place ?? place, trouble: current, deliveredAt, counts: read },
        noted() {
          if (advance) {
            place = advance.place
            for (const slot of window.pass(advance.slots)) ended.delete(eventKey(slot.place))
          }
          troubleNoted = told
          counts.clear()
        },
      }
    },
    close() {
      queue.close()
      return ended
    },
  }
}

function nameOf(outcome: Outcome): string {
  return outcome.kind === 'dropped' ? outcome.reason : outcome.kind
}

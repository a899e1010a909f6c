import { randomUUID } from 'node:crypto'
import type { LogEntry } from '../log-entry.ts'
import type { OutgoingFetch } from '../outgoing-fetch.ts'
import type { ForwardOutcomes, ForwardStore, StoredForward } from '../store/stored-forward.ts'
import type { ForwardClock } from './clock.ts'
import { type LaterConsent, laterConsent, statementsIn } from './consent.ts'
import { createForwardLog } from './forward-log.ts'
import type { Forward } from './forward-options.ts'
import { createLease } from './lease.ts'
import { createOutbox, type Outbox, type Parsed, parsed } from './outbox.ts'
import { createSend } from './send.ts'

/** Events that are read at once. */
const PAGE_EVENTS = 200

/** How often the log is looked at while nothing is stored, and whether the turn is free, or a pause over. */
const IDLE_MS = 1_000

/** How often it is looked whether a request may be made that has to wait. */
const TICK_MS = 100

/**
 * What was read longer ago, or was tried before, is looked up again before it is sent: somebody may have refused, or been erased.
 */
const REVIEW_MS = 250

/** How often it is noted what was done, while there is more to do. */
const NOTE_MS = 250

/** How long requests under way are waited for at the end. */
const CLOSE_MS = 5_000

export interface ForwarderOptions {
  readonly forward: Forward
  readonly store: ForwardStore
  /** Other processes may forward from this database. */
  readonly isShared: boolean
  readonly clock: ForwardClock
  readonly random: () => number
  readonly fetch: OutgoingFetch
  readonly log: (entry: LogEntry) => void
  /** Told of what was noted. */
  readonly onOutcomes: (counts: readonly ForwardOutcomes[]) => void
}

/** Forwards to one destination, as long as it is its turn. */
export interface Forwarder {
  /** Resolves when it has its place in the log, or the database did not answer, which is tried again. */
  readonly begun: Promise<void>
  /** Something may have been changed from outside: paused, resumed, begun anew. */
  look(): void
  /** Waits for requests under way, notes what was done, and ends its turn. */
  close(): Promise<void>
}

/** Reads the log page by page, sends, and notes how far it has come: one step after the other, so that it holds up only itself. */
export function startForwarder(options: ForwarderOptions): Forwarder {
  const { forward, store, clock, isShared } = options
  const { project, name, destination } = forward
  const ending = new AbortController()
  const lease = createLease({ store, forward, clock, isShared, createId: randomUUID })
  const log = createForwardLog(options)
  const send = createSend({ fetch: options.fetch, gzip: destination.gzip === true, signal: ending.signal })
  let isEntered = false
  let begin: () => void = () => undefined
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  let isToLook = false
  let isClosing = false
  let isWoken = false
  /** The database did not answer at the last step. */
  let isAway = false
  let turn: StoredForward | undefined
  let outbox: Outbox | undefined
  let ended: ReadonlySet<string> = new Set()
  /** When the oldest of what waits was last known to be wanted. */
  let readAt = 0
  /** When nothing more was stored. */
  let readAllAt = Number.NEGATIVE_INFINITY
  let notedAt = 0
  let wake: () => void = () => undefined

  function open({ place, trouble }: StoredForward): Outbox {
    return createOutbox({
      forward,
      clock,
      random: options.random,
      send,
      place,
      trouble,
      known: ended,
      onError: (error) => log('warn', error.message),
      onDropped: (reason, message, count) =>
        log('warn', `${name}: an event was given up: ${message}`, { reason, count }),
    })
  }

  /** Takes nothing along but what is known to be done: the log has the rest. */
  function putAway(): void {
    ended = outbox?.close() ?? ended
    outbox = undefined
    readAllAt = Number.NEGATIVE_INFINITY
  }

  /** Shows that it lives, and notes what was done, as long as it is its turn. */
  async function keep(): Promise<void> {
    const made = outbox?.note()
    isToLook = false
    turn = await lease.note(made?.note)
    if (!turn) {
      putAway()
      return
    }
    notedAt = clock.monotonic()
    if (made) {
      made.noted()
      options.onOutcomes(made.note.counts)
    }
  }

  /** What was said since about the events of a page: in itself, where nothing is stored after it; or in all that was stored later. */
  async function saidSince(events: readonly Parsed[], isLast: boolean): Promise<LaterConsent> {
    const [first] = events
    if (!first || isLast) return laterConsent(statementsIn(events))
    const idsOf = (field: 'anonymousId' | 'userId') => [...new Set(events.flatMap(({ event }) => event[field] ?? []))]
    const ids = { anonymousIds: idsOf('anonymousId'), userIds: idsOf('userId') }
    return laterConsent(await store.statements(project, first.stored.position, ids))
  }

  /** @returns whether there is more to read. */
  async function fill(box: Outbox): Promise<boolean> {
    if (clock.monotonic() - readAllAt < IDLE_MS) return false
    for (let room = box.room; room > 0; room = box.room) {
      if (box.held.length === 0) readAt = clock.monotonic()
      const { events, isLast } = await store.page(project, box.readTo, Math.min(room, PAGE_EVENTS))
      const read = events.map(parsed)
      box.take(read, await saidSince(read, isLast), isLast)
      if (!isLast) continue
      readAllAt = clock.monotonic()
      return false
    }
    return true
  }

  async function review(box: Outbox): Promise<void> {
    const isFresh = clock.monotonic() - readAt < REVIEW_MS && !box.isFailing
    if (isFresh || !box.isReady()) return
    const { held } = box
    const now = clock.monotonic()
    const positions = held.map(({ stored }) => stored.position)
    const later = await saidSince(held, false)
    box.review(await store.present(project, Math.min(...positions), Math.max(...positions)), later)
    readAt = now
  }

  function isNoteDue(box: Outbox): boolean {
    return !destination.dedupes || box.held.length === 0 || clock.monotonic() - notedAt >= NOTE_MS
  }

  /** Takes the turn where it is free, and shows in time that it lives. Undefined while it is somebody else's. */
  async function takeTurn(): Promise<StoredForward | undefined> {
    if (!isEntered) await store.enter(forward, forward.from, clock.now())
    isEntered = true
    begin()
    turn ??= await lease.seek()
    if (turn && (isToLook || lease.isDue() || !lease.isFresh())) await keep()
    return turn
  }

  /** @returns for how long nothing is to be done, in ms. */
  async function step(): Promise<number> {
    const taken = await takeTurn()
    if (taken?.pausedAt === null) {
      outbox ??= open(taken)
      return await deliver(outbox)
    }
    putAway()
    return IDLE_MS
  }

  async function deliver(box: Outbox): Promise<number> {
    const more = await fill(box)
    await review(box)
    // Reads that took long have used up the time in which requests may start.
    if (!lease.isFresh()) return 0
    const requests = await box.drive()
    if (isNoteDue(box) && box.note()) await keep()
    if (requests > 0 || (more && box.room > 0)) return 0
    return box.held.length > 0 ? TICK_MS : IDLE_MS
  }

  function rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(isWoken ? 0 : ms, resolve, true)
      wake = () => {
        cancel()
        resolve()
      }
    })
  }

  async function run(): Promise<void> {
    while (!isClosing) {
      isWoken = false
      isAway = false
      const ms = await step().catch((error: unknown) => {
        log('error', `${name}: forwarding waits for the database: ${reasonOf(error)}`)
        isToLook = true
        isAway = true
        begin()
        return IDLE_MS
      })
      if (!isClosing) await rest(ms)
    }
    // A database that did not answer is not waited for again: what is not noted is forwarded once more.
    if (isAway) return
    if (turn) await keep()
    await lease.release()
  }

  const running = run().catch((error: unknown) => {
    log('error', `${name}: what was forwarded last is not noted: ${reasonOf(error)}`)
  })

  function wakeUp(): void {
    isWoken = true
    wake()
  }

  return {
    begun,
    look() {
      isToLook = true
      outbox?.hurry()
      wakeUp()
    },
    async close() {
      isClosing = true
      wakeUp()
      const cancel = clock.after(CLOSE_MS, () => ending.abort(), false)
      await running
      cancel()
    },
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'no answer'
}

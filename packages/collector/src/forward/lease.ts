import type { ForwardName, ForwardNote, ForwardStore, StoredForward } from '../store/stored-forward.ts'
import type { ForwardClock } from './clock.ts'

/** How often the holder shows that it lives. */
const BEAT_MS = 3_000

/** So long after its last sign of life the holder starts no request any more. */
const FRESH_MS = 8_000

/**
 * So long a turn must have stood still before another collector takes it: by then, the last request of a holder that runs has
 * ended ({@link FRESH_MS} and the deadline of a request).
 */
const STILL_MS = 20_000

export interface LeaseOptions {
  readonly store: Pick<ForwardStore, 'find' | 'claim' | 'note' | 'release'>
  readonly forward: ForwardName
  readonly clock: ForwardClock
  /** Other processes may forward from this database. */
  readonly isShared: boolean
  /** A new id each time. */
  readonly createId: () => string
}

/**
 * Whose turn it is to forward to one destination. Nobody's clock is compared with another's: a collector that waits watches by its own
 * clock how long the turn has shown no sign of life.
 */
export interface Lease {
  /** Takes the turn if it is free, or stands still. Undefined while somebody else has it. */
  seek(): Promise<StoredForward | undefined>
  /** Whether a request may start now. */
  isFresh(): boolean
  /** Whether a sign of life is due. */
  isDue(): boolean
  /** Shows that it lives, and notes what was done. Undefined when the turn was lost: nothing was noted. */
  note(note?: ForwardNote): Promise<StoredForward | undefined>
  release(): Promise<void>
}

export function createLease({ store, forward, clock, isShared, createId }: LeaseOptions): Lease {
  let holder: string | undefined
  /** When the last sign of life was about to be given, by both clocks: a process that is stopped, or a machine, may not notice. */
  let shown = { now: 0, monotonic: 0 }
  /** The sign of life that was seen last of another holder, and when first. */
  let seen = { beat: -1, at: 0 }

  const moment = () => ({ now: clock.now(), monotonic: clock.monotonic() })
  const elapsed = () => Math.max(clock.monotonic() - shown.monotonic, Math.abs(clock.now() - shown.now))

  function isFree({ holder: other, beat }: StoredForward): boolean {
    if (other === null || !isShared) return true
    const at = clock.monotonic()
    if (seen.beat !== beat) seen = { beat, at }
    return at - seen.at >= STILL_MS
  }

  return {
    async seek() {
      const known = await store.find(forward)
      if (!known || !isFree(known)) return undefined
      const id = createId()
      const before = moment()
      const taken = await store.claim(forward, id, known.beat)
      if (!taken) return undefined
      holder = id
      shown = before
      return taken
    },
    isFresh: () => holder !== undefined && (!isShared || elapsed() < FRESH_MS),
    isDue: () => isShared && elapsed() >= BEAT_MS,
    async note(note) {
      if (holder === undefined) return undefined
      const before = moment()
      const kept = note || isShared ? await store.note(forward, holder, note) : await store.find(forward)
      if (kept?.holder !== holder) {
        holder = undefined
        return undefined
      }
      shown = before
      return kept
    },
    async release() {
      if (holder === undefined) return
      const id = holder
      holder = undefined
      await store.release(forward, id)
    },
  }
}

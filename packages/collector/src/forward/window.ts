import type { EventPlace } from '../store/store.ts'
import { endOfPosition } from '../store/stored-forward.ts'

/** One event that was read and whose verdict is not noted yet. */
export interface Slot {
  readonly place: EventPlace
  /** It was delivered, refused for good or left out: nothing more will happen to it. */
  isFinal: boolean
}

/** How far the place can be moved. */
export interface Advance {
  readonly place: EventPlace
  /** How many slots that passes. */
  readonly slots: number
}

/** The events between the place that is noted and the last one that was read, in the order of storage. */
export interface Window {
  readonly size: number
  add(slot: Slot): void
  /**
   * The place up to which everything is final; undefined when that is where it was. Where nothing of the same transaction can follow
   * (`isLast`: nothing more was stored), it names no event.
   */
  advance(isLast: boolean): Advance | undefined
  /** The advance is noted. @returns what it passed */
  pass(slots: number): readonly Slot[]
}

/** Keeps the order of events whose verdicts come in any order: the place only moves past what has one. */
export function createWindow(): Window {
  const slots: Slot[] = []
  return {
    get size() {
      return slots.length
    },
    add: (slot) => void slots.push(slot),
    advance(isLast) {
      const open = slots.findIndex(({ isFinal }) => !isFinal)
      const count = open < 0 ? slots.length : open
      const last = slots[count - 1]
      if (!last) return undefined
      const next = slots[count]
      const ends = next ? next.place.position > last.place.position : isLast
      const { position, storedAt, ts, event, eventId } = last.place
      return { slots: count, place: ends ? endOfPosition(last.place) : { position, storedAt, ts, event, eventId } }
    },
    pass: (count) => slots.splice(0, count),
  }
}

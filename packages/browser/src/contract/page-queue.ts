import type { DropReason, PauseReason, QueueItem } from '@threadline/core'

/** The events that have not arrived yet. */
export interface PageQueue {
  /**
   * Takes a copy of an event, and returns the copy. When the queue is full, the oldest that waits is given up, of the name
   * that takes most of the room.
   */
  add(item: QueueItem): QueueItem
  /** Gives up an event that waits. */
  drop(item: QueueItem, reason: DropReason): void
  /** Starts a request if one is due. */
  pump(): void
  /**
   * Sends what is held, skipping the idle timer and own backoff; a blocked endpoint's wait only when the network `isBack`.
   * Returns the reason of a pause whose probe is not due.
   */
  wake(isBack?: boolean): PauseReason | undefined
  /** Starts requests for everything that waits, synchronously: the last chance before the page goes away. */
  drain(): void
  /** Waits for nothing any more. Emits `left` as soon as nothing is in flight. */
  stop(): void
  /** Everything held, in flight included, in the order of capture. */
  held(): readonly QueueItem[]
  /** Forgets everything and returns it. Answers to what is in flight change nothing then. */
  clear(): readonly QueueItem[]
}

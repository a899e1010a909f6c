import type { DropReason, PauseReason, QueueItem } from '@threadline/core'

/** An event in the queue of a page, and in its storage. */
export interface StoredItem extends QueueItem {
  /**
   * Something of it is not known yet: the title of a page that is viewed, or what the visitor agrees to. Its body is the event as
   * it was captured, which no hook has seen. It is stored like any other, if anything is, and not sent.
   */
  isOpen?: boolean
}

/** The events that have not arrived yet. */
export interface PageQueue {
  /**
   * Takes a copy of an event, stores it, and returns the copy. When the queue is full, the oldest that waits is given up,
   * of the name that takes most of the room.
   */
  add(item: StoredItem): StoredItem
  /** Gives up an event that waits. */
  drop(item: StoredItem, reason: DropReason): void
  /** Starts a request if one is due. */
  pump(): void
  /**
   * Sends what is held, skipping the idle timer and own backoff; a blocked endpoint's wait only when the network `isBack`.
   * Returns the reason of a pause whose probe is not due.
   */
  wake(isBack?: boolean): PauseReason | undefined
  /** Starts requests for everything that waits, synchronously: the last chance before the page goes away. */
  drain(): void
  /** Everything held, in flight included, in the order of capture. */
  held(): readonly StoredItem[]
  /** Forgets everything and returns it. Answers to what is in flight change nothing then. */
  clear(): readonly StoredItem[]
}

/** What is stored of the queue, so that it outlives the page. */
export interface Records {
  /** Stores an event, or what it has become since. Does nothing while nothing may be stored. */
  store(item: StoredItem): void
  /** Removes what is stored of an event. */
  remove(item: StoredItem): void
  /** Takes over what tabs have left that are gone, from now on. */
  open(): void
  /** Removes everything, of all tabs. */
  clear(): void
  /** Leaves what is stored to the page that follows. */
  leave(): void
  /** The page was kept, and comes back: what it had stored may be another one's. */
  renew(): void
}

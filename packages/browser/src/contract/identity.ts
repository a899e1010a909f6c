/** Who an event is about. */
export interface Ids {
  readonly anonymousId: string
  readonly userId: string | undefined
  readonly sessionId: string
}

/** Who the visitor is: in memory, and in the browser's storage as far as that is allowed. */
export interface Identity {
  /** Takes over what storage holds. False when it lacks an id or a live session; nothing is stored then. */
  load(now: number): boolean
  /**
   * The ids as they are now, without keeping the session alive.
   *
   * Takes over what storage holds and stores what it lacks: now and then, or when `mustSync` says so.
   */
  read(now: number, mustSync?: boolean): Ids
  /** The ids for an event captured at `now`, which keeps the session alive. */
  touch(now: number): Ids
  /** Becomes another visitor, whose user is not known, or keeps the id and becomes another user. */
  become(ids: Partial<Pick<Ids, 'anonymousId' | 'userId'>>): void
  /**
   * Forgets everybody, in memory and in storage, and becomes `next`, a new id, if there is one. What waits stays with the
   * visitor who was here, whose id is returned.
   */
  forget(next?: string): string
}

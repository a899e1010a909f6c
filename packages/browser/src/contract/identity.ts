/** Who an event is about. */
export interface Ids {
  readonly anonymousId: string
  readonly userId: string | undefined
  readonly sessionId: string
}

/** Who the visitor is: in memory, and in the browser's storage as far as that is allowed. */
export interface Identity {
  /** Takes over what storage holds. Does nothing and returns false when it lacks an id or a session. */
  load(now: number): boolean
  /**
   * The ids for an event captured at `now`; keeps the session alive.
   *
   * Takes over what storage holds and stores what it lacks: now and then, or when `mustSync` says so.
   */
  touch(now: number, mustSync?: boolean): Ids
  /** Becomes another visitor, or keeps the id and becomes another user. */
  become(ids: Partial<Pick<Ids, 'anonymousId' | 'userId'>>): void
  /** Forgets everybody, in memory and in storage. */
  forget(): void
}

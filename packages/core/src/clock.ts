/** Time and timers, as an argument: the only way `core` knows about either. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /**
   * Calls `run` once, after `ms` milliseconds.
   *
   * A `background` timer must not keep the process alive (`unref` on Node); any other must.
   * Returns a function that cancels it; cancelling twice, or after it fired, does nothing.
   */
  after(ms: number, run: () => void, background: boolean): () => void
}

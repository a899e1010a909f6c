/**
 * Why a store failed, as a value a program can switch on.
 *
 * - `locked`: another process (or another store of this one) has the data folder open.
 * - `unreachable`: the database cannot be opened or does not answer.
 * - `closed`: the store was used after `close()`.
 * - `too_new`: the database was written by a later version of the collector.
 * - `busy`: too many reads are under way; `retryAfterS` says when to come back.
 * - `timed_out`: a read took longer than any may.
 * - `files_gone`: the database's file was removed or replaced while it was open. Nothing more is stored.
 * - `data_lost`: the data folder holds less than was acknowledged from it.
 * - `no_citus`: the tables were to be spread over a Citus, and the database is none.
 * - `move_unfinished`: the database holds a part of what a move from a data folder brings.
 */
export type StoreErrorCode =
  | 'locked'
  | 'unreachable'
  | 'closed'
  | 'too_new'
  | 'busy'
  | 'timed_out'
  | 'files_gone'
  | 'data_lost'
  | 'no_citus'
  | 'move_unfinished'

export interface StoreErrorOptions extends ErrorOptions {
  /** Seconds after which trying again makes sense. Integer, at least 1. */
  readonly retryAfterS?: number
}

/** What {@link openStore} and the store's methods throw when the database, not the request, is at fault. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode
  readonly retryAfterS: number | undefined

  constructor(code: StoreErrorCode, message: string, { retryAfterS, ...options }: StoreErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.retryAfterS = retryAfterS
  }
}

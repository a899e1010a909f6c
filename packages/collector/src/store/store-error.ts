/**
 * Why a store failed, as a value a program can switch on.
 *
 * - `locked`: another process (or another store of this one) has the data folder open.
 * - `unreachable`: the database cannot be opened or does not answer.
 * - `closed`: the store was used after `close()`.
 * - `too_new`: the database was written by a later version of the collector.
 * - `no_citus`: the tables were to be spread over a Citus, and the database is none.
 */
export type StoreErrorCode = 'locked' | 'unreachable' | 'closed' | 'too_new' | 'no_citus'

/** What {@link openStore} and the store's methods throw when the database, not the request, is at fault. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

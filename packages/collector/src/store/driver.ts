/** What a statement takes and gives: instants are integer milliseconds, so no engine's date type is involved. */
export type SqlValue = string | number | boolean | null

export interface SqlRow {
  readonly [column: string]: SqlValue
}

/** Column types that both engines spell the same way and agree on. */
export type ColumnType = 'VARCHAR' | 'BIGINT' | 'INTEGER'

export interface Columns {
  readonly [column: string]: ColumnType
}

/** The longest that one statement of a read may take. Whoever asked has given up before. */
export const READ_TIMEOUT_MS = 30_000

export interface SqlSession {
  /** Runs one statement with `$1`-style parameters and returns its rows. Integers beyond 2^53 are an error. */
  query(text: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]>
}

/**
 * All that differs between the engines. Everything else is one SQL text.
 *
 * `query` outside a transaction reads what is committed; it may run beside a transaction. It waits for other reads, and
 * nothing else does: `ingest` and `lookup` have connections of their own.
 */
export interface SqlDriver extends SqlSession {
  readonly engine: 'duckdb' | 'postgres'
  /**
   * A table expression over rows that arrive as one JSON array in `parameter` (for example `$1`): one parameter
   * carries a whole batch, whatever its size.
   */
  rowsFrom(parameter: string, columns: Columns): string
  /** Runs a short statement that every request may wait for, for example the one that reads the keys. */
  lookup(text: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]>
  /** Reads that nobody waits for, on connections of their own: neither people nor events wait for them. */
  readonly background: SqlSession
  /** The same as `transaction`, on those connections. Rejects when a server that does not run has not answered for a while. */
  inBackground<T>(work: (session: SqlSession) => Promise<T>): Promise<T>
  /** The same as `transaction`, for what stores events. */
  ingest<T>(work: (session: SqlSession) => Promise<T>): Promise<T>
  /** A text expression with letters of any script in lower case. */
  lowered(expression: string): string
  /**
   * Runs `work` in one transaction; its writes are durable when the promise resolves, and gone when it rejects.
   * `work` may run again after a conflict with another process, so it must have no effect but its statements.
   */
  transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T>
  /** Runs `work` while no other process migrates the same database. */
  exclusively<T>(work: () => Promise<T>): Promise<T>
  /**
   * Takes the next position in the order of storage, in the transaction of `session`: above all that were taken before,
   * by any process and whatever the clocks say. One whose transaction fails is not used again.
   */
  takePosition(session: SqlSession): Promise<number>
  /**
   * The position up to which every transaction that took one has ended. Whoever asks first and reads then, finds all that
   * will ever be stored up to there. Asked on a connection for reads unless a session is given.
   */
  settledPosition(session?: SqlSession): Promise<number>
  /** Makes room for events of these days (yyyymmdd), where tables are split by time. */
  prepareDays(days: ReadonlySet<number>): Promise<void>
  /** Drops what holds only events before `day` (yyyymmdd) in one piece, where tables are split by time. */
  dropBefore(day: number): Promise<void>
  /** Free bytes on the disk that the database is on; null where that is another machine's. */
  freeBytes(): Promise<number | null>
  /** Resolves when running statements have ended and the database is released. */
  close(): Promise<void>
}

/** A text that a statement cannot have: whoever sent it is at fault, and asking again changes nothing. */
export class UnstorableTextError extends Error {
  override readonly name = 'UnstorableTextError'

  constructor(
    message = 'a text holds the character NUL (U+0000), which nothing stored here has',
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** @throws {@link UnstorableTextError} for a text that PostgreSQL refuses, on either engine. */
export function checkTexts(values: readonly SqlValue[]): void {
  for (const value of values) if (typeof value === 'string' && value.includes('\0')) throw new UnstorableTextError()
}

/** Reads an integer column, which the engines give as number, bigint or text. */
export function integer(value: bigint | string | number): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError(`integer out of range: ${value}`)
  return number
}

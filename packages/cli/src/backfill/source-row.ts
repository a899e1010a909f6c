/** What a row holds, by the name of the column (CSV) or the path of the member (NDJSON). Absent and empty are undefined. */
export type Fields = (column: string) => unknown

/** One row of a file, not yet looked into. */
export interface SourceRow {
  /** Counts rows from 1; a CSV header and blank lines are no rows. */
  readonly number: number
  /** The line on which it begins, from 1. */
  readonly line: number
  /** Bytes of the file up to the row's end. */
  readonly end: number
  /** What the row says, whatever the quoting: the same text is the same event. */
  readonly text: string
  /** @throws RowError when the row cannot be read. */
  readonly fields: () => Fields
}

/** Longest row in bytes: an event is 64 KB at most, and its row may be clumsier. A longer one is not held in memory. */
export const MAX_ROW_BYTES = 1_000_000

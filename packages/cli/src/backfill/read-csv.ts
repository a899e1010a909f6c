import { pipeline, type Readable } from 'node:stream'
import { CsvError, type Info, parse } from 'csv-parse'
import { usageError } from '../cli-error.ts'
import { RowError } from './row-error.ts'
import { MAX_ROW_BYTES, type SourceRow } from './source-row.ts'

export interface ReadCsvOptions {
  /** One character. */
  readonly delimiter: string
  /** Told the header's columns, once, before the first row. */
  readonly onHeader: (columns: readonly string[]) => void
}

/** What stands in the place of bytes that are no UTF-8. */
const REPLACEMENT = '\uFFFD'

/**
 * The rows of a CSV file (RFC 4180), whose first row names the columns.
 *
 * @throws CliError `usage` for a header that cannot be used, and for broken quoting: behind it nobody can tell where a
 * row begins.
 */
export async function* readCsv(bytes: Readable, { delimiter, onHeader }: ReadCsvOptions): AsyncGenerator<SourceRow> {
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    max_record_size: MAX_ROW_BYTES,
    record_delimiter: ['\r\n', '\n'],
    // A row with cells too many or too few is refused by itself.
    relax_column_count: true,
    skip_empty_lines: true,
  })
  // What goes wrong while reading reaches the loop below through the parser.
  pipeline(bytes, parser, () => undefined)
  let columns: ReadonlyMap<string, number> | undefined
  let number = 0
  try {
    for await (const parsed of parser) {
      const { record, info }: { record: string[]; info: Info } = parsed
      if (!columns) {
        columns = readHeader(record)
        onHeader([...columns.keys()])
        continue
      }
      number += 1
      yield toRow(record, columns, { number, line: info.lines - lineFeeds(record), end: info.bytes_records })
    }
  } catch (error) {
    throw error instanceof CsvError ? usageError(`the file is no CSV from here on: ${error.message}`) : error
  }
}

function toRow(
  record: readonly string[],
  columns: ReadonlyMap<string, number>,
  place: Pick<SourceRow, 'number' | 'line' | 'end'>,
): SourceRow {
  return {
    ...place,
    text: JSON.stringify(record),
    fields() {
      if (record.length !== columns.size) {
        throw new RowError('validation_error', `${record.length} cells where the header has ${columns.size}`)
      }
      if (record.some((cell) => cell.includes(REPLACEMENT))) {
        throw new RowError('validation_error', 'a cell is not UTF-8')
      }
      return (column) => record[columns.get(column) ?? -1] || undefined
    },
  }
}

function readHeader(record: readonly string[]): ReadonlyMap<string, number> {
  const columns = new Map<string, number>()
  for (const [index, cell] of record.entries()) {
    const name = cell.trim()
    if (columns.has(name)) throw usageError(`the header has two columns called ${JSON.stringify(name)}`)
    columns.set(name, index)
  }
  return columns
}

function lineFeeds(record: readonly string[]): number {
  return record.reduce((count, cell) => (cell.includes('\n') ? count + cell.split('\n').length - 1 : count), 0)
}

import { createHash } from 'node:crypto'
import type { SourceRow } from './source-row.ts'

/**
 * Names a row by what it says, so that the same row gets the same id in every run, wherever it stands in which file.
 *
 * Two rows that say the same are thus one event. Where they are two, the file needs an `eventId` column.
 */
export function rowId({ text }: Pick<SourceRow, 'text'>): string {
  return `row_${createHash('sha256').update(text).digest('base64url')}`
}

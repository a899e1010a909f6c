import { segmentEvent } from '@threadline/collector'
import type { TrackEvent } from '@threadline/schema'
import { parseEvent } from '@threadline/schema/zod'
import { parseJson } from '../parse-json.ts'
import { RowError } from './row-error.ts'
import { rowId } from './row-id.ts'
import type { SourceRow } from './source-row.ts'

/** How rows of a service's export become events. */
interface Export {
  readonly format: 'csv' | 'ndjson'
  /** The event's fields, not yet checked. Without `eventId` the row's content makes one. @throws RowError */
  read(row: SourceRow): { readonly [field: string]: unknown }
}

/** What `--from` takes. */
export const EXPORTS = {
  /** Messages of Segment's spec, one a line, as Segment and RudderStack put them into object storage. */
  segment: {
    format: 'ndjson',
    read: (row) => segmentEvent(messageOf(row), { isTrusted: true, hasClock: false }),
  },
} as const satisfies { readonly [name: string]: Export }

export type ExportName = keyof typeof EXPORTS

export const EXPORT_NAMES: readonly string[] = Object.keys(EXPORTS)

/** Makes the event of a row of an export, checked by every rule of the canonical event. @throws RowError */
export function exportedEvent(row: SourceRow, name: ExportName): TrackEvent {
  const fields = EXPORTS[name].read(row)
  if (fields['timestamp'] === undefined)
    throw new RowError('invalid_timestamp', 'the row does not say when it happened')
  const result = parseEvent({ ...fields, eventId: fields['eventId'] ?? rowId(row) })
  if (!result.ok) throw new RowError(result.code, result.message)
  return result.event
}

function messageOf(row: SourceRow): unknown {
  // What is no JSON object is refused here.
  row.fields()
  return parseJson(row.text)
}

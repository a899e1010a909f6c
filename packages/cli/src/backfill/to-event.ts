import type { TrackEvent } from '@threadline/schema'
import { parseEvent } from '@threadline/schema/zod'
import type { Mapping } from './mapping.ts'
import { RowError } from './row-error.ts'
import { rowId } from './row-id.ts'
import type { SourceRow } from './source-row.ts'

/** Makes the event of a row, checked by every rule of the canonical event. @throws RowError */
export function toEvent(row: SourceRow, mapping: Mapping): TrackEvent {
  const fields = mapping.apply(row.fields())
  const result = parseEvent(fields['eventId'] === undefined ? { ...fields, eventId: rowId(row) } : fields)
  if (!result.ok) throw new RowError(result.code, result.message)
  return result.event
}

import { segmentEvent } from '@threadline/collector'
import { isUsableId, type TrackEvent } from '@threadline/schema'
import { parseEvent } from '@threadline/schema/zod'
import { CliError } from '../cli-error.ts'
import { parseJson } from '../parse-json.ts'
import { readAmplitude } from './exports/amplitude.ts'
import { readGa4 } from './exports/ga4.ts'
import { isLine, type Line, type ReadLine } from './exports/line.ts'
import { readMixpanel } from './exports/mixpanel.ts'
import { readPosthog } from './exports/posthog.ts'
import { RowError } from './row-error.ts'
import { rowId } from './row-id.ts'
import type { SourceRow } from './source-row.ts'

/** How rows of a service's export become events. */
interface Export {
  readonly format: 'csv' | 'ndjson'
  /** The fields of its events, not yet checked. Without `eventId` the row's content makes one. @throws RowError */
  read(row: SourceRow): readonly Line[]
}

/** An export of one JSON object a line. */
function lines(read: ReadLine): Export {
  return { format: 'ndjson', read: (row) => read(lineOf(row)) }
}

/** What `--from` takes. */
export const EXPORTS = {
  /** Messages of Segment's spec, one a line, as Segment and RudderStack put them into object storage. */
  segment: lines((line) => [{ ...segmentEvent(line, { isTrusted: true, hasClock: false }) }]),
  posthog: { format: 'ndjson', read: (row) => readPosthog(withUuid(lineOf(row), row)) },
  mixpanel: lines(readMixpanel),
  amplitude: lines(readAmplitude),
  ga4: lines(readGa4),
  plausible: {
    format: 'csv',
    read() {
      const message = 'Plausible exports totals by day, page and source, and no event can be made of a total'
      throw new CliError('usage', `${message}. Keep the files, and begin with the events from now on`)
    },
  },
} as const satisfies { readonly [name: string]: Export }

export type ExportName = keyof typeof EXPORTS

export const EXPORT_NAMES: readonly string[] = Object.keys(EXPORTS)

/** Makes the events of a row of an export, checked by every rule of the canonical event. @throws RowError */
export function exportedEvents(row: SourceRow, name: ExportName): readonly TrackEvent[] {
  return EXPORTS[name].read(row).map((fields) => {
    if (fields['timestamp'] === undefined) {
      throw new RowError('invalid_timestamp', 'the row does not say when it happened')
    }
    const result = parseEvent({ ...fields, eventId: fields['eventId'] ?? rowId(row) })
    if (!result.ok) throw new RowError(result.code, result.message)
    return result.event
  })
}

/** What PostHog's clients send without an id is always new. A line that is read again is not. */
function withUuid(line: Line, row: SourceRow): Line {
  return isUsableId(line['uuid']) ? line : { ...line, uuid: rowId(row) }
}

function lineOf(row: SourceRow): Line {
  // What is no JSON object is refused here.
  row.fields()
  const line = parseJson(row.text)
  return isLine(line) ? line : {}
}

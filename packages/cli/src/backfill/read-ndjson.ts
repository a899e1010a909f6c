import { parseJson } from '../parse-json.ts'
import { readLines } from './read-lines.ts'
import { RowError } from './row-error.ts'
import { type Fields, MAX_ROW_BYTES, type SourceRow } from './source-row.ts'

/** The rows of an NDJSON file: one JSON object a line. */
export async function* readNdjson(chunks: AsyncIterable<Buffer>): AsyncGenerator<SourceRow> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let number = 0
  for await (const { number: line, end, bytes } of readLines(chunks, MAX_ROW_BYTES)) {
    const text = bytes && decode(decoder, bytes)
    if (text === '') continue
    number += 1
    if (text !== undefined) yield { number, line, end, text, fields: () => parse(text) }
    else yield { number, line, end, text: '', fields: () => unreadable(bytes === undefined) }
  }
}

/** Undefined for what is not UTF-8: replacing the bad bytes would change people's names and ids for good. */
function decode(decoder: InstanceType<typeof TextDecoder>, bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes).trim()
  } catch {
    return undefined
  }
}

function unreadable(isTooLong: boolean): never {
  throw new RowError(
    'validation_error',
    isTooLong ? `the line is over ${MAX_ROW_BYTES} bytes` : 'the line is not UTF-8',
  )
}

function parse(text: string): Fields {
  const row = parseJson(text)
  if (!isObject(row)) throw new RowError('validation_error', 'the line is no JSON object')
  return (path) => memberAt(row, path)
}

function isObject(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `user.id` is the member `id` of the member `user`, unless there is one that is called `user.id`. */
function memberAt(row: unknown, path: string): unknown {
  if (!isObject(row)) return undefined
  if (Object.hasOwn(row, path)) return row[path] ?? undefined
  const dot = path.indexOf('.')
  if (dot === -1) return undefined
  const first = path.slice(0, dot)
  return Object.hasOwn(row, first) ? memberAt(row[first], path.slice(dot + 1)) : undefined
}

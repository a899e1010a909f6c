import { crc32 } from 'node:zlib'
import type { QueueItem } from '@threadline/core'

/**
 * One line of a segment file: a checksum, then either an event or the places of events that have left.
 *
 * Lines, because a damaged one hides nothing but itself: JSON has no line breaks of its own.
 */
export type SpoolRecord =
  | { readonly kind: 'event'; readonly seq: number; readonly item: QueueItem }
  | { readonly kind: 'left'; readonly places: readonly SeqRange[] }

/** Events of one segment, by their numbers in it; `last` included. */
export interface SeqRange {
  readonly segment: number
  readonly first: number
  readonly last: number
}

function sealed(payload: string): string {
  return `${crc32(payload).toString(16).padStart(8, '0')}\t${payload}\n`
}

/** @param seq - The event's number in its segment. */
export function eventLine(seq: number, { eventId, event, at, alone, body }: QueueItem): string {
  // A body is one line of JSON from nearly every destination. Plausible's has headers in front, and a user's own may differ.
  const isLine = !/[\n\t]/.test(body)
  const flags = `${alone ? 'a' : ''}${isLine ? '' : 'q'}`
  const fields = [
    '+',
    seq,
    at,
    flags,
    JSON.stringify(eventId),
    JSON.stringify(event),
    isLine ? body : JSON.stringify(body),
  ]
  return sealed(fields.join('\t'))
}

export function leftLine(places: readonly SeqRange[]): string {
  return sealed(`-\t${places.map(({ segment, first, last }) => `${segment}:${first}-${last}`).join(',')}`)
}

/** Places as ranges. Neighbours in the list that are neighbours in their segment become one. */
export function toRanges(places: readonly { readonly segment: number; readonly seq: number }[]): SeqRange[] {
  const ranges: { segment: number; first: number; last: number }[] = []
  for (const { segment, seq } of places) {
    const range = ranges.at(-1)
    if (range?.segment === segment && range.last === seq - 1) range.last = seq
    else ranges.push({ segment, first: seq, last: seq })
  }
  return ranges
}

/** Reads a line without its line break; `undefined` when it is damaged. */
export function parseLine(line: string, byteLength: (text: string) => number): SpoolRecord | undefined {
  const payload = line.slice(9)
  if (line[8] !== '\t' || Number.parseInt(line.slice(0, 8), 16) !== crc32(payload)) return undefined
  const [kind, ...fields] = payload.split('\t')
  if (kind === '-') return { kind: 'left', places: (fields[0] ?? '').split(',').map(parseRange) }
  const [seq, at, flags = '', eventId = '', event = '', text = ''] = fields
  const body = flags.includes('q') ? String(JSON.parse(text)) : text
  const item = {
    eventId: String(JSON.parse(eventId)),
    event: String(JSON.parse(event)),
    body,
    bytes: byteLength(body),
    at: Number(at),
    ...(flags.includes('a') && { alone: true }),
  }
  return { kind: 'event', seq: Number(seq), item }
}

function parseRange(text: string): SeqRange {
  const [segment, first, last] = text.split(/[:-]/).map(Number)
  return { segment: segment ?? 0, first: first ?? 0, last: last ?? 0 }
}

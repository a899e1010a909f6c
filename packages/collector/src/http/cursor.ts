import { z } from 'zod'
import type { TailCursor, TimelineCursor } from '../store/store.ts'
import { RequestError } from './request-error.ts'

const tailCursor = z.tuple([z.int(), z.string(), z.string()])
const timelineCursor = z.tuple([z.int(), z.int(), z.string(), z.string()])

/** A place in the tail as one opaque word. */
export function writeTailCursor({ storedAt, event, eventId }: TailCursor): string {
  return encode([storedAt, event, eventId])
}

/** @throws {@link RequestError} `invalid_request` */
export function readTailCursor(word: string): TailCursor {
  const [storedAt, event, eventId] = decode(tailCursor, word)
  return { storedAt, event, eventId }
}

/** A place in a timeline as one opaque word. */
export function writeTimelineCursor({ ts, storedAt, event, eventId }: TimelineCursor): string {
  return encode([ts, storedAt, event, eventId])
}

/** @throws {@link RequestError} `invalid_request` */
export function readTimelineCursor(word: string): TimelineCursor {
  const [ts, storedAt, event, eventId] = decode(timelineCursor, word)
  return { ts, storedAt, event, eventId }
}

function encode(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function decode<T>(schema: z.ZodType<T>, word: string): T {
  const result = schema.safeParse(parse(Buffer.from(word, 'base64url').toString()))
  if (!result.success) throw new RequestError('invalid_request', 'not a cursor of this collector')
  return result.data
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

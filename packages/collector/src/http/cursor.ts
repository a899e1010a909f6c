import { z } from 'zod'
import type { EventPlace } from '../store/store.ts'
import { RequestError } from './request-error.ts'

const place = z.tuple([z.int(), z.int(), z.string(), z.string(), z.int()])

/** As collectors gave them before there were positions: a place among the events that have none. */
const earlierPlace = z.tuple([z.int(), z.int(), z.string(), z.string()]).transform((read) => [...read, 0] as const)

/** A place among the events as one opaque word. */
export function writePlace({ ts, storedAt, position, event, eventId }: EventPlace): string {
  return Buffer.from(JSON.stringify([ts, storedAt, event, eventId, position])).toString('base64url')
}

/** @throws {@link RequestError} `invalid_request` */
export function readPlace(word: string): EventPlace {
  const result = z.union([place, earlierPlace]).safeParse(parse(Buffer.from(word, 'base64url').toString()))
  // No id holds NUL, so none was ever given out with one.
  if (!result.success || `${result.data}`.includes('\0')) {
    throw new RequestError('invalid_request', 'not a cursor of this collector')
  }
  const [ts, storedAt, event, eventId, position] = result.data
  return { ts, storedAt, event, eventId, position }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

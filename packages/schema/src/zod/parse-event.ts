import type { z } from 'zod'
import type { TrackEvent } from '../event.ts'
import { EVENT_ERROR_CODES, type EventErrorCode } from '../wire.ts'
import { trackEvent } from './event.ts'

export type EventResult =
  | { readonly ok: true; readonly event: TrackEvent }
  | { readonly ok: false; readonly code: EventErrorCode; readonly message: string }

/**
 * Checks one event and names what is wrong with the code that goes on the wire. Never throws.
 *
 * Takes what `JSON.parse` gives, from anybody. The event it returns has only known members; `properties` and `traits`
 * are the ones given, not copies.
 */
export function parseEvent(value: unknown): EventResult {
  const result = trackEvent.safeParse(value)
  if (result.success) return { ok: true, event: result.data }
  const [issue] = result.error.issues
  return { ok: false, code: issue ? codeOf(issue) : 'validation_error', message: issue?.message ?? 'no event' }
}

const CODES: ReadonlySet<unknown> = new Set(EVENT_ERROR_CODES)

/** What a member of the wrong type means. */
const CODE_BY_MEMBER: ReadonlyMap<unknown, EventErrorCode> = new Map([
  ['event', 'missing_event_name'],
  ['eventId', 'invalid_id'],
  ['anonymousId', 'invalid_id'],
  ['userId', 'invalid_id'],
  ['sessionId', 'invalid_id'],
  ['timestamp', 'invalid_timestamp'],
  ['value', 'invalid_value'],
  ['currency', 'invalid_currency'],
] as const)

function codeOf(issue: z.core.$ZodIssue): EventErrorCode {
  const code: unknown = issue.code === 'custom' ? issue.params?.['code'] : undefined
  return isEventErrorCode(code) ? code : (CODE_BY_MEMBER.get(issue.path[0]) ?? 'validation_error')
}

function isEventErrorCode(code: unknown): code is EventErrorCode {
  return CODES.has(code)
}

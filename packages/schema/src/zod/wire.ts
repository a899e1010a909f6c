import { z } from 'zod'
import { LIMITS } from '../limits.ts'
import {
  type BatchRequest,
  type BatchResponse,
  type ErrorResponse,
  EVENT_ERROR_CODES,
  type InvalidEvent,
  REQUEST_ERROR_CODES,
} from '../wire.ts'
import { trackEvent } from './event.ts'

/** A {@link BatchRequest} whose events have not been looked at: each is checked, and refused, on its own. */
export interface BatchEnvelope extends Omit<BatchRequest, 'events'> {
  readonly events: readonly unknown[]
}

const envelope = {
  key: z.string({ error: 'key must be a string' }).max(200).optional(),
  sentAt: z.iso.datetime({ error: 'sentAt must be ISO 8601 in UTC, such as 2026-01-31T09:30:00.000Z' }),
  dropped: z
    .record(z.string().max(64), z.int({ error: 'dropped holds whole numbers of events by reason' }).min(0))
    .optional(),
}

const eventsRule = { error: 'events must be an array of events' }

/** Checks what surrounds the events of a batch. How many there may be is the caller's to check: it is an error of its own. */
export const batchEnvelope: z.ZodType<BatchEnvelope> = z.object({
  ...envelope,
  events: z.array(z.unknown(), eventsRule),
})

/** Checks a whole batch: one bad event refuses all. A collector uses {@link batchEnvelope} and `parseEvent`. */
export const batchRequest: z.ZodType<BatchRequest> = z.object({
  ...envelope,
  events: z.array(trackEvent, eventsRule).max(LIMITS.batchEvents),
})

const invalidEvent: z.ZodType<InvalidEvent> = z.object({
  eventId: z.string(),
  event: z.string().optional(),
  code: z.enum(EVENT_ERROR_CODES),
  message: z.string(),
})

export const batchResponse: z.ZodType<BatchResponse> = z.object({
  stored: z.int().min(0),
  duplicates: z.array(z.string()),
  duplicateEvents: z.array(z.string()).optional(),
  invalid: z.array(invalidEvent),
})

export const errorResponse: z.ZodType<ErrorResponse> = z.object({
  error: z.object({ code: z.enum(REQUEST_ERROR_CODES), message: z.string() }),
})

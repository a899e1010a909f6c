import type { RequestErrorCode } from '@threadline/schema'
import type { z } from 'zod'

/** What opens an operation: a key of one of these kinds, or the live page's session. */
export type Opener = 'metricsKey' | 'senderKey' | 'readerKey' | 'serverKey' | 'pageSession'

/** One method of one path. */
export interface Operation {
  readonly method: 'get' | 'post'
  /** With parameters in braces. */
  readonly path: string
  readonly id: string
  readonly tag: 'Ingestion' | 'People' | 'Events' | 'Reports' | 'Forwarding' | 'Settings' | 'Operation'
  readonly summary: string
  readonly description?: string
  /** Each alone is enough. Absent: no key is needed. */
  readonly openedBy?: readonly Opener[]
  /** The query, by the schema that the route checks it with. */
  readonly query?: z.ZodType
  readonly headers?: { readonly [name: string]: string }
  readonly body?: z.ZodType
  readonly answer: Answer
  /** Another status than 200, with the same body. */
  readonly otherStatus?: { readonly status: number; readonly description: string }
  readonly errors?: readonly RequestErrorCode[]
}

export interface Answer {
  readonly description: string
  readonly type: 'application/json' | 'application/x-ndjson' | 'text/event-stream' | 'text/plain'
  /** Of the body; for NDJSON of each line. */
  readonly schema: z.ZodType
}

export const READERS = ['readerKey', 'pageSession'] as const
export const READ_ERRORS = [
  'unauthorized',
  'forbidden',
  'rate_limited',
  'internal_error',
  'too_busy',
  'unavailable',
] as const
export const SERVER_ERRORS = ['unauthorized', 'forbidden', 'internal_error', 'too_busy', 'unavailable'] as const
/** An id in the path may be one that there cannot be. */
export const ID_ERRORS = ['invalid_request', 'not_found'] as const

export const json = (description: string, schema: z.ZodType): Answer => ({
  description,
  type: 'application/json',
  schema,
})

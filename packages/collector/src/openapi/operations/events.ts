import { batchRequest, batchResponse } from '@threadline/schema/zod'
import { z } from 'zod'
import { eventsQuery } from '../../http/read-routes.ts'
import * as answers from '../answers/events.ts'
import { json, type Operation, READ_ERRORS, READERS } from './operation.ts'

const INGEST = {
  method: 'post',
  tag: 'Ingestion',
  openedBy: ['senderKey'],
  headers: { 'content-encoding': 'gzip, deflate or br; zstd where the collector’s Node has it. Absent: as it is.' },
  body: batchRequest,
  errors: [
    'invalid_json',
    'invalid_request',
    'unauthorized',
    'forbidden',
    'origin_not_allowed',
    'body_too_large',
    'too_many_events',
    'unsupported_media_type',
    'rate_limited',
    'internal_error',
    'unavailable',
  ],
} as const

/** Storing events, and reading them by the time of storage. */
export const EVENT_OPERATIONS: readonly Operation[] = [
  {
    ...INGEST,
    path: '/v1/batch',
    id: 'storeBatch',
    summary: 'Store events',
    description:
      'Answers after the events are durable, for each on its own. Sending the same again is safe: project, event name and eventId count once, for ever. Clients that cannot set headers (beacons) put the key into the body and send text/plain.',
    answer: json('What became of the events. Those that are not named were stored.', batchResponse),
  },
  {
    ...INGEST,
    path: '/v1/validate',
    id: 'validateBatch',
    summary: 'Check events without storing them',
    answer: json('What would become of the events.', batchResponse),
  },
  {
    method: 'get',
    path: '/v1/events',
    id: 'latestEvents',
    tag: 'Events',
    summary: 'The latest events',
    description:
      'By the time of storage; with days, filters, a goal or a cursor by the time when they happened: those that the reports on traffic count by the same.',
    openedBy: READERS,
    query: eventsQuery,
    answer: json('A page of events.', answers.events),
    errors: ['invalid_request', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/live',
    id: 'liveEvents',
    tag: 'Events',
    summary: 'Events as they are stored',
    description:
      'Server-sent events: `ready` once, then one `event` for each stored event, whose `data` is an EventView and whose `id` goes into Last-Event-ID to go on without a gap. A comment comes every 15 seconds while nothing is stored. A key holds 20 streams at once, a project 40; beyond that the answer is 429.',
    openedBy: READERS,
    headers: { 'last-event-id': 'Go on after this event. The newest 50 come first without it.' },
    answer: {
      description: 'A stream that ends with its key, or when nobody reads it.',
      type: 'text/event-stream',
      schema: z.string(),
    },
    errors: ['invalid_request', ...READ_ERRORS],
  },
]

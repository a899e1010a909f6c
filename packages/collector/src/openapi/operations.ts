import type { RequestErrorCode } from '@threadline/schema'
import { batchRequest, batchResponse } from '@threadline/schema/zod'
import { z } from 'zod'
import { erasureRequest, erasuresQuery } from '../http/erasure-routes.ts'
import { beginRequest } from '../http/forward-routes.ts'
import { daysQuery } from '../http/query.ts'
import { eventsQuery, groupQuery, timelineQuery } from '../http/read-routes.ts'
import {
  eventCountsQuery,
  funnelQuery,
  peopleQuery,
  recurringQuery,
  revenueQuery,
  stagesQuery,
} from '../http/report-routes.ts'
import { reprocessRequest } from '../http/reprocess-routes.ts'
import { breakdownQuery, overviewQuery, seriesQuery } from '../http/traffic-query.ts'
import * as answers from './answers.ts'

/** What opens an operation: a key of one of these kinds, or the live page's session. */
export type Opener = 'metricsKey' | 'senderKey' | 'readerKey' | 'serverKey' | 'pageSession'

/** One method of one path. */
export interface Operation {
  readonly method: 'get' | 'post'
  /** With parameters in braces. */
  readonly path: string
  readonly id: string
  readonly tag: 'Ingestion' | 'People' | 'Events' | 'Reports' | 'Forwarding' | 'Operation'
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

const READERS = ['readerKey', 'pageSession'] as const
const READ_ERRORS = ['unauthorized', 'forbidden', 'rate_limited', 'internal_error', 'too_busy', 'unavailable'] as const
const SERVER_ERRORS = ['unauthorized', 'forbidden', 'internal_error', 'too_busy', 'unavailable'] as const
/** An id in the path may be one that there cannot be. */
const ID_ERRORS = ['invalid_request', 'not_found'] as const
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

const json = (description: string, schema: z.ZodType): Answer => ({ description, type: 'application/json', schema })

/** Every operation of the collector's own API. The endpoints of the five services are described by those. */
export const OPERATIONS: readonly Operation[] = [
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
    openedBy: READERS,
    query: eventsQuery,
    answer: json('Events by the time of storage.', answers.events),
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
  {
    method: 'get',
    path: '/v1/people',
    id: 'people',
    tag: 'People',
    summary: 'People, seen last first',
    openedBy: READERS,
    query: peopleQuery,
    answer: json('Users with all their visitors as one, and visitors whom no user owns.', answers.people),
    errors: ['invalid_request', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/people/{id}',
    id: 'person',
    tag: 'People',
    summary: 'One person',
    openedBy: READERS,
    answer: json('What their events come to, as they stand now.', answers.profile),
    errors: [...ID_ERRORS, ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/groups/{id}',
    id: 'group',
    tag: 'People',
    summary: 'One group and its people',
    openedBy: READERS,
    query: groupQuery,
    answer: json('What $group events say of it.', answers.group),
    errors: [...ID_ERRORS, ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/people/{id}/timeline',
    id: 'timeline',
    tag: 'People',
    summary: 'One person’s events and sessions',
    openedBy: READERS,
    query: timelineQuery,
    answer: json('The person and a page of their events.', answers.timeline),
    errors: [...ID_ERRORS, ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/people/{id}/export',
    id: 'exportPerson',
    tag: 'People',
    summary: 'All that is known of a person',
    description:
      'Lists exactly what forgetting removes: the person, their links, what their payments and subscriptions are known by, their events from the newest to the oldest, their traits, and `end` with the counts. An answer without `end` is not whole.',
    openedBy: READERS,
    answer: { description: 'One object a line.', type: 'application/x-ndjson', schema: answers.exportLine },
    errors: [...ID_ERRORS, ...READ_ERRORS],
  },
  {
    method: 'post',
    path: '/v1/people/{id}/forget',
    id: 'forgetPerson',
    tag: 'People',
    summary: 'Erase a person',
    description: 'Keys of events stay, without any of their data, so that a late resend does not bring them back.',
    openedBy: ['serverKey'],
    answer: json('Who was erased, and how much that was.', answers.forgotten),
    errors: [...ID_ERRORS, ...SERVER_ERRORS],
  },
  {
    method: 'post',
    path: '/v1/erasures',
    id: 'erasePeople',
    tag: 'People',
    summary: 'Erase people by a list of ids',
    description: 'Each as by `forget`, one after the other: when a request fails in between, send it again.',
    openedBy: ['serverKey'],
    body: erasureRequest,
    answer: json('Whom, and how much that was.', answers.erased),
    errors: ['invalid_json', 'invalid_request', 'body_too_large', 'unsupported_media_type', ...SERVER_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/erasures',
    id: 'erasures',
    tag: 'People',
    summary: 'What was erased when',
    description: 'Nothing says who it was.',
    openedBy: ['serverKey'],
    query: erasuresQuery,
    answer: json('Newest first.', answers.erasures),
    errors: ['invalid_request', ...SERVER_ERRORS],
  },
  {
    method: 'post',
    path: '/v1/reprocess',
    id: 'reprocess',
    tag: 'Operation',
    summary: 'Derive columns of stored events anew',
    description:
      'A part of those that an earlier version or other rules of the project derived. Ask again with `next` as `after`, until it is null; whoever begins anew goes on with what is left.',
    openedBy: ['serverKey'],
    body: reprocessRequest,
    answer: json('How many events it were, and where to go on.', answers.reprocessed),
    errors: ['invalid_json', 'invalid_request', 'body_too_large', 'unsupported_media_type', ...SERVER_ERRORS],
  },
  {
    method: 'post',
    path: '/v1/login-links',
    id: 'createLoginLink',
    tag: 'Operation',
    summary: 'A link that opens the live page once',
    description:
      'Of the key’s project. It works within 24 hours, when the button of the page that it shows is pressed, and opens that page for 30 days.',
    openedBy: ['serverKey'],
    answer: json('The address on this collector.', answers.loginLink),
    errors: SERVER_ERRORS,
  },
  {
    method: 'get',
    path: '/v1/page-sessions',
    id: 'pageSessions',
    tag: 'Operation',
    summary: 'Browsers in which the live page is open',
    openedBy: ['serverKey'],
    answer: json('Those of the key’s project, oldest first.', answers.pageSessions),
    errors: SERVER_ERRORS,
  },
  {
    method: 'post',
    path: '/v1/page-sessions/{id}/end',
    id: 'endPageSession',
    tag: 'Operation',
    summary: 'End a session of the live page',
    description: 'It opens nothing any more within five seconds, and its live streams end.',
    openedBy: ['serverKey'],
    answer: json('Which one.', answers.endedSession),
    errors: [...ID_ERRORS, ...SERVER_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/reports/overview',
    id: 'overview',
    tag: 'Reports',
    summary: 'What happened on the site',
    description:
      'Visitors are people, whatever ids they had. What is told of a session is told of all its events, from a day before the period to a day after it.',
    openedBy: READERS,
    query: overviewQuery,
    answer: json('The period, and the one before if it was asked for.', answers.overview),
    errors: ['invalid_request', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/reports/series',
    id: 'series',
    tag: 'Reports',
    summary: 'The same by hour, day or week',
    openedBy: READERS,
    query: seriesQuery,
    answer: json('Every one of them, also those in which nothing happened.', answers.series),
    errors: ['invalid_request', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/reports/breakdown',
    id: 'breakdown',
    tag: 'Reports',
    summary: 'The same by page, channel, country and others',
    openedBy: READERS,
    query: breakdownQuery,
    answer: json('Most visitors first.', answers.breakdown),
    errors: ['invalid_request', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/reports/online',
    id: 'online',
    tag: 'Reports',
    summary: 'People who are there now',
    openedBy: READERS,
    answer: json('Whoever did anything in the last five minutes, without bots.', answers.online),
    errors: READ_ERRORS,
  },
  {
    method: 'get',
    path: '/v1/reports/events',
    id: 'eventCounts',
    tag: 'Reports',
    summary: 'Events by day and name',
    openedBy: READERS,
    query: eventCountsQuery,
    answer: json('Days and names without events are left out.', answers.eventCounts),
    errors: ['invalid_request', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/reports/funnel',
    id: 'funnel',
    tag: 'Reports',
    summary: 'People by step',
    openedBy: READERS,
    query: funnelQuery,
    answer: json('How many people got to each step, in order and within the window.', answers.funnel),
    errors: ['invalid_request', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/reports/revenue',
    id: 'revenue',
    tag: 'Reports',
    summary: 'Revenue by day, currency, source and account',
    description:
      'Each payment counts once, however many events tell of it: billing.paymentIds says which are about one. Payments in a provider’s test mode are apart. Currencies are never added up.',
    openedBy: READERS,
    query: revenueQuery,
    answer: json('Days without money are left out.', answers.revenue),
    errors: ['invalid_request', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/reports/mrr',
    id: 'recurringRevenue',
    tag: 'Reports',
    summary: 'Monthly recurring revenue by plan and interval',
    description:
      'Subscriptions that are billed now, at list prices: no trials, none that are paused or ended. A year has 12 months, 52 weeks or 365 days.',
    openedBy: READERS,
    query: recurringQuery,
    answer: json('By the latest that billing.subscription of any event says.', answers.mrr),
    errors: ['invalid_request', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/reports/stages',
    id: 'stages',
    tag: 'Reports',
    summary: 'People by the stage they reached',
    openedBy: READERS,
    query: stagesQuery,
    answer: json('Each person counts once, at the furthest.', answers.stages),
    errors: ['invalid_request', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/reports/health',
    id: 'deliveryHealth',
    tag: 'Reports',
    summary: 'What did not become an event',
    openedBy: READERS,
    query: daysQuery,
    answer: json(
      'Duplicates that were stopped, events that were refused, losses that senders report, and what bots sent.',
      answers.deliveryHealth,
    ),
    errors: ['invalid_request', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/forwards',
    id: 'forwards',
    tag: 'Forwarding',
    summary: 'Where events go from here, and how far that is',
    openedBy: READERS,
    query: daysQuery,
    answer: json('The destinations of the project, by name. Outcomes are of the days.', answers.forwards),
    errors: ['invalid_request', ...READ_ERRORS],
  },
  {
    method: 'post',
    path: '/v1/forwards/{name}/pause',
    id: 'pauseForward',
    tag: 'Forwarding',
    summary: 'Stop forwarding to a destination',
    description:
      'On all collectors of the database, within seconds, and until it is resumed. Requests under way end; nothing is lost.',
    openedBy: ['serverKey'],
    answer: json('Which one.', answers.changedForward),
    errors: ['not_found', ...SERVER_ERRORS],
  },
  {
    method: 'post',
    path: '/v1/forwards/{name}/resume',
    id: 'resumeForward',
    tag: 'Forwarding',
    summary: 'Go on forwarding where it stopped',
    openedBy: ['serverKey'],
    answer: json('Which one.', answers.changedForward),
    errors: ['not_found', ...SERVER_ERRORS],
  },
  {
    method: 'post',
    path: '/v1/forwards/{name}/begin',
    id: 'beginForward',
    tag: 'Forwarding',
    summary: 'Begin forwarding anew',
    description:
      'With the next event, or with the events that happened since a day. What was forwarded before goes again: a destination that does not dedupe counts it twice.',
    openedBy: ['serverKey'],
    body: beginRequest,
    answer: json('Which one.', answers.changedForward),
    errors: [
      'invalid_json',
      'invalid_request',
      'not_found',
      'body_too_large',
      'unsupported_media_type',
      ...SERVER_ERRORS,
    ],
  },
  {
    method: 'get',
    path: '/healthz',
    id: 'alive',
    tag: 'Operation',
    summary: 'Whether the process answers',
    answer: json('It does.', answers.health),
  },
  {
    method: 'get',
    path: '/readyz',
    id: 'ready',
    tag: 'Operation',
    summary: 'Whether it takes events',
    answer: json('It does.', answers.health),
    otherStatus: { status: 503, description: 'It is stopping, or its database does not answer.' },
  },
  {
    method: 'get',
    path: '/metrics',
    id: 'metrics',
    tag: 'Operation',
    summary: 'Numbers for Prometheus',
    description: 'With an mk_ key those of all projects, by project.',
    openedBy: ['metricsKey', ...READERS],
    answer: { description: 'In Prometheus’ text format.', type: 'text/plain', schema: z.string() },
    errors: READ_ERRORS,
  },
  {
    method: 'get',
    path: '/v1/openapi.json',
    id: 'openApi',
    tag: 'Operation',
    summary: 'This document',
    answer: json('OpenAPI 3.1.', z.looseObject({ openapi: z.string() })),
  },
]

import { z } from 'zod'
import { reprocessRequest } from '../../http/reprocess-routes.ts'
import * as answers from '../answers/operating.ts'
import { ID_ERRORS, json, type Operation, READ_ERRORS, READERS, SERVER_ERRORS } from './operation.ts'

/** What whoever runs the collector asks of it. */
export const OPERATING_OPERATIONS: readonly Operation[] = [
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
    path: '/v1/public-keys',
    id: 'publicKeys',
    tag: 'Operation',
    summary: 'Keys for pages',
    description:
      'They stand in the pages of the site, so they are no secret. Keys that an earlier version made are missing.',
    openedBy: READERS,
    answer: json('Those of the project.', answers.publicKeys),
    errors: READ_ERRORS,
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

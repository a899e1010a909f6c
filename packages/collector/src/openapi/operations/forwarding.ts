import { beginRequest } from '../../http/forward-routes.ts'
import { daysQuery } from '../../http/query.ts'
import * as answers from '../answers/forwarding.ts'
import { json, type Operation, READ_ERRORS, READERS, SERVER_ERRORS } from './operation.ts'

/** What is passed on to other services, and how far it is. */
export const FORWARD_OPERATIONS: readonly Operation[] = [
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
]

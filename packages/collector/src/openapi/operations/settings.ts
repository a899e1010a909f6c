import { keyRequest } from '../../http/key-routes.ts'
import { changesQuery, settingsRequest } from '../../http/settings-routes.ts'
import * as answers from '../answers/settings.ts'
import { ID_ERRORS, json, type Operation, READ_ERRORS, READERS, SERVER_ERRORS } from './operation.ts'

const BODY_ERRORS = ['invalid_json', 'invalid_request', 'body_too_large', 'unsupported_media_type'] as const

/** What a project sets for itself, and its keys. */
export const SETTINGS_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/settings',
    id: 'settings',
    tag: 'Settings',
    summary: 'What the project has set',
    openedBy: READERS,
    answer: json('Defaults included.', answers.settings),
    errors: READ_ERRORS,
  },
  {
    method: 'post',
    path: '/v1/settings',
    id: 'changeSettings',
    tag: 'Settings',
    summary: 'Change settings',
    description: 'Those that are named; null goes back to the default. Each change is noted, with who made it.',
    openedBy: ['serverKey', 'pageSession'],
    body: settingsRequest,
    answer: json('All settings, as they are now.', answers.settings),
    errors: [...BODY_ERRORS, 'rate_limited', ...SERVER_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/settings/changes',
    id: 'settingChanges',
    tag: 'Settings',
    summary: 'Who changed which setting',
    openedBy: READERS,
    query: changesQuery,
    answer: json('Newest first.', answers.settingChanges),
    errors: ['invalid_request', ...READ_ERRORS],
  },
  {
    method: 'get',
    path: '/v1/keys',
    id: 'keys',
    tag: 'Settings',
    summary: 'Keys of the project in the store',
    description: 'What they are, only their owners know. Configured keys are not among them.',
    openedBy: ['serverKey'],
    answer: json('Revoked ones too, oldest first.', answers.keys),
    errors: READ_ERRORS,
  },
  {
    method: 'post',
    path: '/v1/keys',
    id: 'createKey',
    tag: 'Settings',
    summary: 'Make a key',
    description: 'It works within five seconds.',
    openedBy: ['serverKey'],
    body: keyRequest,
    answer: json('The key, this once.', answers.createdKey),
    errors: [...BODY_ERRORS, 'rate_limited', ...SERVER_ERRORS],
  },
  {
    method: 'post',
    path: '/v1/keys/{id}/revoke',
    id: 'revokeKey',
    tag: 'Settings',
    summary: 'End a key',
    description: 'It opens nothing any more within five seconds.',
    openedBy: ['serverKey'],
    answer: json('Which one.', answers.revokedKey),
    errors: [...ID_ERRORS, 'rate_limited', ...SERVER_ERRORS],
  },
]

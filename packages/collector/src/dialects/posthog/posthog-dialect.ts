import type { BatchResponse, EventErrorCode } from '@threadline/schema'
import { bearerKey } from '../../http/authorize.ts'
import { isSender, type Keyring } from '../../keys.ts'
import { createAccessList } from '../access-list.ts'
import { type Dialect, DialectRefusal, type DialectRequest, type DialectRoute, type Received } from '../dialect.ts'
import { isObject, isText } from '../json-members.ts'
import type { PageVisitors } from '../page-visitor.ts'
import { instantOf, type Properties } from '../translate.ts'
import { readPosthogBody } from './body.ts'
import { fromPosthog } from './event.ts'
import type { PosthogArrival } from './moment.ts'
import { NONE_BY_PATH, noFlags, remoteConfig, remoteConfigScript } from './none.ts'

/** One project of PostHog whose clients may send here. */
export interface PosthogProject {
  /**
   * `phc_…`. PostHog has one key for pages and servers, so whoever sees a page can report anything with it, revenue included;
   * and so it is here. Give it a project of its own when that matters, or your clients a `pk_` or `sk_` key of the collector in
   * its place.
   */
  readonly projectKey: string
  /** @defaultValue `'default'` */
  readonly project?: string
}

export interface PosthogDialectOptions {
  readonly projects: readonly PosthogProject[]
  readonly keyring: Keyring
  readonly visitors: Pick<PageVisitors, 'ofDay'>
  readonly now: () => number
}

/** Where PostHog's clients of all ages send events; each also with a slash at its end. */
const CAPTURE_PATHS = ['/batch', '/capture', '/e', '/i/v0/e', '/track', '/engage'] as const

/** Where they send events with a key in the header, and hear of each. */
const EVENTS_PATH = '/i/v1/analytics/events'

const FLAG_PATHS = ['/flags', '/decide'] as const

type Sender = Pick<Received, 'access' | 'trusted'>

/** A request's events and what holds for all of them. */
interface Envelope {
  readonly key: unknown
  readonly events: readonly unknown[]
  readonly sentAt: number | undefined
  readonly isHistory: boolean
}

/**
 * PostHog's capture endpoints, for its clients in pages and on servers. Flags, surveys, recordings and remote configuration are
 * answered with "none".
 */
export function createPosthogDialect(options: PosthogDialectOptions): Dialect {
  const { projects, keyring, visitors, now } = options
  const listed = createAccessList(
    'posthog',
    projects.map(({ projectKey, project }) => ({ kind: 'pk', credential: projectKey, scope: 'capture', project })),
  )

  /** The collector's own keys work in PostHog's place, with their rights. */
  function senderOf(key: unknown): Sender {
    if (!isText(key)) throw new DialectRefusal('unauthorized', 'the project’s key is missing: api_key')
    const theirs = listed.find(key)?.get('capture')
    if (theirs) return { access: theirs, trusted: true }
    const own = keyring.find(key)
    if (!own) throw new DialectRefusal('unauthorized', 'api_key is unknown')
    if (!isSender(own)) throw new DialectRefusal('forbidden', `a ${own.kind}_ key cannot send`)
    return { access: own, trusted: own.kind === 'sk' }
  }

  function canonical(events: readonly unknown[], arrival: PosthogArrival): object[] {
    return events.flatMap((event) => fromPosthog(event, arrival))
  }

  async function receiveCapture({ request, query, body }: DialectRequest): Promise<Received> {
    const { key, events, sentAt, isHistory } = readEnvelope(await body(), query('_'))
    const sender = senderOf(key ?? query('token') ?? query('api_key'))
    const receivedAt = now()
    return {
      ...sender,
      ...(sentAt !== undefined && { sentAt }),
      events: () =>
        canonical(events, {
          receivedAt,
          sentAt,
          isHistory,
          visitorOfDay: () => visitors.ofDay(request, sender.access.project),
          isTrusted: sender.trusted,
        }),
      answer: answerToAll,
    }
  }

  async function receiveEvents({ request, body }: DialectRequest): Promise<Received> {
    const sender = senderOf(bearerKey(request))
    const read = await body(sender.access)
    const batch = isObject(read) && Array.isArray(read['batch']) ? read['batch'] : undefined
    if (!isObject(read) || !batch) throw new DialectRefusal('invalid', 'batch: a list of events is needed')
    const sentAt = instantOf(request.headers.get('posthog-request-timestamp'))
    const library = request.headers.get('posthog-sdk-info')
    const arrival = {
      receivedAt: now(),
      sentAt,
      isHistory: read['historical_migration'] === true,
      visitorOfDay: () => visitors.ofDay(request, sender.access.project),
      isTrusted: sender.trusted,
    }
    let perEvent: readonly (readonly object[])[] = []
    return {
      ...sender,
      ...(sentAt !== undefined && { sentAt }),
      events() {
        perEvent = batch.map((event) => fromPosthog(withOptions(event, library), arrival))
        return perEvent.flat()
      },
      answer: (outcome) => answerToEach(batch, perEvent, outcome),
    }
  }

  const captures = CAPTURE_PATHS.flatMap(withSlash).map(
    (path): DialectRoute => ({ path, readBytes: readPosthogBody, receive: receiveCapture }),
  )
  const flags = FLAG_PATHS.flatMap(withSlash).flatMap((path): DialectRoute[] => [
    { path, receive: () => Promise.resolve(Response.json(noFlags())) },
    { path, method: 'GET', receive: () => Promise.resolve(Response.json(noFlags())) },
  ])
  const none = Object.entries(NONE_BY_PATH).flatMap(([place, answer]) =>
    withSlash(place).map(
      (path): DialectRoute => ({ path, method: 'GET', receive: () => Promise.resolve(Response.json(answer)) }),
    ),
  )

  return {
    inPages: 'with credentials',
    routes: [
      ...captures,
      { path: EVENTS_PATH, readBytes: readPosthogBody, receive: receiveEvents },
      ...flags,
      ...none,
      {
        path: '/array/:token/config',
        method: 'GET',
        receive: ({ param }) => Promise.resolve(Response.json(remoteConfig(tokenOf(param('token'))))),
      },
      {
        path: '/array/:token/config.js',
        method: 'GET',
        receive: ({ param }) => Promise.resolve(remoteConfigScript(tokenOf(param('token')))),
      },
    ],
    errors: {
      invalid: [400, 'invalid_payload'],
      unauthorized: [401, 'invalid_api_key'],
      forbidden: [403, 'permission_denied'],
      not_found: [404, 'not_found'],
      too_large: [413, 'payload_too_large'],
      // PostHog's script in pages gives up what is answered with any 4xx, 429 included.
      rate_limited: [503, 'throttled'],
      unavailable: [503, 'service_unavailable'],
      failed: [500, 'server_error'],
    },
    errorBody: ({ code, message }) => ({ type: TYPES[code] ?? 'server_error', code, detail: message, attr: null }),
  }
}

const TYPES: { readonly [code: string]: string } = {
  invalid_payload: 'validation_error',
  invalid_api_key: 'authentication_error',
  permission_denied: 'authentication_error',
  not_found: 'invalid_request',
  payload_too_large: 'validation_error',
  throttled: 'throttled_error',
}

const withSlash = (path: string): readonly string[] => [path, `${path}/`]

/** A token as it may stand in a script. */
function tokenOf(text: string): string {
  if (/^[\w-]{1,200}$/.test(text)) return text
  throw new DialectRefusal('not_found', 'there is no such project')
}

/** One event, a list of them, or a batch with what holds for all. */
function readEnvelope(body: unknown, sentParameter: string | undefined): Envelope {
  const batch = isObject(body) && Array.isArray(body['batch']) ? body['batch'] : undefined
  const events: readonly unknown[] = batch ?? (Array.isArray(body) ? body : [body])
  const around: Properties = isObject(body) ? body : {}
  if (events.length === 0) throw new DialectRefusal('invalid', 'batch: at least one event is needed')
  return {
    key: around['api_key'] ?? around['token'] ?? keyIn(events[0]),
    events,
    sentAt: instantOf(around['sent_at']) ?? instantOf(sentParameter),
    isHistory: around['historical_migration'] === true,
  }
}

/** Pages send their key with every event. */
function keyIn(event: unknown): unknown {
  if (!isObject(event)) return undefined
  const { properties } = event
  return (
    event['api_key'] ??
    event['token'] ??
    (isObject(properties) ? (properties['token'] ?? properties['api_key']) : undefined)
  )
}

/** An event of the newer endpoint as the older ones have it: it has moved some members out of the properties. */
function withOptions(event: unknown, library: string | null): unknown {
  if (!isObject(event)) return event
  const { options, session_id, window_id, properties, ...rest } = event
  const { process_person_profile, disable_skew_correction, ...others } = isObject(options) ? options : {}
  const [, lib, version] = /^(.+)\/([^/]+)$/.exec(library ?? '') ?? []
  const moved = {
    $session_id: session_id,
    $window_id: window_id,
    $process_person_profile: process_person_profile,
    $ignore_sent_at: disable_skew_correction,
    $lib: lib,
    $lib_version: version,
  }
  const renamed = Object.entries(others).map(([name, value]) => [`$${name}`, value] as const)
  const present = [...renamed, ...Object.entries(moved)].filter(([, value]) => value !== undefined)
  return { ...rest, properties: { ...Object.fromEntries(present), ...(isObject(properties) ? properties : {}) } }
}

/**
 * Says no when anything can never be stored: PostHog's clients give up what they sent then, and tell. The rest of it is stored, so
 * nothing is lost by that. They halve a batch at 413 and send the halves again, so that is for a single event.
 */
function answerToAll({ stored, duplicates, invalid }: BatchResponse): Response {
  const [bad] = invalid
  if (!bad) return Response.json({ status: 'Ok' })
  const sent = stored + duplicates.length + invalid.length
  if (sent === 1) throw new DialectRefusal(TOO_LARGE.has(bad.code) ? 'too_large' : 'invalid', bad.message)
  throw new DialectRefusal(
    'invalid',
    `${invalid.length} of ${sent} events refused, the others are stored. ${bad.eventId}: ${bad.message}`,
  )
}

const TOO_LARGE: ReadonlySet<string> = new Set<EventErrorCode>(['props_too_large', 'payload_too_large'])

/** What became of each event, by its `uuid`. */
function answerToEach(
  batch: readonly unknown[],
  perEvent: readonly (readonly object[])[],
  { invalid }: BatchResponse,
): Response {
  const problems = new Map(invalid.map(({ eventId, message }) => [eventId, message]))
  const results = batch.flatMap((event, index) => {
    const uuid = isObject(event) ? event['uuid'] : undefined
    if (!isText(uuid)) return []
    const details = perEvent[index]?.flatMap((made) => problems.get(eventIdOf(made)) ?? []).at(0)
    return [[uuid, details === undefined ? { result: 'ok' } : { result: 'drop', details }] as const]
  })
  return Response.json({ results: Object.fromEntries(results) })
}

function eventIdOf(event: object): string {
  return 'eventId' in event && isText(event.eventId) ? event.eventId : ''
}

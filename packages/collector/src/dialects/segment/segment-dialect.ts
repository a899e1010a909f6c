import { type BatchResponse, uuidv7 } from '@threadline/schema'
import { checkOrigin } from '../../http/authorize.ts'
import type { Keyring } from '../../keys.ts'
import { type Dialect, DialectRefusal, type DialectRequest, type DialectRoute, type Received } from '../dialect.ts'
import { isObject } from '../json-members.ts'
import { utcTime } from '../translate.ts'
import { bodyKey, createSegmentAccess, headerKey, type SegmentKey, speaksSegment } from './access.ts'
import { clockOf, segmentEvent } from './message.ts'
import { rudderSource, segmentSettings } from './settings.ts'

/** Segment's own limit of a request, in messages. */
const MAX_MESSAGES = 2_500

/** What analytics.js shortens the spec's paths to, by kind of message. */
const SHORT = { track: 't', identify: 'i', page: 'p', screen: 's', group: 'g', alias: 'a' } as const

/** Paths of one kind of message each: the spec's, analytics.js's, and those of Jitsu's client in pages and on servers. */
const CALLS = Object.entries(SHORT).map(
  ([type, short]) => [type, [`/v1/${type}`, `/v1/${short}`, `/api/s/${type}`, `/api/s/s2s/${type}`]] as const,
)

/** Paths of batches. A beacon of RudderStack's has the key in its address. */
const BATCHES = ['/v1/batch', '/v1/b', '/v1/import', '/beacon/v1/batch']

/** Of those, the ones that other services' clients and our own send to. */
const SHARED: readonly string[] = ['/v1/track', '/v1/identify', '/v1/batch']

export interface SegmentDialectOptions {
  /** Write keys that clients have already, besides the collector's own keys. */
  readonly keys: readonly SegmentKey[]
  readonly keyring: Keyring
  readonly now: () => number
}

/**
 * Segment's HTTP Tracking API, which the clients of RudderStack and Jitsu speak too, with the collector's `pk_` and `sk_` keys as
 * write keys.
 *
 * @see https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
 * @see https://www.rudderstack.com/docs/api/http-api/
 */
export function createSegmentDialect({ keys, keyring, now }: SegmentDialectOptions): Dialect {
  const access = createSegmentAccess(keys, keyring)

  /** A key in the header, and how often it is used, is checked before the body is read. */
  async function open({ request, query, body }: DialectRequest) {
    const early = headerKey(request) ?? query('writeKey')
    if (early === undefined) {
      const sent = await body()
      return { opened: access.authorize(bodyKey(sent)), sent }
    }
    const opened = access.authorize(early)
    return { opened, sent: await body(opened) }
  }

  async function receive(request: DialectRequest, type?: string): Promise<Received> {
    const { opened, sent } = await open(request)
    const messages = type === undefined ? messagesOf(sent) : [sent]
    const sentAt = clockOf(sent) ?? clockOf(messages[0])
    const isTrusted = opened.kind === 'sk'
    const reading = { type, isTrusted, hasClock: sentAt !== undefined }
    const receivedAt = now()
    return {
      access: opened,
      trusted: isTrusted,
      events: () =>
        messages.map((message) => {
          const event = segmentEvent(message, reading)
          if (event.eventId !== undefined && event.timestamp !== undefined) return event
          return { eventId: uuidv7(receivedAt), timestamp: utcTime(undefined, receivedAt), ...event }
        }),
      ...(sentAt !== undefined && { sentAt }),
      answer,
    }
  }

  /** Asks for nothing but what everybody may know, with the key that every visitor of the page can read. */
  function configuration(path: string, read: (request: DialectRequest) => object): DialectRoute {
    return { path, method: 'GET', receive: async (request) => Response.json(read(request)) }
  }

  function keyInAddress({ request, query, param }: DialectRequest): string {
    const key = headerKey(request) ?? query('writeKey') ?? param('writeKey')
    const opened = access.authorize(key)
    checkOrigin(opened, request.headers.get('origin'))
    if (opened.kind === 'pk') return key
    throw new DialectRefusal('forbidden', 'a server’s key is not for pages: use a pk_ key')
  }

  const source = (request: DialectRequest) => rudderSource(keyInAddress(request))

  return {
    inPages: true,
    routes: [
      ...CALLS.flatMap(([type, paths]) => paths.map((path) => route(path, (request) => receive(request, type)))),
      ...BATCHES.map((path) => route(path, (request) => receive(request))),
      // Counters of the client about itself.
      { path: '/v1/m', receive: async () => Response.json({ success: true }) },
      configuration('/v1/projects/:writeKey/settings', (request) =>
        segmentSettings(keyInAddress(request), request.request),
      ),
      configuration('/sourceConfig', source),
      configuration('/sourceConfig/', source),
    ],
    // Segment answers 400 to what is too large, and its clients try anything else again.
    errors: {
      invalid: [400, 'invalid_request'],
      unauthorized: [401, 'unauthorized'],
      forbidden: [403, 'forbidden'],
      not_found: [404, 'not_found'],
      too_large: [400, 'too_large'],
      rate_limited: [429, 'rate_limited'],
      unavailable: [503, 'unavailable'],
      failed: [500, 'internal_error'],
    },
    errorBody: ({ code, message }) => ({ success: false, error: code, message }),
  }
}

function route(path: string, receive: DialectRoute['receive']): DialectRoute {
  return SHARED.includes(path) ? { path, speaks: speaksSegment, receive } : { path, receive }
}

function messagesOf(sent: unknown): readonly unknown[] {
  const batch = isObject(sent) ? sent['batch'] : undefined
  if (!Array.isArray(batch) || batch.length === 0) {
    throw new DialectRefusal('invalid', 'batch must be a list of messages')
  }
  if (batch.length <= MAX_MESSAGES) return batch
  throw new DialectRefusal('too_large', `a batch holds ${MAX_MESSAGES} messages at most: got ${batch.length}`)
}

/** What is stored is not sent again; of a batch with a message that never can be, the rest is stored. */
function answer({ stored, duplicates, invalid }: BatchResponse): Response {
  if (invalid.length === 0) return Response.json({ success: true })
  const [first] = invalid
  return Response.json(
    {
      success: false,
      error: 'invalid_request',
      message: `${invalid.length} of ${invalid.length + stored + duplicates.length} messages refused: ${first?.message ?? ''}`,
      invalid: invalid.map(({ eventId, code, message }) => ({ messageId: eventId, code, message })),
    },
    { status: 400 },
  )
}

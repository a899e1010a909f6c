import { utf8Bytes, uuidv7 } from '@threadline/schema'
import { z } from 'zod'
import { checkOrigin } from '../http/authorize.ts'
import { isSender, type Keyring, type SenderAccess } from '../keys.ts'
import type { Store } from '../store/store.ts'
import { type Dialect, DialectRefusal, type DialectRequest, type Received } from './dialect.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'
import { liftMoney, minorUnits, newVisitor, properties, read, time, utcTime, utmOf } from './translate.ts'

const MAX_EVENTS = 1_000
const MAX_PROPS_BYTES = 8_192

const id = z.string().min(1).max(128)

const sized = properties.refine((value) => utf8Bytes(JSON.stringify(value)) <= MAX_PROPS_BYTES, { error: 'over 8 KB' })

const event = z.object({
  event: z.string().min(1).max(128),
  event_id: id.optional(),
  timestamp: time.optional(),
  anonymous_id: id.optional(),
  user_id: z.string().min(1).max(256).optional(),
  session_id: id.optional(),
  url: z.url().max(2_048).optional(),
  path: z.string().max(2_048).optional(),
  referrer: z.string().max(2_048).optional(),
  properties: sized.optional(),
})

const batch = z.object({ events: z.array(event).min(1).max(MAX_EVENTS) })

/** A native batch has `sentAt`, and its events an `eventId`; one that lacks the former only is a mistake to report. */
const looksLikeBatch = z.object({
  sentAt: z.undefined().optional(),
  events: z.array(z.object({ event: z.unknown(), eventId: z.undefined().optional() })).min(1),
})

const forget = z.object({ user_id: z.string().min(1).max(256) })

const identity = z.object({ anonymous_id: id, user_id: z.string().min(1).max(256), traits: sized.optional() })

function toCanonical(sent: z.infer<typeof event>, now: number): object {
  const { url, path, referrer } = sent
  const { rest, ...money } = liftMoney(sent.properties ?? {}, 'amount_cents', minorUnits)
  const parameters = url === undefined ? undefined : new URL(url).searchParams
  return {
    eventId: sent.event_id ?? uuidv7(now),
    event: sent.event,
    timestamp: utcTime(sent.timestamp, now),
    anonymousId: sent.anonymous_id ?? (sent.user_id === undefined ? newVisitor(now) : undefined),
    userId: sent.user_id,
    sessionId: sent.session_id,
    url,
    path,
    referrer,
    utm: utmOf((name) => parameters?.get(name)),
    ...money,
    properties: rest,
  }
}

function toIdentify({ anonymous_id, user_id, traits }: z.infer<typeof identity>, now: number): object {
  return {
    eventId: uuidv7(now),
    event: '$identify',
    timestamp: new Date(now).toISOString(),
    anonymousId: anonymous_id,
    userId: user_id,
    email: typeof traits?.['email'] === 'string' ? traits['email'] : undefined,
    traits,
  }
}

export interface MillimetricDialectOptions {
  readonly keyring: Keyring
  readonly store: Pick<Store, 'person' | 'forget'>
  readonly now: () => number
}

/**
 * Millimetric's ingest endpoints, with the collector's own `pk_` and `sk_` keys. The service does not dedupe by
 * `event_id`; this collector does.
 */
export function createMillimetricDialect({ keyring, store, now }: MillimetricDialectOptions): Dialect {
  const trackLimit = createRateLimit({ burst: 200, perSecond: 50 }, now)
  const batchLimit = createRateLimit({ burst: 20, perSecond: 5 }, now)

  function authorize({ request }: DialectRequest, limit?: RateLimit): SenderAccess {
    const header = request.headers.get('authorization')
    const key = /^Bearer +(\S+)$/i.exec(header ?? '')?.[1]
    if (key === undefined) throw unauthorized('missing_bearer_token', 'Authorization must be: Bearer <key>')
    if (!/^(?:pk|sk|rk|mk|ak)_/.test(key)) throw unauthorized('malformed_api_key', 'the key has no known prefix')
    const access = keyring.find(key)
    if (!access) throw unauthorized('invalid_api_key', 'the key is unknown or revoked')
    if (!isSender(access)) {
      throw new DialectRefusal('forbidden', 'a read key cannot send', { code: 'insufficient_scope' })
    }
    const origin = request.headers.get('origin')
    if (access.kind === 'pk' && origin === null) {
      throw new DialectRefusal('forbidden', 'a pk_ key works only with an Origin', { code: 'origin_not_allowed' })
    }
    checkOrigin(access, origin)
    limit?.take(access.project)
    return access
  }

  function received(access: SenderAccess, events: Received['events'], answer: Response): Received {
    return { access, trusted: access.kind === 'sk', events, answer }
  }

  return {
    inPages: true,
    routes: [
      {
        path: '/v1/track',
        async receive(request) {
          const access = authorize(request, trackLimit)
          const sent = read(event, await request.body(access))
          const answer = Response.json({ ok: true, event_id: sent.event_id ?? null }, { status: 202 })
          return received(access, () => [toCanonical(sent, now())], answer)
        },
      },
      {
        path: '/v1/batch',
        speaks: async (_, body) => looksLikeBatch.safeParse(await body()).success,
        async receive(request) {
          const access = authorize(request, batchLimit)
          const { events } = read(batch, await request.body(access))
          const at = now()
          const answer = Response.json({ ok: true, count: events.length }, { status: 202 })
          return received(access, () => events.map((sent) => toCanonical(sent, at)), answer)
        },
      },
      {
        path: '/v1/identify',
        async receive(request) {
          const access = authorize(request)
          const sent = read(identity, await request.body(access))
          return received(access, () => [toIdentify(sent, now())], Response.json({ ok: true }))
        },
      },
      {
        path: '/v1/forget',
        async receive(request) {
          const access = authorize(request)
          const { kind, project } = access
          if (kind !== 'sk') {
            throw new DialectRefusal('forbidden', 'only an sk_ key forgets', { code: 'forget_requires_secret_key' })
          }
          const { user_id } = read(forget, await request.body(access))
          const person = await store.person(project, user_id)
          if (person?.userId === user_id) await store.forget(project, person)
          return Response.json({ ok: true, queued: true })
        },
      },
    ],
    errors: {
      invalid: [400, 'invalid_payload'],
      unauthorized: [401, 'invalid_api_key'],
      forbidden: [403, 'origin_not_allowed'],
      not_found: [404, 'not_found'],
      too_large: [413, 'payload_too_large'],
      rate_limited: [429, 'rate_limited'],
      unavailable: [503, 'unavailable'],
      failed: [500, 'internal_error'],
    },
    errorBody: ({ code, message, fields, retryAfterS }) => ({
      error: code,
      ...(code === 'invalid_payload' && { details: { fieldErrors: fields ?? {}, message } }),
      ...(retryAfterS !== undefined && { retry_after_s: retryAfterS }),
    }),
  }
}

function unauthorized(code: string, message: string): DialectRefusal {
  return new DialectRefusal('unauthorized', message, { code })
}

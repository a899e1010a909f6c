import { z } from 'zod'
import { bearerKey } from '../http/authorize.ts'
import type { SenderAccess } from '../keys.ts'
import { createAccessList } from './access-list.ts'
import { type Dialect, DialectRefusal, type DialectRequest } from './dialect.ts'
import { createRateLimit } from './rate-limit.ts'
import { fromMajorUnits, liftMoney, newVisitor, read, takeEventId } from './translate.ts'

/** One key that may send Web Analyzer events for one website. */
export interface WebAnalyzerKey {
  /** `waa_…`. A secret. */
  readonly apiKey: string
  readonly websiteId: number
  /** @defaultValue `'default'` */
  readonly project?: string
}

const MAX_EVENTS = 25
const MAX_KEYS = 10

/** Numbers and booleans are cast, as the service does it; anything nested is refused. */
const value = z.union([z.string(), z.number(), z.boolean()]).transform(String).pipe(z.string().max(255))

const event = z.object({
  name: z.string().min(1).max(128),
  payload: z
    .record(z.string(), value)
    .refine((payload) => Object.keys(payload).length <= MAX_KEYS, { error: `more than ${MAX_KEYS} keys` })
    .optional(),
  visitor_id: z.string().optional(),
  url: z.string().optional(),
  referrer: z.string().optional(),
})

const batch = z.object({ events: z.array(event).min(1).max(MAX_EVENTS) })

function toCanonical(sent: z.infer<typeof event>, now: number): object {
  const { url, referrer } = sent
  const { eventId, rest } = takeEventId(sent.payload, now)
  const { rest: payload, ...money } = liftMoney(rest, 'amount', fromMajorUnits)
  return {
    eventId,
    event: sent.name,
    timestamp: new Date(now).toISOString(),
    anonymousId: sent.visitor_id ?? newVisitor(now),
    url,
    referrer,
    ...money,
    properties: payload,
  }
}

/** Web Analyzer's server-side tracking: one event or up to 25, 60 requests a minute for each key. */
export function createWebAnalyzerDialect(keys: readonly WebAnalyzerKey[], now: () => number): Dialect {
  const listed = createAccessList(
    'webAnalyzer',
    keys.map(({ apiKey, websiteId, project }) => ({
      kind: 'sk',
      credential: apiKey,
      scope: String(websiteId),
      project,
    })),
  )
  const limit = createRateLimit({ burst: 60, perSecond: 1 }, now)
  let lastRow = 0

  /** The service numbers its rows. Ours have no number; these only rise. */
  function nextRow(): number {
    lastRow = Math.max(lastRow + 1, now() * 1_000)
    return lastRow
  }

  function authorize({ request, param }: DialectRequest): SenderAccess {
    const key = bearerKey(request) ?? ''
    const websites = listed.find(key)
    if (!websites) throw new DialectRefusal('unauthorized', 'the key is missing or unknown')
    limit.take(websites)
    const opened = websites.get(param('website'))
    if (!opened) throw new DialectRefusal('not_found', 'this key has no such website')
    return opened
  }

  return {
    routes: [
      {
        path: '/api/v1/websites/:website/track',
        async receive(request) {
          const access = authorize(request)
          const sent = read(event, await request.body(access))
          const answer = Response.json({ ok: true, event_id: nextRow() })
          return { access, trusted: true, events: () => [toCanonical(sent, now())], answer }
        },
      },
      {
        path: '/api/v1/websites/:website/track/batch',
        async receive(request) {
          const access = authorize(request)
          const { events: sent } = read(batch, await request.body(access))
          const at = now()
          const events = () => sent.map((one) => toCanonical(one, at))
          const answer = Response.json({ ok: true, processed: sent.length, event_ids: sent.map(nextRow) })
          return { access, trusted: true, events, answer }
        },
      },
    ],
    errors: {
      invalid: [400, 'validation_error'],
      unauthorized: [401, 'unauthorized'],
      forbidden: [403, 'plan_required'],
      not_found: [404, 'website_not_found'],
      too_large: [413, 'payload_too_large'],
      rate_limited: [429, 'rate_limit_exceeded'],
      unavailable: [503, 'service_unavailable'],
      failed: [500, 'server_error'],
    },
    errorBody: ({ code, message, retryAfterS }) => ({
      ok: false,
      error: code,
      message,
      ...(retryAfterS !== undefined && { retry_after: retryAfterS }),
    }),
  }
}

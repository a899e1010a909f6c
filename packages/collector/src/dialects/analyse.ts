import { z } from 'zod'
import { createAccessList } from './access-list.ts'
import { type Dialect, DialectRefusal, type DialectRequest, OWN_ERRORS, type Received } from './dialect.ts'
import {
  liftMoney,
  minorUnits,
  type Properties,
  properties,
  read,
  takeEventId,
  time,
  utcTime,
  utmOf,
} from './translate.ts'

/** One public key under which analyse.net's SDKs may send. */
export interface AnalyseKey {
  /**
   * `pk_…`. The service knows no secret, so whoever sees the page can report anything with it, revenue included; and so
   * it is here. Give it a project of its own when that matters.
   */
  readonly publicKey: string
  /** @defaultValue `'default'` */
  readonly project?: string
}

const optional = z.string().optional()

const event = z.object({
  event_name: z.string(),
  anonymous_id: z.string(),
  person_id: optional,
  session_id: optional,
  timestamp: time.optional(),
  url: optional,
  path: optional,
  referrer: optional,
  utm_source: optional,
  utm_medium: optional,
  utm_campaign: optional,
  utm_term: optional,
  utm_content: optional,
  screen_w: z.number().optional(),
  screen_h: z.number().optional(),
  properties: properties.optional(),
})

type AnalyseEvent = z.infer<typeof event>

const batch = z.object({ publicKey: z.string(), events: z.array(event).min(1) })
const single = z.object({ publicKey: z.string(), event })

/** Canonical names of what the service's own SDK reports under plain ones. */
const NAMES: { readonly [name: string]: string } = { pageview: '$pageview', page_leave: '$page_leave' }

function toCanonical(sent: AnalyseEvent, now: number): object {
  const { eventId, rest } = takeEventId(sent.properties, now)
  const { url, path, referrer, screen_w: width, screen_h: height } = sent
  const fields: Properties = sent
  const isIdentify = sent.event_name === '$identify'
  const { rest: remaining, ...money } = isIdentify ? { rest } : liftMoney(rest, 'amount', minorUnits)
  const email = rest['$email'] ?? rest['email']
  return {
    eventId,
    event: Object.hasOwn(NAMES, sent.event_name) ? NAMES[sent.event_name] : sent.event_name,
    timestamp: utcTime(sent.timestamp, now),
    // The SDK repeats the person where it knows no visitor.
    anonymousId: sent.anonymous_id === sent.person_id ? undefined : sent.anonymous_id,
    userId: sent.person_id,
    sessionId: sent.session_id,
    url,
    path,
    referrer,
    utm: utmOf((name) => fields[name]),
    context: width === undefined || height === undefined ? undefined : { screen: { width, height } },
    ...(isIdentify
      ? { traits: remaining, email: typeof email === 'string' ? email : undefined }
      : { properties: remaining }),
    ...money,
  }
}

function hasPublicKey(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'publicKey' in body
}

/** analyse.net's ingest endpoints, read off its SDKs. Its errors are not documented: those here are ours. */
export function createAnalyseDialect(keys: readonly AnalyseKey[], now: () => number): Dialect {
  const access = createAccessList(
    'analyse',
    keys.map(({ publicKey, project }) => ({ kind: 'pk', credential: publicKey, scope: 'ingest', project })),
  )

  function received(publicKey: string, events: readonly AnalyseEvent[]): Received {
    const opened = access.find(publicKey)?.get('ingest')
    if (!opened) throw new DialectRefusal('unauthorized', 'publicKey is unknown')
    const at = now()
    return {
      access: opened,
      trusted: true,
      events: () => events.map((sent) => toCanonical(sent, at)),
      answer: Response.json({ ok: true }),
    }
  }

  async function receiveBatch({ body }: DialectRequest): Promise<Received> {
    const { publicKey, events } = read(batch, await body())
    return received(publicKey, events)
  }

  async function receiveSingle({ body }: DialectRequest): Promise<Received> {
    const { publicKey, event: sent } = read(single, await body())
    return received(publicKey, [sent])
  }

  return {
    inPages: true,
    routes: [
      { path: '/v1/batch', speaks: async (_, body) => hasPublicKey(await body()), receive: receiveBatch },
      { path: '/v1/event', receive: receiveSingle },
    ],
    ...OWN_ERRORS,
  }
}

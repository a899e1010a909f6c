import { isUsableId } from '@threadline/schema'
import { z } from 'zod'
import { createAccessList } from './access-list.ts'
import { type Dialect, DialectRefusal, type DialectRequest, OWN_ERRORS, type Received } from './dialect.ts'
import type { PageVisitors } from './page-visitor.ts'
import {
  fromMajorUnits,
  instantOf,
  liftMoney,
  orNothing,
  othersOf,
  properties,
  read,
  takeEventId,
  utmOf,
  withRest,
} from './translate.ts'

/** One website whose pages may send here as they would to Umami. */
export interface UmamiWebsite {
  /**
   * The UUID in the script's `data-website-id`. Every page shows it, so whoever sees one can report anything, revenue
   * included; and so it is here. Give it a project of its own when that matters.
   */
  readonly websiteId: string
  /** @defaultValue `'default'` */
  readonly project?: string
}

export interface UmamiDialectOptions {
  readonly websites: readonly UmamiWebsite[]
  readonly visitors: PageVisitors
  readonly now: () => number
}

const optional = z.string().nullish()

const body = z.object({
  type: z.enum(['event', 'identify', 'performance']).default('event'),
  payload: z.looseObject({
    website: z.string(),
    hostname: optional,
    url: optional,
    referrer: optional,
    title: optional,
    language: optional,
    screen: optional,
    tag: optional,
    name: optional,
    data: properties.nullish(),
    /** Who `umami.identify` says it is. */
    id: z.union([z.string(), z.int()]).transform(String).nullish(),
    /** In seconds since the epoch; of some clients in milliseconds. */
    timestamp: z.union([z.number(), z.string()]).nullish(),
  }),
})

type Sent = z.infer<typeof body>
type Payload = Sent['payload']

/** Members of a payload that have a place. */
const PLACED = [
  'website',
  'hostname',
  'url',
  'referrer',
  'title',
  'language',
  'screen',
  'name',
  'data',
  'id',
  'timestamp',
]

/** Where it happened: Umami's script sends whole addresses, servers often a host and a path. */
function urlOf({ url, hostname }: Payload): URL | undefined {
  if (!url) return undefined
  if (URL.canParse(url)) return new URL(url)
  if (!URL.canParse(url, `https://${hostname || 'localhost'}`)) {
    throw new DialectRefusal('invalid', 'payload.url is not an address')
  }
  return hostname ? new URL(url, `https://${hostname}`) : undefined
}

function screenOf(screen: string | null | undefined) {
  const [, width, height] = /^(\d{1,6})x(\d{1,6})$/.exec(screen ?? '') ?? []
  return width === undefined ? undefined : { width: Number(width), height: Number(height) }
}

function pageOf(payload: Payload) {
  const url = urlOf(payload)
  return {
    url: url?.href,
    path: url?.pathname ?? (payload.url?.startsWith('/') ? payload.url.replace(/[?#].*/s, '') : undefined),
    title: payload.title || undefined,
    referrer: payload.referrer || undefined,
    utm: utmOf((name) => url?.searchParams.get(name)),
  }
}

function toCanonical({ type, payload }: Sent, visitor: string, { request, now }: { request: Request; now: number }) {
  const { eventId, rest: data } = takeEventId(payload.data ?? {}, now)
  const shared = {
    eventId,
    timestamp: new Date(instantOf(payload.timestamp) ?? now).toISOString(),
    anonymousId: visitor,
    userId: isUsableId(payload.id) ? payload.id : undefined,
    ...pageOf(payload),
    context: {
      locale: payload.language || undefined,
      screen: screenOf(payload.screen),
      userAgent: request.headers.get('user-agent') ?? undefined,
    },
  }
  // `tag`, the metrics of a page's speed, and whatever else a client says.
  const others = othersOf(payload, PLACED)
  if (type === 'identify') {
    const { email } = data
    return {
      ...shared,
      event: '$identify',
      email: typeof email === 'string' ? email : undefined,
      traits: orNothing(data),
      properties: others,
    }
  }
  if (type === 'performance') return { ...shared, event: 'web_vitals', properties: withRest(data, others) }
  const { rest, ...money } = liftMoney(data, 'revenue', fromMajorUnits)
  return { ...shared, event: payload.name || '$pageview', ...money, properties: orNothing(withRest(rest, others)) }
}

/** Umami's collection endpoint, for its script and `@umami/node`. There is no key: a website's id opens it. */
export function createUmamiDialect({ websites, visitors, now }: UmamiDialectOptions): Dialect {
  const access = createAccessList(
    'umami',
    websites.map(({ websiteId, project }) => ({ kind: 'pk', credential: websiteId, scope: 'events', project })),
  )

  async function receive({ request, body: readBody }: DialectRequest): Promise<Received> {
    const sent = read(body, await readBody())
    const { website } = sent.payload
    const opened = access.find(website)?.get('events')
    if (!opened) throw new DialectRefusal('invalid', 'Website not found.')
    const visitor = visitors.identify(request, website)
    return {
      access: opened,
      trusted: true,
      events: () => [toCanonical(sent, visitor, { request, now: now() })],
      // The `cache` that Umami also answers with spares it a look-up, of which there is none here.
      answer: Response.json({ sessionId: visitor, visitId: visitor }),
      // Umami's own answer to what it does not count.
      refusedAnswer: Response.json({ beep: 'boop' }),
    }
  }

  return {
    inPages: true,
    routes: [{ path: '/api/send', receive }],
    ...OWN_ERRORS,
    errorBody: ({ code, message }) => ({ error: { message, code } }),
  }
}

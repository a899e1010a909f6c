import { isUsableId } from '@threadline/schema'
import { z } from 'zod'
import { createAccessList } from './access-list.ts'
import { type Dialect, DialectRefusal, type DialectRequest, OWN_ERRORS, type Received } from './dialect.ts'
import type { PageVisitors } from './page-visitor.ts'
import { fromMajorUnits, liftMoney, orNothing, properties, read, takeEventId, utmOf } from './translate.ts'

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
    /** In seconds since the epoch. */
    timestamp: z.number().nullish(),
  }),
})

type Sent = z.infer<typeof body>
type Payload = Sent['payload']

const METRICS = ['lcp', 'inp', 'cls', 'fcp', 'ttfb'] as const

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

function timeOf(timestamp: number | null | undefined, now: number): string {
  const ms = (timestamp ?? now / 1_000) * 1_000
  return new Date(ms >= 0 && ms < 253_402_300_800_000 ? ms : now).toISOString()
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
    timestamp: timeOf(payload.timestamp, now),
    anonymousId: visitor,
    userId: isUsableId(payload.id) ? payload.id : undefined,
    ...pageOf(payload),
    context: {
      locale: payload.language || undefined,
      screen: screenOf(payload.screen),
      userAgent: request.headers.get('user-agent') ?? undefined,
    },
  }
  const tag = payload.tag ? { tag: payload.tag } : {}
  if (type === 'identify') {
    const { email } = data
    return {
      ...shared,
      event: '$identify',
      email: typeof email === 'string' ? email : undefined,
      traits: orNothing(data),
      properties: orNothing(tag),
    }
  }
  if (type === 'performance') {
    const metrics = Object.fromEntries(METRICS.map((name) => [name, payload[name]] as const))
    return { ...shared, event: 'web_vitals', properties: { ...data, ...metrics, ...tag } }
  }
  const { rest, ...money } = liftMoney(data, 'revenue', fromMajorUnits)
  return { ...shared, event: payload.name || '$pageview', ...money, properties: orNothing({ ...rest, ...tag }) }
}

/** Umami's collection endpoint, for its script and `@umami/node`. There is no key: a website's id opens it. */
export function createUmamiDialect({ websites, visitors, now }: UmamiDialectOptions): Dialect {
  const access = createAccessList(
    'umami',
    websites.map(({ websiteId, project }) => ({ credential: websiteId, scope: 'events', project })),
  )

  async function receive({ request, body: readBody }: DialectRequest): Promise<Received | Response> {
    const sent = read(body, await readBody())
    const { website } = sent.payload
    const project = access.find(website)?.get('events')
    if (project === undefined) throw new DialectRefusal('invalid', 'Website not found.')
    const visitor = visitors.identify(request, website)
    // Umami's own answer to what it does not count.
    if (visitor === undefined) return Response.json({ beep: 'boop' })
    return {
      project,
      sender: 'pk',
      trusted: true,
      events: [toCanonical(sent, visitor, { request, now: now() })],
      // The `cache` that Umami also answers with spares it a look-up, of which there is none here.
      answer: Response.json({ sessionId: visitor, visitId: visitor }),
    }
  }

  return {
    inPages: true,
    routes: [{ path: '/api/send', receive }],
    ...OWN_ERRORS,
    errorBody: ({ code, message }) => ({ error: { message, code } }),
  }
}

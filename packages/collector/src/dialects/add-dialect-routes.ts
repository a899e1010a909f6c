import { LIMITS } from '@threadline/schema'
import type { Context, Hono } from 'hono'
import type { Visitor } from '../enrich/derived.ts'
import type { Bodies, Body } from '../http/bodies.ts'
import { allowAnyOrigin, allowCredentials } from '../http/cors.ts'
import type { ForeignBatch } from '../http/ingest-routes.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { Keyring } from '../keys.ts'
import type { Store } from '../store/store.ts'
import { type AnalyseKey, createAnalyseDialect } from './analyse.ts'
import { type Dialect, DialectRefusal, type DialectRoute, isOwnFailure, refusalResponse } from './dialect.ts'
import { createFunnelfizzDialect, type FunnelFizzSession } from './funnelfizz.ts'
import { isObject } from './json-members.ts'
import { createMillimetricDialect } from './millimetric.ts'
import { createPageVisitors, type PageVisitors } from './page-visitor.ts'
import { createPlausibleDialect, type PlausibleSite } from './plausible.ts'
import { createPosthogDialect, type PosthogProject } from './posthog/posthog-dialect.ts'
import { refusalsIn } from './refusal.ts'
import type { SegmentKey } from './segment/access.ts'
import { createSegmentDialect } from './segment/segment-dialect.ts'
import { createServokiDialect, type ServokiKey } from './servoki.ts'
import { createUmamiDialect, type UmamiWebsite } from './umami.ts'
import { createWebAnalyzerDialect, type WebAnalyzerKey } from './web-analyzer.ts'

/**
 * Which credentials of other services open their endpoints here. The endpoints of Millimetric and of Segment take the
 * collector's own `pk_` and `sk_` keys and need none.
 */
export interface DialectOptions {
  /** @defaultValue none: the endpoint answers 401 */
  readonly funnelfizz?: readonly FunnelFizzSession[]
  /** @defaultValue none: the endpoint answers 401 */
  readonly servoki?: readonly ServokiKey[]
  /** @defaultValue none: the endpoints answer 401 */
  readonly analyse?: readonly AnalyseKey[]
  /** @defaultValue none: the endpoints answer 401 */
  readonly webAnalyzer?: readonly WebAnalyzerKey[]
  /** @defaultValue none: the endpoints take the collector's own keys alone */
  readonly segment?: readonly SegmentKey[]
  /** @defaultValue none: the endpoints take the collector's own keys alone */
  readonly posthog?: readonly PosthogProject[]
  /** @defaultValue none: the endpoint answers 400 */
  readonly plausible?: readonly PlausibleSite[]
  /** @defaultValue none: the endpoint answers 400 */
  readonly umami?: readonly UmamiWebsite[]
  /**
   * From which the ids of visitors are made whom Plausible's, Umami's and cookieless PostHog's pages send without one, anew for each day: give several collectors the same, and one
   * that may start again. Who has it can find out whether an address was among a day's visitors. At least 16 characters.
   *
   * @defaultValue a random one for each day, which is forgotten with it
   */
  readonly visitorSecret?: string
}

export interface DialectRoutesOptions {
  readonly dialects: DialectOptions
  readonly keyring: Keyring
  readonly store: Pick<Store, 'person' | 'forget'>
  readonly ingest: Ingest
  readonly bodies: Bodies
  readonly now: () => number
  /** Where a request's connection comes from. */
  readonly clientAddress: (request: Request) => string
  readonly visitorOf: (request: Request) => Visitor | undefined
  /** Told of a failure that is the collector's own. */
  readonly onFailure: (error: Error) => void
}

/** The address that several protocols share: which one a batch is in shows in its body alone. */
const BATCH_PATH = '/v1/batch'

/** Shorter ones could be guessed from a day's ids. */
const MIN_SECRET_LENGTH = 16

/** As deep as the canonical event may be, and what a service has around its events. */
const MAX_DEPTH = LIMITS.depth + 8

/** One route in one language. */
interface Spoken {
  readonly dialect: Dialect
  readonly route: DialectRoute
}

/** Adds the endpoints of other services; what it returns answers the batches that come to the native path. */
export function addDialectRoutes(app: Hono, options: DialectRoutesOptions): ForeignBatch {
  const { dialects, keyring, bodies, store, now } = options
  const visitors = visitorsOf(options)
  const languages: readonly Dialect[] = [
    createFunnelfizzDialect(dialects.funnelfizz ?? [], now),
    createServokiDialect(dialects.servoki ?? [], now),
    // Before those that look into the body: it goes by headers, if there are any.
    createSegmentDialect({ keys: dialects.segment ?? [], keyring, now }),
    createAnalyseDialect(dialects.analyse ?? [], now),
    createMillimetricDialect({ keyring, store, now }),
    createWebAnalyzerDialect(dialects.webAnalyzer ?? [], now),
    createPosthogDialect({ projects: dialects.posthog ?? [], keyring, visitors, now }),
    createPlausibleDialect({ sites: dialects.plausible ?? [], visitors, now }),
    createUmamiDialect({ websites: dialects.umami ?? [], visitors, now }),
  ]
  const everywhere = languages.flatMap((dialect) => dialect.routes.map((route): Spoken => ({ dialect, route })))
  const batches = everywhere.filter(({ route }) => route.path === BATCH_PATH)
  const elsewhere = everywhere.filter(({ route }) => route.path !== BATCH_PATH)

  for (const [path, inPages] of new Map(elsewhere.map(({ dialect, route }) => [route.path, dialect.inPages]))) {
    letPagesAsk(app, path, inPages)
  }
  const places = new Map<string, Spoken[]>()
  for (const spoken of elsewhere) {
    const place = `${spoken.route.method ?? 'POST'} ${spoken.route.path}`
    places.set(place, [...(places.get(place) ?? []), spoken])
  }
  for (const [place, spoken] of places) {
    const [method = '', path = ''] = place.split(' ')
    app.on(method, path, async (c) => {
      const body = bodies.of(c.req.raw, spoken[0]?.route.readBytes)
      const found = await speaker(spoken, c.req.raw, body)
      return found ? answer(found, c, body) : c.notFound()
    })
  }

  /** What is nested too deep is refused before anything walks through it. */
  async function shallow(body: Promise<unknown>): Promise<unknown> {
    const read = await body
    if (isDeeperThan(read, MAX_DEPTH)) throw new DialectRefusal('invalid', `nested deeper than ${MAX_DEPTH} levels`)
    return read
  }

  async function answer({ dialect, route }: Spoken, c: Context, body: Body) {
    try {
      return await receive(route, c, body)
    } catch (error) {
      if (error instanceof Error && isOwnFailure(error)) options.onFailure(error)
      return refusalResponse(dialect, error)
    }
  }

  async function receive(route: DialectRoute, c: Context, body: Body): Promise<Response> {
    const received = await route.receive({
      request: c.req.raw,
      param: (name) => c.req.param(name) ?? '',
      query: (name) => c.req.query(name),
      body: async (access) => {
        if (access) bodies.letIn(c.req.raw, access)
        return await shallow(body(() => access?.project))
      },
    })
    if (received instanceof Response) return received
    const { access, trusted, answer, refusedAnswer } = received
    const { project, kind: sender } = access
    bodies.letIn(c.req.raw, access)
    bodies.claim(c.req.raw, project)
    const receivedAt = now()
    const { sentAt = receivedAt } = received
    const permitted = refusalsIn(c.req.raw, sender === 'pk')
    const events = received.events().flatMap((event) => permitted(event) ?? [])
    if (events.length === 0 && refusedAnswer) return refusedAnswer
    const envelope = { sentAt, events }
    const checkAs = trusted ? 'sk' : sender
    const visitor = sender === 'pk' ? options.visitorOf(c.req.raw) : undefined
    const { joinsByEmail = false } = received
    const arrival = { project, sender, sentAt, receivedAt, visitor, joinsByEmail }
    if (typeof answer === 'function') return answer(await options.ingest.store(envelope, arrival, checkAs))
    // All or nothing: a sender that hears 400 may mend the bad event and send all of it again.
    const [bad] = await options.ingest.refuse(envelope, arrival, checkAs)
    if (bad) throw new DialectRefusal('invalid', bad.message)
    await options.ingest.store(envelope, arrival, checkAs)
    return answer
  }

  return async (c, body) => {
    const found = await speaker(batches, c.req.raw, body)
    return found && answer(found, c, body)
  }
}

/** @throws TypeError when the secret is too short. The message does not repeat it. */
function visitorsOf({ dialects, clientAddress, now }: DialectRoutesOptions): PageVisitors {
  const { visitorSecret: secret } = dialects
  if (secret !== undefined && secret.length < MIN_SECRET_LENGTH) {
    throw new TypeError(`dialects.visitorSecret must have at least ${MIN_SECRET_LENGTH} characters`)
  }
  return createPageVisitors({ secret, clientAddress, now })
}

function letPagesAsk(app: Hono, path: string, inPages: Dialect['inPages']): void {
  if (inPages === 'with credentials') allowCredentials(app, path)
  else if (inPages) allowAnyOrigin(app, path)
}

/** The route whose language a request is in; otherwise the one that takes every request, if there is one. */
async function speaker(routes: readonly Spoken[], request: Request, body: Body): Promise<Spoken | undefined> {
  for (const spoken of routes) {
    if (await speaks(spoken.route, request, body)) return spoken
  }
  return routes.find(({ route }) => !route.speaks)
}

async function speaks(route: DialectRoute, request: Request, body: Body): Promise<boolean> {
  try {
    return (await route.speaks?.(request, body)) ?? false
  } catch {
    return false
  }
}

/** Of what JSON holds. Member by member: all of every batch is walked through, and a list of each object's would be made for nothing. */
function isDeeperThan(value: unknown, levels: number): boolean {
  if (Array.isArray(value)) return levels === 0 || value.some((item) => isDeeperThan(item, levels - 1))
  if (!isObject(value)) return false
  if (levels === 0) return true
  for (const name in value) if (isDeeperThan(value[name], levels - 1)) return true
  return false
}

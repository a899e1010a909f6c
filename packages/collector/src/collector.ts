import type { EventCatalogue } from '@threadline/schema'
import { Hono } from 'hono'
import { networkOf } from './client-address.ts'
import { addDialectRoutes, type DialectOptions } from './dialects/add-dialect-routes.ts'
import type { Place } from './enrich/derived.ts'
import { createEnrichment, type ProjectEnrichment } from './enrich/enrichment.ts'
import type { PlaceHeaders } from './enrich/place.ts'
import { createVisitorReader } from './enrich/visitor.ts'
import type { ForwardConfig } from './forward/forward-options.ts'
import { startForwarding } from './forward/forwarding.ts'
import { createAddressLimit } from './http/address-limit.ts'
import { addAttributionRoutes } from './http/attribution-routes.ts'
import { createBodies } from './http/bodies.ts'
import { addCatalogueRoutes } from './http/catalogue-routes.ts'
import { ANY_ORIGIN } from './http/cors.ts'
import { addErasureRoutes } from './http/erasure-routes.ts'
import { addForwardRoutes } from './http/forward-routes.ts'
import { addHealthRoutes } from './http/health-routes.ts'
import { addIngestRoutes } from './http/ingest-routes.ts'
import { keepPrivate } from './http/keep-private.ts'
import { addKeyRoutes } from './http/key-routes.ts'
import { addLiveRoutes } from './http/live-routes.ts'
import { addMcpRoutes } from './http/mcp-routes.ts'
import { createMetrics, type Watched } from './http/metrics.ts'
import { addOpenApiRoutes } from './http/openapi-routes.ts'
import { addPageRoutes, type PageAssets } from './http/page-routes.ts'
import { createPageSessions } from './http/page-session.ts'
import { addPeopleRoutes } from './http/people-routes.ts'
import { createRateLimiter, DEFAULT_RATE_LIMITS, LOGIN_RATE, type RateLimits } from './http/rate-limit.ts'
import { addReadRoutes } from './http/read-routes.ts'
import { createReaders } from './http/readers.ts'
import { createReadiness } from './http/readiness.ts'
import { createRefusalLog } from './http/refusal-log.ts'
import { addReportRoutes } from './http/report-routes.ts'
import { addReprocessRoutes } from './http/reprocess-routes.ts'
import {
  AWAY_RETRY_AFTER_S,
  errorResponse,
  isOwnFailure,
  overloaded,
  RequestError,
  toRequestError,
} from './http/request-error.ts'
import { addRetentionRoutes } from './http/retention-routes.ts'
import { addSessionRoutes } from './http/session-routes.ts'
import { addSettingsRoutes } from './http/settings-routes.ts'
import { createStreamPlaces } from './http/stream-places.ts'
import { addTrafficRoutes } from './http/traffic-routes.ts'
import { createAdmission } from './ingest/admission.ts'
import { createGroupCommit } from './ingest/group-commit.ts'
import { createIngest } from './ingest/ingest.ts'
import { createTurns } from './ingest/turns.ts'
import { checkProject, createKeyring, type KeyConfig } from './keys.ts'
import { createTail } from './live/tail.ts'
import type { LogEntry } from './log-entry.ts'
import { DatabaseFault } from './store/database-fault.ts'
import { guardReads } from './store/guard-reads.ts'
import type { Store } from './store/store.ts'
import { StoreError } from './store/store-error.ts'
import { createUnderWay } from './under-way.ts'

export interface CollectorOptions {
  /** Where events go, from {@link openStore}. The collector does not close it. */
  readonly store: Store
  /**
   * Who may send and read, besides the keys in the store (see {@link createKey}).
   *
   * @defaultValue none
   */
  readonly keys?: readonly KeyConfig[]
  /**
   * Checks the properties of the events it knows, and says which belong to the server. The standard events' ownership
   * holds without it.
   */
  readonly events?: EventCatalogue
  /** Credentials under which clients of the five services may send here, by changing their host. */
  readonly dialects?: DialectOptions
  /**
   * Where events go from here, besides: each destination gets what its project stores, once it is stored.
   *
   * @defaultValue nowhere
   */
  readonly forward?: readonly ForwardConfig[]
  /**
   * Requests per key; over it they are answered 429 with `Retry-After`.
   *
   * @defaultValue 1,000 a second for `pk_`, 50 for `rk_`, no limit for `sk_`
   */
  readonly rateLimits?: RateLimits
  /**
   * The address that a request comes from, for the limit on logins to the live page (20 at once, then one in two seconds, for each
   * IPv4 address and each /64 of IPv6) and for {@link CollectorOptions.lookupPlace}.
   *
   * @defaultValue not known: all requests share one limit
   */
  readonly clientAddress?: (request: Request) => string
  /**
   * Whether a request came to the outermost proxy over TLS: the cookie of the live page is `Secure` then.
   *
   * @defaultValue the address of the request says so
   */
  readonly isSecure?: (request: Request) => boolean
  /**
   * What projects say of channels and of their own domains, for what is derived from events.
   *
   * @defaultValue the table of channels alone
   */
  readonly enrichment?: { readonly [project: string]: ProjectEnrichment }
  /**
   * Headers by which your own edge tells where a visitor is. Whoever reaches the collector past it can write them.
   *
   * @defaultValue none is believed
   */
  readonly placeHeaders?: PlaceHeaders
  /**
   * Where an address is, for events whose request or context tells one.
   *
   * @defaultValue nobody knows
   */
  readonly lookupPlace?: (address: string) => Place | undefined
  /**
   * Keeps visitors' addresses, as `context.ip` of their events. Without it that is removed after it was looked up.
   *
   * @defaultValue false
   */
  readonly keepAddresses?: boolean
  /**
   * Projects in which visitors and users with one e-mail address are one person, by events from `sk_` keys alone: send an address
   * only once it is verified. Two users are never joined.
   *
   * @defaultValue none
   */
  readonly joinByEmail?: readonly string[]
  /** The live page's files, served at `/`. Absent: no page. */
  readonly page?: PageAssets
  /** Takes log lines. @defaultValue nothing is logged */
  readonly log?: (entry: LogEntry) => void
  /** The clock, in ms since the epoch. @defaultValue `Date.now` */
  readonly now?: () => number
}

/** A collector as a web handler: it runs wherever a `Request` can be had. */
export interface Collector {
  /**
   * Resolves when what is stored from now on is forwarded as well, or the database did not answer, which is tried again. A server
   * waits for it before it listens.
   */
  readonly ready: Promise<void>
  /** Answers one request. Never rejects. */
  fetch(request: Request): Promise<Response>
  /**
   * A token for the one-time link `/login?token=…`, which opens the live page of `project` in a browser and keeps it
   * open there for 30 days. It works once, within 24 hours, on every collector of the store.
   *
   * @throws TypeError when the project is malformed.
   */
  issueLoginToken(project: string): Promise<string>
  /**
   * Takes no more events (503, `Retry-After`), ends live streams, and resolves when everything accepted is durable and
   * answered, and it is noted how far events were forwarded. A second call returns the first call's promise.
   */
  close(): Promise<void>
}

/** A second transaction has PostgreSQL work while the first one waits for its disk; DuckDB has one writer. */
const WRITERS = { duckdb: 1, postgres: 2 } as const

/**
 * Makes a collector on a store. See {@link startCollector} for one that listens on a port.
 *
 * @throws TypeError when a key is malformed.
 */
export function createCollector(options: CollectorOptions): Collector {
  const { keys = [], events: catalogue, dialects = {}, page, log = () => undefined, now = Date.now } = options
  const { rateLimits = DEFAULT_RATE_LIMITS, clientAddress = () => '' } = options
  const { isSecure = (request: Request) => new URL(request.url).protocol === 'https:' } = options
  const metrics = createMetrics()
  const { store, reports, lookups } = guardReads(options.store, metrics.read)
  const keyring = createKeyring({ keys, store, now })
  const rateLimiter = createRateLimiter(rateLimits, now)
  const networkOfRequest = (request: Request) => networkOf(clientAddress(request))
  const sessions = createPageSessions({
    store,
    now,
    forgeries: createAddressLimit(LOGIN_RATE, now),
    clientAddress: networkOfRequest,
  })
  const readers = createReaders({ keyring, sessions, rateLimiter })
  const readiness = createReadiness({ prove: () => store.ping() })
  const tail = createTail({ store })
  const groupCommit = createGroupCommit({
    writers: WRITERS[store.engine],
    async append(rows, counts) {
      const begun = performance.now()
      const stored = await store.append(rows, counts).catch((error: unknown) => {
        if (error instanceof StoreError) readiness.failed()
        throw error
      })
      metrics.commit({ rows, outcomes: stored, seconds: (performance.now() - begun) / 1_000 })
      readiness.proven()
      tail.wake()
      return stored
    },
  })
  const admission = createAdmission()
  const turns = createTurns({ onUsed: metrics.used })
  const bodies = createBodies({ admission, turns, rateLimiter, clientAddress: networkOfRequest })
  const enrichment = createEnrichment({ projects: options.enrichment, lookup: options.lookupPlace })
  const { keepAddresses = false, joinByEmail = [] } = options
  for (const project of joinByEmail) checkProject(project)
  const rows = { enrichment, keepsAddresses: keepAddresses, joinedByEmail: new Set(joinByEmail) }
  const ingest = createIngest({ groupCommit, turns, catalogue, ...rows })
  const visitorOf = createVisitorReader({ placeHeaders: options.placeHeaders, addressOf: clientAddress })
  const places = createStreamPlaces()
  const watched: readonly Watched[] = [
    {
      name: 'threadline_waiting_requests',
      help: 'Requests that wait to be stored',
      read: () => groupCommit.waiting().requests,
    },
    {
      name: 'threadline_waiting_bytes',
      help: 'Bytes of events that wait to be stored',
      read: () => groupCommit.waiting().bytes,
    },
    { name: 'threadline_held_bytes', help: 'Bytes of requests that are not answered yet', read: admission.heldBytes },
    { name: 'threadline_waiting_reports', help: 'Reports that wait for their turn', read: () => reports.waiting },
    {
      name: 'threadline_waiting_lookups',
      help: 'Reads of one person that wait for their turn',
      read: () => lookups.waiting,
    },
    { name: 'threadline_live_streams', help: 'Live streams that are open', read: () => places.open },
    {
      name: 'threadline_disk_free_bytes',
      help: 'Free bytes on the disk of the data folder',
      read: () => store.freeBytes(),
    },
  ]
  for (const each of watched) metrics.watch(each)
  const app = new Hono()
  const requests = createUnderWay()
  let closing: Promise<void> | undefined

  app.use(keepPrivate)
  addHealthRoutes(app, { readiness, keyring, readers, metrics, isClosing: () => closing !== undefined })
  // After the routes that tell how the process is: they must answer when the database does not.
  app.use(async (_, next) => {
    await keyring.refresh()
    await next()
  })
  const foreignBatch = addDialectRoutes(app, {
    dialects,
    keyring,
    store,
    ingest,
    bodies,
    now,
    clientAddress: networkOfRequest,
    visitorOf,
    onFailure: logFailure,
  })
  addIngestRoutes(app, { keyring, ingest, bodies, now, visitorOf, foreignBatch })
  addReadRoutes(app, { keyring, readers, store, now })
  addPeopleRoutes(app, { readers, store, now })
  addReportRoutes(app, { readers, store, now })
  addCatalogueRoutes(app, { readers, store, now })
  addTrafficRoutes(app, { readers, store, now })
  addAttributionRoutes(app, { readers, store, now })
  addRetentionRoutes(app, { readers, store, now })
  addSettingsRoutes(app, { keyring, readers, sessions, store, now })
  // They read little, and pass the guard: who opens one is bounded there.
  addLiveRoutes(app, { readers, store: options.store, tail, places, now })
  addMcpRoutes(app, { keyring, rateLimiter, answer })
  addOpenApiRoutes(app)
  addErasureRoutes(app, { keyring, store })
  addKeyRoutes(app, { keyring, rateLimiter, store, now })
  const forwarding = startForwarding({
    forward: options.forward ?? [],
    store: options.store,
    now,
    log,
    onOutcomes: metrics.forwarded,
  })
  metrics.watchForwards(forwarding.gauges)
  addForwardRoutes(app, { keyring, readers, forwarding, now })
  addReprocessRoutes(app, { keyring, store, enrichment })
  addSessionRoutes(app, { keyring, readers, sessions, store, now })
  if (page) {
    const logins = createAddressLimit(LOGIN_RATE, now)
    addPageRoutes(app, { page, sessions, logins, clientAddress: networkOfRequest, isSecure })
  }
  app.notFound((c) => errorResponse(new RequestError('not_found', `there is no ${c.req.method} ${c.req.path}`)))
  const logRefusal = createRefusalLog(log, now)
  app.onError((error, c) => {
    const refusal = toRequestError(error)
    if (isOwnFailure(error)) logFailure(error)
    // Whoever has gone in the middle has nothing to hear, and nothing was wrong.
    else if (!c.req.raw.signal.aborted) logRefusal(refusal.code, c.req)
    return errorResponse(refusal)
  })

  function logFailure(error: Error): void {
    const fault = error instanceof DatabaseFault ? error : error.cause
    log({
      level: 'error',
      message: error.message,
      name: error.name,
      ...(fault instanceof DatabaseFault && { code: fault.code }),
    })
  }

  /** What brings events is let in or refused before anything of it is read. */
  async function answer(request: Request): Promise<Response> {
    if (request.method !== 'POST') return requests.run(async () => app.fetch(request))
    if (closing !== undefined) return refusedToAll(stopping())
    if (CHANGES.test(new URL(request.url).pathname)) return requests.run(async () => app.fetch(request))
    const retryAfterS = admission.enter(request, bodyBytes(request))
    if (retryAfterS > 0) {
      const refusal = overloaded(retryAfterS)
      logRefusal(refusal.code, { method: request.method, path: new URL(request.url).pathname })
      return refusedToAll(refusal)
    }
    let stored = false
    try {
      const response = await requests.run(async () => app.fetch(request))
      stored = response.ok
      return response
    } finally {
      admission.leave(request, stored)
    }
  }

  async function close(): Promise<void> {
    tail.close()
    await requests.settled()
    await groupCommit.drain()
    await forwarding.close()
  }

  return {
    ready: forwarding.begun,
    async fetch(request) {
      const response = await answer(request)
      metrics.request(request.method, response.status)
      return response
    },
    async issueLoginToken(project) {
      checkProject(project)
      return (await sessions.issueToken(project)).token
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

/**
 * What people and operators post brings no events: however many arrive, one may log in and look. What tools capture is let in by
 * itself.
 */
const CHANGES =
  /^\/(login|logout|mcp|v1\/login-links|v1\/erasures|v1\/settings|v1\/keys(\/[^/]+\/revoke)?|v1\/reprocess|v1\/page-sessions\/[^/]+\/end|v1\/people\/[^/]+\/forget|v1\/forwards\/[^/]+\/(pause|resume|begin))$/

/** A body of unknown length is taken for one of ordinary size. */
const ORDINARY_BYTES = 50_000

function bodyBytes(request: Request): number {
  return Number(request.headers.get('content-length') ?? ORDINARY_BYTES)
}

/** Before any route, so that pages must be let read it here. */
function refusedToAll(error: RequestError): Response {
  const response = errorResponse(error)
  for (const [name, value] of Object.entries(ANY_ORIGIN)) response.headers.set(name, value)
  return response
}

function stopping(): RequestError {
  return new RequestError('unavailable', 'the collector is stopping', { retryAfterS: AWAY_RETRY_AFTER_S })
}

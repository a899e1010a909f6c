import type { IncomingMessage, ServerResponse } from 'node:http'
import { type EventCatalogue, LIMITS } from '@threadline/schema'
import type { Scope } from '../scope/scope.ts'
import { createEventProxy, type EventProxyOptions } from './event-proxy.ts'
import { beforeHeaders, type NodeRequest, pathOf, sendWebResponse, toWebRequest } from './node-http.ts'
import { beginVisit, type Visit, type VisitOptions } from './visit.ts'

export interface ExpressKitOptions<Catalogue extends EventCatalogue, Source extends IncomingMessage>
  extends VisitOptions<Catalogue, Source> {
  /** Lets the browser's events travel to the app's own origin; off unless given. */
  readonly proxy?: EventProxyOptions | undefined
}

export interface ExpressKit<Catalogue extends EventCatalogue, Source extends IncomingMessage> {
  /** Mount it first: `app.use(middleware)`. */
  readonly middleware: (request: Source, response: ServerResponse, next: (error?: unknown) => void) => void
  /** The scope of a request: the same one however often it is asked for. */
  track(request: Source): Scope<Catalogue>
}

/**
 * Threadline for Express 4 and 5, and for anything with middleware on `node:http`.
 *
 * Events are sent by the client in the background; call `client.shutdown()` after `server.close()`.
 */
export function expressKit<Catalogue extends EventCatalogue, Source extends IncomingMessage = IncomingMessage>(
  options: ExpressKitOptions<Catalogue, Source>,
): ExpressKit<Catalogue, Source> {
  const proxy = options.proxy && createEventProxy(options.proxy)
  const visits = new WeakMap<IncomingMessage, Visit<Catalogue>>()

  function visitOf(request: Source, setsCookie?: boolean): Visit<Catalogue> {
    const visit = visits.get(request) ?? beginVisit(options, { request, source: request }, setsCookie)
    visits.set(request, visit)
    return visit
  }

  return {
    middleware(request, response, next) {
      const isBatch = proxy?.matches(request.method, pathOf(request)) ?? false
      const visit = visitOf(request, isBatch || undefined)
      beforeHeaders(response, (has) => {
        const { 'set-cookie': cookie, 'cache-control': cacheControl } = visit.responseHeaders(has)
        if (cacheControl !== undefined) response.setHeader('cache-control', cacheControl)
        if (cookie !== undefined) response.appendHeader('set-cookie', cookie)
      })
      if (!proxy || !isBatch) return next()
      nodeHandler((batch) => proxy.forward(batch, visit.ip), LIMITS.batchBytes)(request, response, next)
    },
    track: (request) => visitOf(request).track,
  }
}

/**
 * A handler for web `Request`s, such as `stripeWebhook` makes, as one for Express and what is built on it. It needs the
 * body as it was sent: mount it before `express.json()`, behind `express.raw({ type: '*' + '/*' })`, or have the bytes in
 * `request.rawBody`, where Firebase and Nest (`rawBody: true`) put them, and a parser's `verify` hook by custom.
 *
 * @param maxBodyBytes - Larger bodies are answered with 413. `1_000_000` unless given.
 */
export function nodeHandler(
  handler: (request: Request) => Response | Promise<Response>,
  maxBodyBytes = 1_000_000,
): (request: NodeRequest, response: ServerResponse, next: (error?: unknown) => void) => void {
  async function handle(request: NodeRequest, response: ServerResponse): Promise<void> {
    const web = await toWebRequest(request, maxBodyBytes)
    await sendWebResponse(web ? await handler(web) : new Response(null, { status: 413 }), response)
  }
  return (request, response, next) => {
    handle(request, response).catch(next)
  }
}

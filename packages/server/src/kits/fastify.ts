import type { EventCatalogue } from '@threadline/schema'
import { LIMITS } from '@threadline/schema'
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { Scope } from '../scope/scope.ts'
import { createEventProxy, type EventProxyOptions, headerRecord } from './event-proxy.ts'
import { BODY_IS_GONE, bytesOf, headerList, pathOf, toWebRequest } from './node-http.ts'
import { beginVisit, type Visit, type VisitOptions } from './visit.ts'
import { settle } from './web.ts'

export interface FastifyKitOptions<Catalogue extends EventCatalogue> extends VisitOptions<Catalogue, FastifyRequest> {
  /** Lets the browser's events travel to the app's own origin; off unless given. */
  readonly proxy?: EventProxyOptions | undefined
  /**
   * How long closing the app may wait for events to be delivered, in milliseconds.
   *
   * @defaultValue `5_000`
   */
  readonly closeTimeoutMs?: number | undefined
}

export interface FastifyKit<Catalogue extends EventCatalogue> {
  /** Register it first: `app.register(plugin)`. It holds for the whole instance that registers it. */
  readonly plugin: FastifyPluginCallback
  /** The scope of a request: the same one however often it is asked for. */
  track(request: FastifyRequest): Scope<Catalogue>
}

/**
 * Threadline for Fastify 5.
 *
 * Events are sent by the client in the background, and flushed when the app closes; the client stays open, since others
 * may share it.
 */
export function fastifyKit<Catalogue extends EventCatalogue>(
  options: FastifyKitOptions<Catalogue>,
): FastifyKit<Catalogue> {
  const { client, closeTimeoutMs = 5_000 } = options
  const proxy = options.proxy && createEventProxy(options.proxy)
  const visits = new WeakMap<FastifyRequest, Visit<Catalogue>>()

  function visitOf(request: FastifyRequest, setsCookie?: boolean): Visit<Catalogue> {
    const visit = visits.get(request) ?? beginVisit(options, { request: request.raw, source: request }, setsCookie)
    visits.set(request, visit)
    return visit
  }

  async function forward(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const batch = await toWebRequest(request.raw, LIMITS.batchBytes)
    const answer = await (batch && proxy?.forward(batch, visitOf(request).ip))
    if (!answer) return reply.code(413).send()
    return reply
      .code(answer.status)
      .headers({ ...headerRecord(answer.headers) })
      .send(await answer.text())
  }

  const plugin: FastifyPluginCallback = (app, _options, done) => {
    app.addHook('onRequest', async (request, reply) => {
      const isBatch = proxy?.matches(request.method, pathOf(request.raw)) ?? false
      visitOf(request, isBatch || undefined)
      // Here, before Fastify parses the body and looks for a route.
      if (isBatch) await forward(request, reply)
    })
    app.addHook('onSend', (request, reply, payload, next) => {
      const has = (name: string) => (reply.getHeader(name) ?? reply.raw.getHeader(name))?.toString()
      const headers = visitOf(request).responseHeaders(has)
      if (headers['set-cookie'] !== undefined) keepRawCookies(reply)
      reply.headers({ ...headers })
      next(null, payload)
    })
    app.addHook('onClose', async () => {
      await settle(client, closeTimeoutMs)
    })
    done()
  }
  // Without it hooks would hold for this plugin alone. It is what the package fastify-plugin sets.
  Object.assign(plugin, { [Symbol.for('skip-override')]: true })
  return { plugin, track: (request) => visitOf(request).track }
}

/** What Express middleware has set on Node's own response would be replaced by a cookie of Fastify's. */
function keepRawCookies(reply: FastifyReply): void {
  const cookies = reply.raw.getHeader('set-cookie')
  if (cookies === undefined) return
  reply.raw.removeHeader('set-cookie')
  reply.header('set-cookie', cookies)
}

/**
 * A handler for web `Request`s, such as `stripeWebhook` makes, as a route handler of Fastify. It needs the body as it was
 * sent: `request.rawBody` of the plugin fastify-raw-body, or a content type parser that leaves text or a buffer.
 */
export function fastifyHandler(
  handler: (request: Request) => Response | Promise<Response>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const { raw, body, method, url } = request
    const bytes = bytesOf(Reflect.get(request, 'rawBody')) ?? bytesOf(body)
    if (bytes === undefined && body !== undefined) throw new TypeError(BODY_IS_GONE)
    const address = new URL(url.replace(/^\/+/, '/'), 'http://localhost')
    const hasBody = method !== 'GET' && method !== 'HEAD'
    const answer = await handler(
      new Request(address, { method, headers: headerList(raw.headers), body: hasBody ? (bytes ?? null) : null }),
    )
    for (const cookie of answer.headers.getSetCookie()) reply.header('set-cookie', cookie)
    const { 'set-cookie': _cookies, ...others } = headerRecord(answer.headers)
    return reply
      .code(answer.status)
      .headers(others)
      .send(Buffer.from(await answer.arrayBuffer()))
  }
}

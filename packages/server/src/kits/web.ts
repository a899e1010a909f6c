import type { EventCatalogue } from '@threadline/schema'
import type { Scope } from '../scope/scope.ts'
import { createEventProxy, type EventProxyOptions } from './event-proxy.ts'
import { beginVisit, type Visit, type VisitHeaders, type VisitOptions, type VisitRequest } from './visit.ts'

/** What the kits take that speak web `Request` and `Response`. */
export interface WebKitOptions<Catalogue extends EventCatalogue, Source> extends VisitOptions<Catalogue, Source> {
  /** Lets the browser's events travel to the app's own origin; off unless given. */
  readonly proxy?: EventProxyOptions | undefined
  /**
   * Holds each response until its events are delivered, at most so many milliseconds: for platforms that freeze the
   * process after the response and have no `waitUntil`. Ignored where `waitUntil` exists. Off unless given.
   */
  readonly awaitFlushMs?: number | undefined
}

export interface WebKit<Catalogue extends EventCatalogue, Source> {
  /** Answers one request: the browser's batches itself, everything else by `next`. Rejects only as `next` does. */
  handle(
    parts: VisitRequest<Source> & { readonly request: Request },
    next: (visit: Visit<Catalogue>) => Response | Promise<Response>,
  ): Promise<Response>
}

export function createWebKit<Catalogue extends EventCatalogue, Source>(
  options: WebKitOptions<Catalogue, Source>,
): WebKit<Catalogue, Source> {
  const proxy = options.proxy && createEventProxy(options.proxy)
  return {
    async handle(parts, next) {
      const { request, waitUntil } = parts
      if (proxy?.matches(request.method, new URL(request.url).pathname)) {
        const visit = beginVisit(options, parts, true)
        return withHeaders(await proxy.forward(request, visit.ip), visit)
      }
      const visit = beginVisit(options, parts)
      const response = await next(visit)
      if (options.awaitFlushMs !== undefined && !waitUntil) await settle(visit.track, options.awaitFlushMs)
      return withHeaders(response, visit)
    },
  }
}

/** Waits for what a request captured. What cannot be delivered in time stays queued, and `onError` was told. */
export async function settle(track: Pick<Scope, 'flush'>, timeoutMs: number): Promise<void> {
  try {
    await track.flush({ timeoutMs })
  } catch {
    // Not the visitor's problem.
  }
}

/** Sets the visit's headers in a response; a copy, where the response is immutable. */
function withHeaders<Catalogue extends EventCatalogue>(response: Response, visit: Visit<Catalogue>): Response {
  const headers = visit.responseHeaders((name) => response.headers.get(name))
  // Nothing can be added to `Response.error()`, nor to a switch of protocols, which cannot be copied either.
  if (Object.keys(headers).length === 0 || response.status < 200) return response
  try {
    setHeaders(response.headers, headers)
    return response
  } catch {
    const copy = new Response(response.body, response)
    setHeaders(copy.headers, headers)
    return copy
  }
}

function setHeaders(target: Headers, headers: VisitHeaders): void {
  const { 'set-cookie': cookie, 'cache-control': cacheControl } = headers
  if (cacheControl !== undefined) target.set('cache-control', cacheControl)
  if (cookie !== undefined) target.append('set-cookie', cookie)
}

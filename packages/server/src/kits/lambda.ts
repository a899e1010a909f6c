import type { EventCatalogue } from '@threadline/schema'
import { requestFacts } from '../identity/request.ts'
import type { Scope } from '../scope/scope.ts'
import { createEventProxy, type EventProxyOptions } from './event-proxy.ts'
import { type HttpResult, headerOf, type ResultEvent, toResult, withVisitHeaders } from './lambda-result.ts'
import { beginVisit, type Visit, type VisitOptions } from './visit.ts'
import { settle } from './web.ts'

export type { HttpResult } from './lambda-result.ts'

/** An event of API Gateway (payload 1.0 or 2.0), a function URL or an ALB. */
export interface HttpEvent extends ResultEvent {
  readonly body?: string | null | undefined
  readonly isBase64Encoded?: boolean | undefined
}

/** Lambda's context, as far as it is looked at. */
export interface LambdaContext {
  getRemainingTimeInMillis?(): number
}

export interface LambdaKitOptions<Catalogue extends EventCatalogue, Event extends HttpEvent>
  extends VisitOptions<Catalogue, Event> {
  /** Lets the browser's events travel to the app's own origin; off unless given. */
  readonly proxy?: EventProxyOptions | undefined
  /**
   * Longest that a response waits for its events to be delivered, in milliseconds; less when Lambda's own deadline is
   * nearer. What is left stays queued for the next invocation of this instance.
   *
   * @defaultValue `2_000`
   */
  readonly flushTimeoutMs?: number | undefined
}

export interface LambdaKit<Catalogue extends EventCatalogue> {
  /** Gives a handler its `track`, flushes before the instance freezes, and sets the visitor's cookie. */
  wrap<Event extends HttpEvent, Result extends HttpResult, Context extends LambdaContext>(
    handler: (event: Event, track: Scope<Catalogue>, context: Context) => Result | Promise<Result>,
  ): (event: Event, context: Context) => Promise<Result | HttpResult>
}

/** Left of Lambda's deadline for the answer itself, in milliseconds. */
const MARGIN_MS = 200

/**
 * Threadline for AWS Lambda behind API Gateway, a function URL or an ALB.
 *
 * Lambda freezes an instance as soon as it has answered, timers and open requests included, so each invocation delivers
 * what it captured before it returns, also when the handler throws.
 */
export function lambdaKit<Catalogue extends EventCatalogue>(
  options: LambdaKitOptions<Catalogue, HttpEvent>,
): LambdaKit<Catalogue> {
  const proxy = options.proxy && createEventProxy(options.proxy)
  const { flushTimeoutMs = 2_000 } = options

  return {
    wrap: (handler) => async (event, context) => {
      const { method, url } = requestFacts(event)
      // An ALB takes the host from a header, which may hold anything.
      const path = url !== undefined && URL.canParse(url) ? new URL(url).pathname : ''
      if (proxy?.matches(method, path)) {
        const visit = beginVisit(options, { request: event, source: event }, true)
        return withCookie(event, await toResult(event, await proxy.forward(batchOf(event), visit.ip)), visit)
      }
      const visit = beginVisit(options, { request: event, source: event })
      try {
        return withCookie(event, await handler(event, visit.track, context), visit)
      } finally {
        const remainingMs = (context?.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY) - MARGIN_MS
        await settle(visit.track, Math.max(0, Math.min(flushTimeoutMs, remainingMs)))
      }
    },
  }
}

function batchOf(event: HttpEvent): Request {
  const { header } = requestFacts(event)
  const names = ['authorization', 'content-encoding', 'content-type', 'origin', 'user-agent', 'sec-gpc']
  const headers = names.flatMap((name): [string, string][] => {
    const value = header(name)
    return value === undefined ? [] : [[name, value]]
  })
  const body = event.isBase64Encoded ? fromBase64(event.body ?? '') : (event.body ?? '')
  return new Request('https://lambda.invalid/', { method: 'POST', headers, body })
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

function withCookie<Result extends HttpResult, Catalogue extends EventCatalogue>(
  event: HttpEvent,
  result: Result,
  visit: Visit<Catalogue>,
): Result {
  // API Gateway makes a response of its own from a result that is none, such as an object to be sent as JSON.
  if (typeof result !== 'object' || result === null || result.statusCode === undefined) return result
  return withVisitHeaders(
    event,
    result,
    visit.responseHeaders((name) => headerOf(result, name)),
  )
}

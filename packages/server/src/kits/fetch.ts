import type { EventCatalogue } from '@threadline/schema'
import type { Scope } from '../scope/scope.ts'
import { createWebKit, type WebKitOptions } from './web.ts'

export interface FetchKitOptions<Catalogue extends EventCatalogue> extends WebKitOptions<Catalogue, Request> {
  /** The address of the connection, from the arguments that the platform passes after the request. */
  readonly remoteAddress?: ((...rest: readonly unknown[]) => string | undefined) | undefined
}

/** A handler with a scope for each request. `rest` is what the platform passes after the request: `env, ctx`. */
export type TrackedHandler<Catalogue extends EventCatalogue, Rest extends readonly unknown[]> = (
  request: Request,
  track: Scope<Catalogue>,
  ...rest: Rest
) => Response | Promise<Response>

export interface FetchKit<Catalogue extends EventCatalogue> {
  /** Gives a handler its `track`, answers the browser's batches, and sets the visitor's cookie. */
  wrap<Rest extends readonly unknown[]>(
    handler: TrackedHandler<Catalogue, Rest>,
  ): (request: Request, ...rest: Rest) => Promise<Response>
}

/**
 * Threadline for handlers of web `Request`s: Workers, `Bun.serve`, `Deno.serve`, edge functions.
 *
 * Where the platform passes something with `waitUntil` (Workers' `ctx`), each request delivers what it captured after its
 * response. Where it freezes without one, set `awaitFlushMs`.
 *
 * @example
 * ```ts
 * export default {
 *   fetch: kit.wrap(async (request, track, env: Env, ctx: ExecutionContext) => {
 *     track.capture({ event: 'feature_used', properties: { feature: 'export' } })
 *     return new Response('ok')
 *   }),
 * }
 * ```
 */
export function fetchKit<Catalogue extends EventCatalogue>(options: FetchKitOptions<Catalogue>): FetchKit<Catalogue> {
  const kit = createWebKit(options)
  return {
    wrap:
      (handler) =>
      (request, ...rest) =>
        kit.handle(
          {
            request,
            source: request,
            remoteAddress: options.remoteAddress?.(...rest),
            waitUntil: rest.map(waitUntilOf).find((found) => found !== undefined),
          },
          (visit) => handler(request, visit.track, ...rest),
        ),
  }
}

/** Called on its own object: Workers refuse a `waitUntil` that was taken off it. */
function waitUntilOf(value: unknown): ((work: Promise<unknown>) => void) | undefined {
  if (typeof value !== 'object' || value === null || !('waitUntil' in value)) return undefined
  const { waitUntil } = value
  return typeof waitUntil === 'function' ? (work) => waitUntil.call(value, work) : undefined
}

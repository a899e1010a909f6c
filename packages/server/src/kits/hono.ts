import type { EventCatalogue } from '@threadline/schema'
import type { Context, MiddlewareHandler } from 'hono'
import type { Scope } from '../scope/scope.ts'
import { createWebKit, type WebKitOptions } from './web.ts'

export interface HonoKitOptions<Catalogue extends EventCatalogue> extends WebKitOptions<Catalogue, Context> {
  /**
   * The address of the connection, which depends on where Hono runs: `(c) => getConnInfo(c).remote.address` with the
   * `getConnInfo` of your runtime. Not needed with `ipHeader` or `trustedProxies`.
   */
  readonly remoteAddress?: ((c: Context) => string | undefined) | undefined
}

/** The context variables that {@link honoKit} sets, for `new Hono<TrackEnv>()`. */
export interface TrackEnv<Catalogue extends EventCatalogue> {
  Variables: { track: Scope<Catalogue> }
}

/**
 * Threadline as Hono middleware, on Node, Bun, Deno and Workers: `app.use(honoKit({ client }))`, then `c.var.track`.
 *
 * Where the platform has `waitUntil` (Workers) each request delivers what it captured after its response. Elsewhere the
 * client sends in the background; call `client.shutdown()` when the process ends.
 */
export function honoKit<Catalogue extends EventCatalogue>(
  options: HonoKitOptions<Catalogue>,
): MiddlewareHandler<TrackEnv<Catalogue>> {
  const kit = createWebKit(options)
  return async (c, next) => {
    const response = await kit.handle(
      { request: c.req.raw, source: c, remoteAddress: options.remoteAddress?.(c), waitUntil: waitUntilOf(c) },
      async (visit) => {
        c.set('track', visit.track)
        await next()
        return c.res
      },
    )
    if (response === c.res) return
    // Hono adds the headers of the response that is replaced to the new one, which has them already.
    c.res = undefined
    c.res = response
  }
}

/** Hono throws where there is no execution context. */
function waitUntilOf(c: Context): ((work: Promise<unknown>) => void) | undefined {
  try {
    const { executionCtx } = c
    return (work) => executionCtx.waitUntil(work)
  } catch {
    return undefined
  }
}

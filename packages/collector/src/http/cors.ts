import type { Hono } from 'hono'

/** No credentials are involved, so any origin may ask; whether a key may be used from it is checked with the request. */
export const ANY_ORIGIN = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after' }

const PREFLIGHT = {
  ...ANY_ORIGIN,
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'authorization, content-type, content-encoding',
  'access-control-max-age': '86400',
}

/** Lets pages of any origin post to `path`. */
export function allowAnyOrigin(app: Hono, path: string): void {
  app.use(path, async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(ANY_ORIGIN)) c.res.headers.set(name, value)
  })
  app.options(path, () => new Response(null, { status: 204, headers: PREFLIGHT }))
}

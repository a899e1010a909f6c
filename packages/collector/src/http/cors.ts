import type { Hono } from 'hono'

/** No credentials are involved, so any origin may ask; whether a key may be used from it is checked with the request. */
export const ANY_ORIGIN = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after' }

const PREFLIGHT = {
  ...ANY_ORIGIN,
  'access-control-allow-methods': 'GET, POST',
  'access-control-max-age': '86400',
}

const HEADERS = 'authorization, content-type, content-encoding'

/** Other services' clients have headers of their own. None of them opens anything here, so whatever a page asks for is let in. */
function preflight(request: Request): Response {
  const asked = request.headers.get('access-control-request-headers')
  return new Response(null, {
    status: 204,
    headers: { ...PREFLIGHT, 'access-control-allow-headers': asked || HEADERS },
  })
}

/** Lets pages of any origin ask `path`. */
export function allowAnyOrigin(app: Hono, path: string): void {
  app.use(path, async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(ANY_ORIGIN)) c.res.headers.set(name, value)
  })
  app.options(path, (c) => preflight(c.req.raw))
}

/**
 * Lets pages of any origin ask `path` with credentials, which nothing there looks at: browsers send them with every beacon, and
 * then want the origin by name.
 */
export function allowCredentials(app: Hono, path: string): void {
  const allow = (request: Request, headers: Headers) => {
    const origin = request.headers.get('origin')
    if (origin === null) return
    headers.set('access-control-allow-origin', origin)
    headers.set('access-control-allow-credentials', 'true')
    headers.append('vary', 'origin')
  }
  app.use(path, async (c, next) => {
    await next()
    c.res.headers.set('access-control-expose-headers', 'retry-after')
    allow(c.req.raw, c.res.headers)
  })
  app.options(path, (c) => preflight(c.req.raw))
}

import type { MiddlewareHandler } from 'hono'

/**
 * No answer is kept by a cache unless it says otherwise, and none is taken for another type than it has: what the API
 * tells is about people, and what it repeats was sent by anybody.
 */
export const keepPrivate: MiddlewareHandler = async (c, next) => {
  await next()
  const { headers } = c.res
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  headers.set('x-content-type-options', 'nosniff')
}

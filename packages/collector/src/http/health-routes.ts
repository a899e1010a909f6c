import type { Hono } from 'hono'
import type { Keyring } from '../keys.ts'
import { bearerKey } from './authorize.ts'
import type { Metrics } from './metrics.ts'
import type { Readers } from './readers.ts'
import type { Readiness } from './readiness.ts'

export interface HealthRoutesOptions {
  readonly readiness: Readiness
  readonly keyring: Keyring
  readonly readers: Readers
  readonly metrics: Metrics
  readonly isClosing: () => boolean
}

/**
 * `/healthz`: the process answers, whatever its database does. `/readyz`: it takes events, which a load balancer asks before
 * sending any; a write proves it. Both answer within a second.
 * `/metrics`: numbers for Prometheus, for any key that may read; those of all projects for an `mk_` key, which opens nothing else.
 */
export function addHealthRoutes(
  app: Hono,
  { readiness, keyring, readers, metrics, isClosing }: HealthRoutesOptions,
): void {
  /** Whether the request may see numbers of all projects. Throws when it may see none. */
  async function opensAll(request: Request): Promise<boolean> {
    const key = bearerKey(request)
    if (key !== undefined && keyring.find(key)?.kind === 'mk') return true
    await readers.access(request)
    return false
  }

  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/metrics', async (c) => {
    await keyring.refresh()
    const withProjects = await opensAll(c.req.raw)
    return c.body(await metrics.text({ withProjects }), 200, { 'content-type': metrics.contentType })
  })
  app.get('/readyz', async (c) => {
    if (isClosing()) return c.json({ status: 'stopping' }, 503)
    if (await readiness.isReady()) return c.json({ status: 'ok' })
    return c.json({ status: 'database takes no events' }, 503)
  })
}

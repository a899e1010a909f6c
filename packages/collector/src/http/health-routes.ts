import type { Hono } from 'hono'
import type { Keyring } from '../keys.ts'
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
 * `/metrics`: numbers for Prometheus, for any key that may read.
 */
export function addHealthRoutes(
  app: Hono,
  { readiness, keyring, readers, metrics, isClosing }: HealthRoutesOptions,
): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/metrics', async (c) => {
    await keyring.refresh()
    await readers.access(c.req.raw)
    return c.body(await metrics.text(), 200, { 'content-type': metrics.contentType })
  })
  app.get('/readyz', async (c) => {
    if (isClosing()) return c.json({ status: 'stopping' }, 503)
    if (await readiness.isReady()) return c.json({ status: 'ok' })
    return c.json({ status: 'database takes no events' }, 503)
  })
}

import type { Hono } from 'hono'
import type { Keyring } from '../keys.ts'
import type { Store } from '../store/store.ts'
import type { Metrics } from './metrics.ts'
import type { Readers } from './readers.ts'

export interface HealthRoutesOptions {
  readonly store: Store
  readonly keyring: Keyring
  readonly readers: Readers
  readonly metrics: Metrics
  readonly isClosing: () => boolean
}

/**
 * `/healthz`: the process answers. `/readyz`: it takes events, which a load balancer asks before sending any.
 * `/metrics`: numbers for Prometheus, for any key that may read.
 */
export function addHealthRoutes(app: Hono, { store, keyring, readers, metrics, isClosing }: HealthRoutesOptions): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/metrics', async (c) => {
    await keyring.refresh()
    await readers.access(c.req.raw)
    return c.body(await metrics.text(), 200, { 'content-type': metrics.contentType })
  })
  app.get('/readyz', async (c) => {
    if (isClosing()) return c.json({ status: 'stopping' }, 503)
    try {
      await store.ping()
      return c.json({ status: 'ok' })
    } catch {
      return c.json({ status: 'database does not answer' }, 503)
    }
  })
}

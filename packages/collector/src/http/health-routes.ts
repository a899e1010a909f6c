import type { Hono } from 'hono'
import type { Store } from '../store/store.ts'

export interface HealthRoutesOptions {
  readonly store: Store
  readonly isClosing: () => boolean
}

/** `/healthz`: the process answers. `/readyz`: it takes events, which a load balancer asks before sending any. */
export function addHealthRoutes(app: Hono, { store, isClosing }: HealthRoutesOptions): void {
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
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

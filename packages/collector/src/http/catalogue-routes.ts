import type { Hono } from 'hono'
import { z } from 'zod'
import type { Store } from '../store/store.ts'
import { readDays, readQuery } from './query.ts'
import type { Readers } from './readers.ts'
import { daysView, eventCountsQuery } from './report-routes.ts'

export const catalogueQuery = eventCountsQuery.extend({
  limit: z.coerce.number().int().min(1).max(100).describe('Names, those with the most events first.').default(50),
})

export interface CatalogueRoutesOptions {
  readonly readers: Readers
  readonly store: Pick<Store, 'catalogue'>
  readonly now: () => number
}

/** What a project's events are called and what they hold, for whoever does not know its code. */
export function addCatalogueRoutes(app: Hono, { readers, store, now }: CatalogueRoutesOptions): void {
  app.get('/v1/catalogue', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const { limit, bots, ...asked } = readQuery(c, catalogueQuery)
    const days = readDays(asked, now())
    const found = await store.catalogue(project, { days, limit: limit + 1, withBots: bots === 'include' })
    return c.json({
      ...daysView(days),
      events: found.slice(0, limit).map((seen) => ({
        ...seen,
        firstSeen: new Date(seen.firstSeen).toISOString(),
        lastSeen: new Date(seen.lastSeen).toISOString(),
      })),
      more: found.length > limit,
    })
  })
}

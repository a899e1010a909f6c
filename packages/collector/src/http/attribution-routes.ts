import type { Hono } from 'hono'
import { z } from 'zod'
import { ARRIVAL_DIMENSIONS, ATTRIBUTIONS } from '../traffic/attribution.ts'
import { readQuery } from './query.ts'
import { daysView } from './report-routes.ts'
import { daysAsked, inZone, LISTS, trafficQuery, trafficQueryOf } from './traffic-query.ts'
import type { TrafficRoutesOptions } from './traffic-routes.ts'

export const attributionQuery = trafficQuery.extend({
  dimension: z.enum(ARRIVAL_DIMENSIONS),
  attribution: z
    .enum(ATTRIBUTIONS)
    .describe('Which arrival of a person has the credit: their first, or the last before what they did.')
    .default('last'),
  limit: z.coerce.number().int().min(1).max(1_000).default(10),
})

/** Which arrivals brought conversions and revenue. */
export function addAttributionRoutes(app: Hono, { readers, store, now }: TrafficRoutesOptions): void {
  app.get('/v1/reports/attribution', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const asked = await inZone(store, project, readQuery(c, attributionQuery, LISTS))
    const { dimension, attribution, limit, timeZone } = asked
    const days = daysAsked(asked, now())
    const rows = await store.visits.attribution(project, { ...trafficQueryOf(asked, days), dimension, attribution })
    return c.json({
      ...daysView(days),
      timeZone: timeZone.name,
      dimension,
      attribution,
      rows: rows.slice(0, limit),
      more: rows.length > limit,
    })
  })
}

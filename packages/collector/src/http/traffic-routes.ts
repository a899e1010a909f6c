import type { Hono } from 'hono'
import type { Days, Store } from '../store/store.ts'
import type { TrafficCounts, TrafficTotals } from '../store/traffic/traffic.ts'
import { bucketsOf, daysBefore, slotsOf } from '../traffic/buckets.ts'
import { readQuery } from './query.ts'
import type { Readers } from './readers.ts'
import { daysView } from './report-routes.ts'
import {
  breakdownQuery,
  daysAsked,
  inZone,
  LISTS,
  overviewQuery,
  seriesQuery,
  tooManyBuckets,
  trafficQueryOf,
} from './traffic-query.ts'

/** Who counts as there now: whoever did anything in so long. */
const ONLINE_MS = 5 * 60_000

export interface TrafficRoutesOptions {
  readonly readers: Readers
  readonly store: Pick<Store, 'visits' | 'projectSettings'>
  readonly now: () => number
}

/** What happened on a site: how many came, from where, to which pages, with what, and what it earned. */
export function addTrafficRoutes(app: Hono, { readers, store, now }: TrafficRoutesOptions): void {
  const { visits } = store

  app.get('/v1/reports/overview', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const asked = await inZone(store, project, readQuery(c, overviewQuery, LISTS))
    const days = daysAsked(asked, now())
    const totalsOf = async (period: Days) => ({
      ...daysView(period),
      totals: totalsView(await visits.overview(project, trafficQueryOf(asked, period))),
    })
    const { from, to, totals } = await totalsOf(days)
    const previous = asked.compare === 'true' ? await totalsOf(daysBefore(days)) : null
    return c.json({ from, to, timeZone: asked.timeZone.name, totals, previous })
  })

  app.get('/v1/reports/series', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const asked = await inZone(store, project, readQuery(c, seriesQuery, LISTS))
    const { interval, timeZone } = asked
    const days = daysAsked(asked, now())
    const buckets = bucketsOf(days, timeZone, interval)
    if (buckets === undefined) throw tooManyBuckets(interval)
    const counts = await visits.series(project, { ...trafficQueryOf(asked, days), slots: slotsOf(buckets) })
    const none = { ...NONE, ...(asked.goal && { conversions: 0 }) }
    const points = buckets.map(({ start }, index) => ({
      start: new Date(start).toISOString(),
      ...none,
      ...counts.get(index),
    }))
    return c.json({ ...daysView(days), timeZone: timeZone.name, interval, points })
  })

  app.get('/v1/reports/breakdown', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const asked = await inZone(store, project, readQuery(c, breakdownQuery, LISTS))
    const { dimension, limit, timeZone } = asked
    const days = daysAsked(asked, now())
    const rows = await visits.breakdown(project, { ...trafficQueryOf(asked, days), dimension, limit: limit + 1 })
    return c.json({
      ...daysView(days),
      timeZone: timeZone.name,
      dimension,
      rows: rows.slice(0, limit).map((row) => ({ ...row, ...rateOf(row) })),
      more: rows.length > limit,
    })
  })

  app.get('/v1/reports/online', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const end = now() + 1
    return c.json({ people: await visits.online(project, { start: end - ONLINE_MS, end }) })
  })
}

const NONE: TrafficCounts = { visitors: 0, sessions: 0, pageviews: 0, events: 0 }

function totalsView({ pageSessions, bounces, medianSessionMs, revenue, ...counts }: TrafficTotals) {
  return {
    ...counts,
    ...rateOf(counts),
    bounceRate: pageSessions === 0 ? null : bounces / pageSessions,
    medianSessionSeconds: medianSessionMs === null ? null : medianSessionMs / 1_000,
    revenue,
  }
}

function rateOf({ visitors, conversions }: TrafficCounts) {
  return conversions !== undefined && { conversionRate: visitors === 0 ? 0 : conversions / visitors }
}

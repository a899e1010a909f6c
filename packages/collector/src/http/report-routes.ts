import type { Hono } from 'hono'
import { z } from 'zod'
import type { Days, Store } from '../store/store.ts'
import { monthlyTotals, recurringView } from './mrr-view.ts'
import { daysQuery, isoDate, readDays, readQuery } from './query.ts'
import type { Readers } from './readers.ts'

/** Rows of one answer: whoever has a key for pages chooses the names that are counted, and so how many there are. */
const MAX_ROWS = 10_000

const HOUR_MS = 3_600_000

/** Bots are kept apart. Whoever asks for all gets them too. */
export const bots = z
  .enum(['exclude', 'include'])
  .describe('Whether what bots and automated browsers did counts as well.')
  .default('exclude')

export const eventCountsQuery = daysQuery.extend({ bots })

export const stagesQuery = z.object({ bots })

export const funnelQuery = daysQuery.extend({
  bots,
  steps: z
    .string()
    .max(2_000)
    .transform((text) => text.split(','))
    .refine((steps) => steps.length >= 2 && steps.length <= 10 && steps.every((step) => step !== ''), {
      error: 'must be 2 to 10 event names, separated by commas',
    })
    .refine((steps) => new Set(steps).size === steps.length, { error: 'names an event twice' })
    .describe('2 to 10 different event names in order, separated by commas.'),
  windowHours: z.coerce.number().min(1).max(8_760).describe('Time from the first step to the last.').default(168),
})

const mode = z
  .enum(['live', 'test'])
  .describe('Money that has moved, or payments in a provider’s test mode.')
  .default('live')

export const revenueQuery = daysQuery.extend({ mode })

export const recurringQuery = z.object({ mode })

export interface ReportRoutesOptions {
  readonly readers: Readers
  readonly store: Store
  readonly now: () => number
}

/** What all people of a project come to: counts, funnel, revenue and what was lost or refused. */
export function addReportRoutes(app: Hono, { readers, store, now }: ReportRoutesOptions): void {
  app.get('/v1/reports/events', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const { bots, ...asked } = readQuery(c, eventCountsQuery)
    const days = readDays(asked, now())
    const found = await store.eventCounts(project, days, { withBots: bots === 'include', limit: MAX_ROWS + 1 })
    const { counts, more } = atMost(MAX_ROWS, found)
    return c.json({ ...daysView(days), counts: counts.map((count) => ({ ...count, day: isoDate(count.day) })), more })
  })

  app.get('/v1/reports/funnel', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const { steps, windowHours, bots, ...asked } = readQuery(c, funnelQuery)
    const days = readDays(asked, now())
    const windowMs = Math.round(windowHours * HOUR_MS)
    const counted = await store.funnel(project, { steps, windowMs, days, withBots: bots === 'include' })
    return c.json({ ...daysView(days), windowHours, steps: counted })
  })

  app.get('/v1/reports/revenue', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const { mode: asked, ...query } = readQuery(c, revenueQuery)
    const days = readDays(query, now())
    const revenue = await store.revenue(project, { days, mode: asked })
    return c.json({ ...daysView(days), revenue: revenue.map((row) => ({ ...row, day: isoDate(row.day) })) })
  })

  app.get('/v1/reports/mrr', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const recurring = await store.recurring(project, readQuery(c, recurringQuery).mode)
    return c.json({ plans: recurring.map(recurringView), totals: monthlyTotals(recurring) })
  })

  app.get('/v1/reports/stages', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const { bots } = readQuery(c, stagesQuery)
    return c.json({ stages: await store.stages(project, { withBots: bots === 'include' }) })
  })

  app.get('/v1/reports/health', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const days = readDays(readQuery(c, daysQuery), now())
    const { counts, more } = atMost(MAX_ROWS, await store.counts(project, days, MAX_ROWS + 1))
    return c.json({
      ...daysView(days),
      counts: counts.map(({ day, kind, name, count }) => ({ day: isoDate(day), kind, name, count })),
      more,
    })
  })
}

/** Of one row more than an answer has, without the least of the earliest day: what the store would leave out next. */
function atMost<Row extends { readonly day: number; readonly count: number }>(limit: number, rows: readonly Row[]) {
  if (rows.length <= limit) return { counts: rows, more: false }
  const [first] = rows
  const least = rows
    .filter(({ day }) => day === first?.day)
    .reduce((lower, row) => (row.count <= lower.count ? row : lower))
  return { counts: rows.filter((row) => row !== least), more: true }
}

/** The days that an answer covers, which a request need not name. */
export function daysView({ from, to }: Days) {
  return { from: isoDate(from), to: isoDate(to) }
}

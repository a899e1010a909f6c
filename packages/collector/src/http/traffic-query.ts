import { z } from 'zod'
import type { Days, Store } from '../store/store.ts'
import type { TrafficQuery } from '../store/traffic/traffic.ts'
import { INTERVALS, type Interval, MAX_BUCKETS, spanOf } from '../traffic/buckets.ts'
import { DIMENSIONS, parseFilters, parseGoal } from '../traffic/filters.ts'
import { addDays, countDays, createTimeZone, type TimeZone } from '../traffic/time-zone.ts'
import { DEFAULT_DAYS, isoDay } from './query.ts'
import { bots } from './report-routes.ts'
import { RequestError } from './request-error.ts'

/** Of one request, so that a statement has an end. */
const MAX_FILTERS = 100

/** Since then all clocks of the world are a whole number of quarters of an hour from UTC. */
const FIRST_DAY = 19_730_101

/** The longest period, which the hours of all its days are looked at for. */
const MAX_DAYS = 3_660

const dayInZone = isoDay.refine((day) => day >= FIRST_DAY, { error: 'must not be before 1973' })

const timeZone = z
  .string()
  .max(64)
  .transform((name, context): TimeZone => {
    try {
      return createTimeZone(name)
    } catch {
      context.addIssue({ code: 'custom', message: 'must be the name of a time zone, such as Europe/Berlin' })
      return z.NEVER
    }
  })
  .optional()
  .describe(
    'Whose days these are: a name of the IANA database, such as Europe/Berlin. The project’s own, or UTC, unless given.',
  )

const filter = z
  .array(z.string().max(2_000))
  .max(MAX_FILTERS)
  .transform((texts, context) => {
    try {
      return parseFilters(texts)
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) })
      return z.NEVER
    }
  })
  .prefault([])
  .describe(
    `Which events count: <dimension>:<value>, such as country:DE. Of several, those of one dimension are alternatives, and of each dimension one must hold. An empty value stands for none. Dimensions: ${DIMENSIONS.join(', ')}.`,
  )

const goal = z
  .string()
  .min(1)
  .max(2_000)
  .transform(parseGoal)
  .describe('The name of an event, or the path of a page, beginning with /: adds who reached it.')
  .optional()

/** What reads of traffic, and of who and what is behind it, have in common. */
export const trafficQuery = z.object({
  from: dayInZone.describe('First day. 29 days before the last one unless given.').optional(),
  to: dayInZone.describe('Last day. Today unless given.').optional(),
  timeZone,
  bots,
  filter,
  goal,
})

export const overviewQuery = trafficQuery.extend({
  compare: z.enum(['true', 'false']).describe('Whether to add the period of the same length before.').default('false'),
})

export const seriesQuery = trafficQuery.extend({
  interval: z.enum(INTERVALS).describe('Weeks begin on Monday.').default('day'),
})

export const breakdownQuery = trafficQuery.extend({
  dimension: z.enum(DIMENSIONS),
  limit: z.coerce.number().int().min(1).max(1_000).default(10),
})

export const retentionQuery = trafficQuery.extend({
  from: dayInZone.describe('Its week is the first one. Twelve weeks before the last one unless given.').optional(),
  to: dayInZone.describe('Its week is the last one. Today unless given.').optional(),
})

/** What may be there several times. */
export const LISTS = ['filter'] as const

/** Whether a list is asked for only those of some days, or who match. */
export function isNarrowed({ from, to, filter, goal }: Omit<z.infer<typeof trafficQuery>, 'timeZone'>): boolean {
  return from !== undefined || to !== undefined || filter.length > 0 || goal !== undefined
}

/** A query with a time zone. */
export type InZone<Query> = Query & { readonly timeZone: TimeZone }

/** The query in the time zone that it names, else in the project's own. */
export async function inZone<Query extends { readonly timeZone?: TimeZone | undefined }>(
  store: Pick<Store, 'projectSettings'>,
  project: string,
  asked: Query,
): Promise<InZone<Query>> {
  return {
    ...asked,
    timeZone: asked.timeZone ?? createTimeZone((await store.projectSettings(project)).timeZone ?? 'UTC'),
  }
}

/** The days that a query asks for, in its time zone. */
export function daysAsked({ from, to, timeZone: zone }: InZone<z.infer<typeof trafficQuery>>, now: number): Days {
  const last = to ?? zone.dayOf(now)
  const days = { from: from ?? addDays(last, 1 - DEFAULT_DAYS), to: last }
  if (days.from > days.to) throw new RequestError('invalid_request', 'from: must not be after to')
  if (countDays(days.from, days.to) > MAX_DAYS) {
    throw new RequestError('invalid_request', `from: must not be more than ${MAX_DAYS} days before to`)
  }
  return days
}

/** What the store is asked for by a query that names days, a time zone and filters, or leaves them out. */
export async function trafficAsked(
  store: Pick<Store, 'projectSettings'>,
  { project, asked, now }: { project: string; asked: z.infer<typeof trafficQuery>; now: number },
): Promise<TrafficQuery> {
  const zoned = await inZone(store, project, asked)
  return trafficQueryOf(zoned, daysAsked(zoned, now))
}

/** What the store is asked for, of these days. */
export function trafficQueryOf(asked: InZone<z.infer<typeof trafficQuery>>, days: Days): TrafficQuery {
  return {
    span: spanOf(days, asked.timeZone),
    filters: asked.filter,
    goal: asked.goal,
    withBots: asked.bots === 'include',
  }
}

export function tooManyBuckets(interval: Interval): RequestError {
  return new RequestError(
    'invalid_request',
    `interval: the period has more than ${MAX_BUCKETS} of these (${interval}): ask for a longer interval or fewer days`,
  )
}

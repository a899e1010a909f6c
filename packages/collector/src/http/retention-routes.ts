import type { Hono } from 'hono'
import { bucketsOf, slotsOf } from '../traffic/buckets.ts'
import { addDays, countDays, isMonday } from '../traffic/time-zone.ts'
import { readQuery } from './query.ts'
import { daysView } from './report-routes.ts'
import { RequestError } from './request-error.ts'
import { daysAsked, inZone, LISTS, retentionQuery, trafficQueryOf } from './traffic-query.ts'
import type { TrafficRoutesOptions } from './traffic-routes.ts'

const DEFAULT_WEEKS = 12

/** A year and a day may touch as many. */
const MAX_WEEKS = 54

/** Of the people who were new in a week, how many were there in each week after it. */
export function addRetentionRoutes(app: Hono, { readers, store, now }: TrafficRoutesOptions): void {
  app.get('/v1/reports/retention', async (c) => {
    const { project } = await readers.access(c.req.raw)
    const asked = await inZone(store, project, readQuery(c, retentionQuery, LISTS))
    const { timeZone } = asked
    const last = asked.to ?? timeZone.dayOf(now())
    const { from, to } = daysAsked({ ...asked, from: asked.from ?? addDays(last, 1 - 7 * DEFAULT_WEEKS) }, now())
    const days = { from: monday(from), to: addDays(monday(to), 6) }
    if (countDays(days.from, days.to) > 7 * MAX_WEEKS) {
      throw new RequestError('invalid_request', `from: the period must not touch more than ${MAX_WEEKS} weeks`)
    }
    const weeks = bucketsOf(days, timeZone, 'week') ?? []
    const cohorts = await store.visits.retention(project, { ...trafficQueryOf(asked, days), slots: slotsOf(weeks) })
    return c.json({
      ...daysView(days),
      timeZone: timeZone.name,
      cohorts: weeks.map(({ start }, index) => {
        const { people = 0, active } = cohorts.get(index) ?? {}
        const begun = weeks.slice(index).filter((week) => week.start <= now())
        return {
          start: new Date(start).toISOString(),
          people,
          active: begun.map((_, week) => active?.get(week) ?? 0),
        }
      }),
    })
  })
}

/** The Monday of a day's week. */
function monday(day: number): number {
  const back = [0, 1, 2, 3, 4, 5, 6].find((days) => isMonday(addDays(day, -days))) ?? 0
  return addDays(day, -back)
}

import type { SqlDriver } from '../driver.ts'
import { EVENTS_BY_PERSON } from '../person-sql.ts'
import { among } from '../report-reads.ts'
import type { Cohort, Traffic } from './traffic.ts'
import { trafficSql } from './traffic-sql.ts'

/** Who came back. What a cohort is, {@link Traffic} tells. */
export function createRetentionReads(driver: SqlDriver): Pick<Traffic, 'retention'> {
  return {
    async retention(project, { slots, ...query }) {
      const { tables, values, param } = trafficSql(project, query)
      const { stepMs, buckets } = slots
      const steps = JSON.stringify(buckets.map((bucket, index) => ({ step: index * stepMs, bucket })))
      const width = `CAST(${param(stepMs)} AS BIGINT)`
      const weeksOf = (table: string, at: string) => `SELECT DISTINCT t.person, steps.bucket FROM ${table} AS t
        JOIN steps ON steps.step = (t.${at} - $2) - (t.${at} - $2) % ${width}`
      const rows = await driver.query(
        `WITH ${tables},
        steps AS (SELECT step, bucket FROM ${driver.rowsFrom(param(steps), { step: 'BIGINT', bucket: 'BIGINT' })}),
        firsts AS (
          SELECT person, min(ts) AS first_seen FROM ${EVENTS_BY_PERSON} AS by_person WHERE ${among(query)}
          GROUP BY person HAVING min(ts) >= $2 AND min(ts) < $3
        ),
        began AS (${weeksOf('firsts', 'first_seen')}),
        matched AS (${weeksOf('matching', 'ts')}),
        members AS (
          SELECT began.person, began.bucket FROM began
          JOIN matched ON matched.person = began.person AND matched.bucket = began.bucket
        ),
        active AS (${weeksOf(query.goal === undefined ? 'shown' : 'goals', 'ts')})
        SELECT bucket AS began, -1 AS week, count(*) AS people FROM members GROUP BY bucket
        UNION ALL
        SELECT members.bucket AS began, active.bucket - members.bucket AS week, count(*) AS people
        FROM members JOIN active ON active.person = members.person
        GROUP BY members.bucket, active.bucket`,
        values,
      )
      const cohorts = new Map<number, { people: number; active: Map<number, number> }>()
      for (const row of rows) {
        const began = Number(row['began'])
        const cohort = cohorts.get(began) ?? { people: 0, active: new Map() }
        const [week, people] = [Number(row['week']), Number(row['people'])]
        if (week < 0) cohort.people = people
        else cohort.active.set(week, people)
        cohorts.set(began, cohort)
      }
      return cohorts satisfies ReadonlyMap<number, Cohort>
    },
  }
}

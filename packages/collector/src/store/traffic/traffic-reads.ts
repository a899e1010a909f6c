import type { Slots } from '../../traffic/buckets.ts'
import { bounded } from '../bounded-sql.ts'
import type { SqlDriver, SqlRow } from '../driver.ts'
import { eventsByPerson } from '../person-sql.ts'
import { among } from '../report-reads.ts'
import { moneyTables } from '../revenue-sql.ts'
import { utcDay } from '../utc-day.ts'
import { createAttributionReads } from './attribution-reads.ts'
import { createMatchedReads } from './matched-reads.ts'
import { createRetentionReads } from './retention-reads.ts'
import type { Traffic, TrafficCounts, TrafficQuery, TrafficTotals } from './traffic.ts'
import { CONVERSIONS, COUNTS, isAmong, trafficSql, VISITS } from './traffic-sql.ts'

/** Reads of what happened on a site. What is counted of an event, and what of its session, {@link Traffic} tells. */
export function createTrafficReads(driver: SqlDriver): Traffic {
  async function totals(project: string, query: TrafficQuery) {
    const { tables, values } = trafficSql(project, query)
    const [row = {}] = await driver.query(
      `WITH ${tables}, ${VISITS(query.goal !== undefined)} SELECT * FROM lengths CROSS JOIN visits`,
      values,
    )
    const median = row['median'] ?? null
    return {
      ...toCounts(row),
      ...(query.goal !== undefined && { conversions: Number(row['conversions']) }),
      pageSessions: Number(row['page_sessions']),
      bounces: Number(row['bounces']),
      medianSessionMs: median === null ? null : Number(median),
    }
  }

  async function revenue(project: string, query: TrafficQuery): Promise<TrafficTotals['revenue']> {
    const isFiltered = query.filters.length > 0
    const { tables, values } = isFiltered
      ? trafficSql(project, { ...query, goal: undefined })
      : { tables: '', values: [project, query.span.start, query.span.end] }
    const money = moneyTables({
      day: 'CASE WHEN e.ts >= $2 AND e.ts < $3 THEN 1 ELSE 0 END',
      isAsked: 'day = 1',
      livemode: '1',
    })
    const rows = await driver.query(
      `WITH ${isFiltered ? `${tables},` : ''} ${money}
      SELECT currency, ${bounded('sum(amount)')} AS amount FROM money
      WHERE day = 1 AND account IS NULL ${isFiltered ? `AND ${isAmong('person', 'matching')}` : ''}
      GROUP BY currency ORDER BY currency`,
      values,
    )
    return rows.map((row) => ({ currency: String(row['currency']), amount: Number(row['amount']) }))
  }

  return {
    async overview(project, query) {
      const counts = await totals(project, query)
      return { ...counts, revenue: await revenue(project, query) }
    },

    async series(project, { slots, ...query }) {
      const { tables, values, param } = trafficSql(project, query)
      const steps = driver.rowsFrom(param(stepsOf(slots)), { step: 'BIGINT', bucket: 'BIGINT' })
      const width = `CAST(${param(slots.stepMs)} AS BIGINT)`
      const onStep = `incoming.step = (m.ts - $2) - (m.ts - $2) % ${width}`
      const rows = await driver.query(
        `WITH ${tables} SELECT incoming.bucket, ${COUNTS} FROM matching AS m JOIN ${steps} ON ${onStep} GROUP BY incoming.bucket`,
        values,
      )
      const counts = new Map(rows.map((row) => [Number(row['bucket']), toCounts(row)]))
      if (query.goal === undefined) return counts
      const reached = await driver.query(
        `WITH ${tables} SELECT incoming.bucket, count(DISTINCT m.person) AS conversions
        FROM (SELECT person, ts FROM goals WHERE person IN (SELECT person FROM matching)) AS m JOIN ${steps} ON ${onStep}
        GROUP BY incoming.bucket`,
        values,
      )
      for (const row of reached) {
        const bucket = Number(row['bucket'])
        counts.set(bucket, { ...NONE, ...counts.get(bucket), conversions: Number(row['conversions']) })
      }
      return counts
    },

    async breakdown(project, { dimension, limit, ...query }) {
      const { tables, values, param } = trafficSql(project, query, dimension)
      const rows = await driver.query(
        `WITH ${tables}
        SELECT nullif(m.value, '') AS value, ${COUNTS}${query.goal === undefined ? '' : CONVERSIONS} FROM matching AS m
        GROUP BY m.value ORDER BY visitors DESC, m.value COLLATE "C" LIMIT ${param(limit)}`,
        values,
      )
      return rows.map((row) => ({ value: textOrNull(row, 'value'), ...toCounts(row) }))
    },

    ...createAttributionReads(driver),
    ...createMatchedReads(driver),
    ...createRetentionReads(driver),

    async online(project, { start, end }) {
      const events = eventsByPerson('e.ts', `AND ts >= $2 AND ts < $3 AND day >= $4 AND day <= $5 AND ${among()}`)
      const [row] = await driver.query(`SELECT count(DISTINCT person) AS people FROM ${events} AS by_person`, [
        project,
        start,
        end,
        utcDay(start),
        utcDay(end),
      ])
      return Number(row?.['people'])
    },
  }
}

const NONE: TrafficCounts = { visitors: 0, sessions: 0, pageviews: 0, events: 0 }

function stepsOf({ stepMs, buckets }: Slots): string {
  return JSON.stringify(buckets.map((bucket, index) => ({ step: index * stepMs, bucket })))
}

function toCounts(row: SqlRow): TrafficCounts {
  const conversions = row['conversions'] ?? null
  return {
    visitors: Number(row['visitors']),
    sessions: Number(row['sessions']),
    pageviews: Number(row['pageviews']),
    events: Number(row['events']),
    ...(conversions !== null && { conversions: Number(conversions) }),
  }
}

function textOrNull(row: SqlRow, column: string): string | null {
  const value = row[column] ?? null
  return value === null ? null : String(value)
}

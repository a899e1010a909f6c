import type { Dimension, Filter, Goal } from '../../traffic/filters.ts'
import type { SqlValue } from '../driver.ts'
import { eventsByPerson, IDS, idsByPerson } from '../person-sql.ts'
import { among } from '../report-reads.ts'
import { utcDay } from '../utc-day.ts'
import { SESSION_TABLES, type SessionTable, VIEW } from './session-sql.ts'
import type { TrafficQuery } from './traffic.ts'

const DAY_MS = 86_400_000

/** Where a dimension is: a column of events, or of a table that tells it of their sessions. */
const COLUMNS = {
  page: { table: 'e', column: 'path' },
  event: { table: 'e', column: 'event' },
  country: { table: 'e', column: 'country' },
  region: { table: 'e', column: 'region' },
  city: { table: 'e', column: 'city' },
  device: { table: 'e', column: 'device' },
  browser: { table: 'e', column: 'browser' },
  os: { table: 'e', column: 'os' },
  entryPage: { table: 'entries', column: 'path' },
  exitPage: { table: 'exits', column: 'path' },
  channel: { table: 'arrivals', column: 'channel' },
  source: { table: 'arrivals', column: 'origin' },
  medium: { table: 'arrivals', column: 'medium' },
  campaign: { table: 'arrivals', column: 'campaign' },
  referrer: { table: 'arrivals', column: 'referrer_host' },
} as const satisfies { [Name in Dimension]: { readonly table: 'e' | SessionTable; readonly column: string } }

const isOfSession = (name: Dimension) => COLUMNS[name].table !== 'e'

const columnOf = (name: Dimension) => `${COLUMNS[name].table}.${COLUMNS[name].column}`

/** A statement in the making: its tables, and the values of its parameters. */
export interface TrafficSql {
  /**
   * For `WITH`. `found` has the events that match, and `value` of the dimension that was asked for or of
   * none; `matching` has them with `person`.
   */
  readonly tables: string
  readonly values: readonly SqlValue[]
  /** The parameter that stands for a value from now on, after those of {@link TrafficSql.values}. */
  param(value: SqlValue): string
}

/**
 * Makes the tables that every read of traffic begins with. `$1` is the project, `$2` and `$3` are the span. `found` has the events of
 * the span that match, `matching` has them with their people, `shown` has all of the span, `goals` and `reached` have who reached the goal, `nearby` has events of
 * sessions from a day before to a day after, and `lengths` what sessions with any event that matches come to. An engine works out
 * those that the statement names, and leaves the rest.
 */
export function trafficSql(project: string, query: TrafficQuery, dimension?: Dimension): TrafficSql {
  const { span, filters, goal, ...rest } = query
  const { start, end } = span
  const values: SqlValue[] = [project, start, end]
  const param = (value: SqlValue) => `$${values.push(value)}`
  const within = (from: number, to: number) => `day >= ${param(utcDay(from))} AND day <= ${param(utcDay(to))}`
  const counted = among(rest)
  const during = `e.ts >= $2 AND e.ts < $3 AND ${within(start, end)} AND ${counted}`
  const all = (conditions: readonly string[]) => conditions.map((condition) => `AND ${condition}`).join(' ')
  const ofEvents = all(filters.filter(({ dimension: name }) => !isOfSession(name)).map(conditionOf))
  const ofSessions = filters.filter(({ dimension: name }) => isOfSession(name))
  const sessionConditions = all(ofSessions.map(conditionOf))
  const filtering = ofSessions.map(({ dimension: name }) => name)
  const value = dimension === undefined ? `''` : `coalesce(${columnOf(dimension)}, '')`
  const named = dimension === undefined ? filtering : [...filtering, dimension]
  const tables = [
    // A day around is plenty for a session, and is all that is read for it.
    `nearby AS NOT MATERIALIZED (
      SELECT * FROM events AS e
      WHERE project = $1 AND session_id IS NOT NULL AND ts >= ${param(start - DAY_MS)} AND ts < ${param(end + DAY_MS)}
        AND ${within(start - DAY_MS, end + DAY_MS)} AND ${counted}
    )`,
    ...tablesOf(named).map((table) => `${table} AS (${SESSION_TABLES[table]})`),
    `found AS (
      SELECT e.event, e.event_id, e.user_id, e.anonymous_id, e.session_id, e.ts, ${value} AS value
      FROM events AS e ${joins(named, 'e')}
      WHERE e.project = $1 AND ${during} ${ofEvents} ${sessionConditions}
    )`,
    `matching AS (SELECT * FROM ${idsByPerson('e.event, e.event_id, e.session_id, e.ts, e.value', 'found')} AS by_person)`,
    `shown AS (SELECT person, ts FROM ${eventsByPerson('e.ts', `AND ${during}`)} AS by_person)`,
    `spans AS (
      SELECT session_id, max(ts) - min(ts) AS lasted, count(CASE WHEN ${VIEW} THEN 1 END) AS pages,
        count(CASE WHEN substr(event, 1, 1) <> '$' THEN 1 END) AS acts
      FROM nearby AS e GROUP BY session_id
      HAVING max(CASE WHEN e.ts >= $2 AND e.ts < $3 ${ofEvents} THEN 1 ELSE 0 END) = 1
    )`,
    `lengths AS (
      SELECT count(*) AS sessions, count(CASE WHEN pages > 0 THEN 1 END) AS page_sessions,
        count(CASE WHEN pages = 1 AND acts = 0 THEN 1 END) AS bounces,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY lasted) AS median
      FROM spans ${joins(filtering, 'spans')} WHERE TRUE ${sessionConditions}
    )`,
    ...(goal === undefined
      ? []
      : [
          `goals AS (SELECT person, ts FROM ${eventsByPerson('e.ts', `AND ${during} AND ${goalCondition(goal)}`)} AS by_person)`,
          'reached AS (SELECT DISTINCT person FROM goals)',
        ]),
  ]

  /** As plain as it can be, so that an engine knows that rows without a session are none. */
  function conditionOf({ dimension: name, values: wanted }: Filter): string {
    const column = wanted.includes('') ? `coalesce(${columnOf(name)}, '')` : columnOf(name)
    return `${column} IN (${wanted.map(param).join(', ')})`
  }

  function goalCondition(wanted: Goal): string {
    return 'path' in wanted ? `${VIEW} AND e.path = ${param(wanted.path)}` : `e.event = ${param(wanted.event)}`
  }

  return { tables: tables.join(', '), values, param }
}

function tablesOf(dimensions: readonly Dimension[]): readonly SessionTable[] {
  return (Object.keys(SESSION_TABLES) as SessionTable[]).filter((table) =>
    dimensions.some((name) => COLUMNS[name].table === table),
  )
}

function joins(dimensions: readonly Dimension[], to: string): string {
  return tablesOf(dimensions)
    .map((table) => `LEFT JOIN ${table} ON ${table}.session_id = ${to}.session_id`)
    .join(' ')
}

/**
 * Whether a person is one of a table's. Within a CASE, PostgreSQL answers it with a hash table: of what it takes for a join of a
 * few rows it would read the table for each of them, which took minutes for a month's payments.
 */
export const isAmong = (person: string, table: string): string =>
  `CASE WHEN ${person} IN (SELECT person FROM ${table}) THEN 1 ELSE 0 END = 1`

/**
 * What `found` comes to in all, as `visits`. By ids first, whose people are looked up then: an aggregate of distinct people
 * would look them up for each event, and in PostgreSQL sort all of them.
 */
export const VISITS = (isWithGoal: boolean): string => `
  by_ids AS (
    SELECT user_id, anonymous_id, count(*) AS events, count(CASE WHEN ${VIEW} THEN 1 END) AS pageviews
    FROM (SELECT e.event, ${IDS} AS anonymous_id FROM found AS e) AS e GROUP BY user_id, anonymous_id
  ),
  by_person AS (
    SELECT person, sum(events) AS events, sum(pageviews) AS pageviews
    FROM ${idsByPerson('e.events, e.pageviews', 'by_ids')} AS grouped GROUP BY person
  ),
  visits AS (
    SELECT count(*) AS visitors, sum(p.events) AS events, sum(p.pageviews) AS pageviews
      ${isWithGoal ? `, count(CASE WHEN ${isAmong('p.person', 'reached')} THEN 1 END) AS conversions` : ''}
    FROM by_person AS p
  )`

/** What the rows of `matching` in a group come to; they are named `m`. */
export const COUNTS = `count(DISTINCT m.person) AS visitors, count(DISTINCT m.session_id) AS sessions,
  count(CASE WHEN m.${VIEW} THEN 1 END) AS pageviews, count(*) AS events`

/** What a goal adds to {@link COUNTS}. */
export const CONVERSIONS = `, count(DISTINCT CASE WHEN ${isAmong('m.person', 'reached')} THEN m.person END) AS conversions`

import type { Dimension, Filter, Goal } from '../../traffic/filters.ts'
import type { SqlValue } from '../driver.ts'
import { eventsByPerson } from '../person-sql.ts'
import { among } from '../report-reads.ts'
import { utcDay } from '../utc-day.ts'
import type { TrafficQuery } from './traffic.ts'

const DAY_MS = 86_400_000

/** Where a dimension is: a column of events, or of a table that tells it of their sessions. */
const COLUMNS = {
  page: { table: 'shown', column: 'path' },
  event: { table: 'shown', column: 'event' },
  country: { table: 'shown', column: 'country' },
  region: { table: 'shown', column: 'region' },
  city: { table: 'shown', column: 'city' },
  device: { table: 'shown', column: 'device' },
  browser: { table: 'shown', column: 'browser' },
  os: { table: 'shown', column: 'os' },
  entryPage: { table: 'entries', column: 'path' },
  exitPage: { table: 'exits', column: 'path' },
  channel: { table: 'arrivals', column: 'channel' },
  source: { table: 'arrivals', column: 'origin' },
  medium: { table: 'arrivals', column: 'medium' },
  campaign: { table: 'arrivals', column: 'campaign' },
  referrer: { table: 'arrivals', column: 'referrer_host' },
} as const satisfies { [Name in Dimension]: { readonly table: Table; readonly column: string } }

type Table = 'shown' | SessionTable

type SessionTable = keyof typeof SESSION_TABLES

const VIEW = `event = '$pageview'`

const PLACED_PAGES = (order: string) => `SELECT session_id, path FROM (
    SELECT session_id, path, row_number() OVER (PARTITION BY session_id ORDER BY ${order}) AS place
    FROM nearby WHERE ${VIEW} AND path IS NOT NULL
  ) AS placed WHERE place = 1`

/** Facts of sessions that take looking at all of their events: one row for each session that has any. */
const SESSION_TABLES = {
  entries: PLACED_PAGES('ts, event_id'),
  exits: PLACED_PAGES('ts DESC, event_id DESC'),
  // The first event that says where from; in a session without one, the first that tells a page.
  arrivals: `SELECT session_id, channel, origin, medium, campaign, referrer_host FROM (
    SELECT session_id, channel, origin, medium, campaign, referrer_host, row_number() OVER (PARTITION BY session_id
      ORDER BY CASE WHEN arrival > 0 THEN 0 ELSE 1 END, ts, event_id, event) AS place
    FROM nearby WHERE channel IS NOT NULL
  ) AS placed WHERE place = 1`,
} as const

/** A statement in the making: its tables, and the values of its parameters. */
export interface TrafficSql {
  /** For `WITH`. They end with `matching`: the events that match, with `person`, and `value` of the dimension that was asked for. */
  readonly tables: string
  readonly values: readonly SqlValue[]
  /** The parameter that stands for a value from now on, after those of {@link TrafficSql.values}. */
  param(value: SqlValue): string
}

/**
 * Makes the tables that every read of traffic begins with. `$1` is the project, `$2` and `$3` are the span. `shown` has the events of
 * the span with their people, `matching` those of them that match, `goals` and `reached` who
 * reached the goal, and `nearby` events of sessions from
 * a day before to a day after.
 */
export function trafficSql(project: string, query: TrafficQuery, dimension?: Dimension): TrafficSql {
  const { span, filters, goal, ...rest } = query
  const { start, end } = span
  const values: SqlValue[] = [project, start, end]
  const param = (value: SqlValue) => `$${values.push(value)}`
  const columnOf = (name: Dimension) => `${COLUMNS[name].table}.${COLUMNS[name].column}`
  const named = [...filters.map((filter) => filter.dimension), ...(dimension === undefined ? [] : [dimension])]
  const joined = (Object.keys(SESSION_TABLES) as SessionTable[]).filter((table) =>
    named.some((name) => COLUMNS[name].table === table),
  )
  const within = (from: number, to: number) => `AND day >= ${param(utcDay(from))} AND day <= ${param(utcDay(to))}`
  const counted = among(rest)
  const tables = [
    `shown AS (
      SELECT * FROM ${eventsByPerson(
        'e.event, e.event_id, e.session_id, e.ts, e.path, e.country, e.region, e.city, e.device, e.browser, e.os, e.arrival',
        `AND e.ts >= $2 AND e.ts < $3 ${within(start, end)} AND ${counted}`,
      )} AS by_person
    )`,
    // A day around is plenty for a session, and is all that is read for it.
    `nearby AS (
      SELECT session_id, event, event_id, ts, path, arrival, channel, origin, medium, campaign, referrer_host FROM events
      WHERE project = $1 AND session_id IS NOT NULL AND ts >= ${param(start - DAY_MS)} AND ts < ${param(end + DAY_MS)}
        ${within(start - DAY_MS, end + DAY_MS)} AND ${counted}
    )`,
    ...joined.map((table) => `${table} AS (${SESSION_TABLES[table]})`),
    `matching AS (
      SELECT shown.*${dimension === undefined ? '' : `, nullif(${columnOf(dimension)}, '') AS value`} FROM shown
      ${joined.map((table) => `LEFT JOIN ${table} ON ${table}.session_id = shown.session_id`).join(' ')}
      WHERE TRUE ${filters.map((filter) => `AND ${conditionOf(filter)}`).join(' ')}
    )`,
    ...(goal === undefined
      ? []
      : [
          `goals AS (SELECT person, ts FROM shown WHERE ${goalCondition(goal)})`,
          'reached AS (SELECT DISTINCT person FROM goals)',
        ]),
  ]

  function conditionOf({ dimension: name, values: wanted }: Filter): string {
    return `coalesce(${columnOf(name)}, '') IN (${wanted.map(param).join(', ')})`
  }

  function goalCondition(wanted: Goal): string {
    return 'path' in wanted ? `${VIEW} AND path = ${param(wanted.path)}` : `event = ${param(wanted.event)}`
  }

  return { tables: tables.join(', '), values, param }
}

/** What the rows of `matching` in a group come to; they are named `m`. */
export const COUNTS = `count(DISTINCT m.person) AS visitors, count(DISTINCT m.session_id) AS sessions,
  count(CASE WHEN m.${VIEW} THEN 1 END) AS pageviews, count(*) AS events`

/** What a goal adds to {@link COUNTS}, and its table. */
export const CONVERSIONS = {
  column: ', count(DISTINCT reached.person) AS conversions',
  join: 'LEFT JOIN reached ON reached.person = m.person',
} as const

/** How long sessions with any event that matches were, and how many of them bounced; the median is that of two in the middle. */
export const SESSIONS = `spans AS (
    SELECT n.session_id, max(n.ts) - min(n.ts) AS lasted, count(CASE WHEN n.${VIEW} THEN 1 END) AS pages,
      count(CASE WHEN substr(n.event, 1, 1) <> '$' THEN 1 END) AS acts
    FROM nearby AS n JOIN (SELECT DISTINCT session_id FROM matching) AS visited ON visited.session_id = n.session_id
    GROUP BY n.session_id
  ),
  ranked AS (
    SELECT pages, acts, lasted, row_number() OVER (ORDER BY lasted) AS place, count(*) OVER () AS total FROM spans
  ),
  lengths AS (
    SELECT count(CASE WHEN pages > 0 THEN 1 END) AS page_sessions,
      count(CASE WHEN pages = 1 AND acts = 0 THEN 1 END) AS bounces,
      min(CASE WHEN 2 * place >= total AND 2 * place <= total + 2 THEN lasted END) AS shorter_middle,
      max(CASE WHEN 2 * place >= total AND 2 * place <= total + 2 THEN lasted END) AS longer_middle
    FROM ranked
  )`

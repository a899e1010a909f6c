import { STAGES } from '../stage.ts'
import type { SqlDriver, SqlRow } from './driver.ts'
import { createNameSearch } from './name-reads.ts'
import { EVENTS_BY_PERSON, LATEST_EMAIL, STAGE } from './person-sql.ts'
import type { Among, PersonSummary, Reports } from './store.ts'
import { compareTexts } from './text-order.ts'

interface PeopleSql {
  /** On events by person. */
  readonly condition: string
  /** Parameters. */
  readonly search: string
  /** Ids of those who are called so. */
  readonly named: string
  readonly limit: string
}

/** A person by what is asked for: `person` begins with a prefix of ours, which nobody searches for. */
export function peopleSql({ lowered, rowsFrom }: SqlDriver, { condition, search, named, limit }: PeopleSql): string {
  // In lower case by the database, as what it is compared with: JavaScript makes other letters of `Σ` and `İ`.
  const searched = lowered(`CAST(${search} AS VARCHAR)`)
  return `SELECT person, first_seen, last_seen, events, email, stage FROM (
    SELECT person, min(ts) AS first_seen, max(ts) AS last_seen, count(*) AS events, ${LATEST_EMAIL} AS email,
      ${STAGE} AS stage
    FROM ${EVENTS_BY_PERSON} AS by_person WHERE ${condition} GROUP BY person
  ) AS people
  WHERE ${search} = '' OR strpos(${lowered('substr(person, 3)')}, ${searched}) > 0 OR strpos(${lowered('email')}, ${searched}) > 0
    OR substr(person, 3) IN (SELECT id FROM ${rowsFrom(named, { id: 'VARCHAR' })})
  ORDER BY last_seen DESC, person LIMIT ${limit}`
}

const PAGE = { search: '$2', limit: '$3', named: '$4' } as const

const OF_GROUP = `person IN (
  SELECT person FROM ${EVENTS_BY_PERSON} AS members WHERE event = '$group' AND other_id = $5)`

/** As many as no list that somebody reads has. */
export const MOST_ROWS = 1_000_000

/** A condition for those events that a report looks at. */
export const among = ({ withBots = false }: Among = {}) => (withBots ? 'TRUE' : 'bot IS NULL')

const eventCountsSql = (counted: string) => `SELECT day, event, count(*) AS count FROM events
  WHERE project = $1 AND day >= $2 AND day <= $3 AND ${counted} GROUP BY day, event
  ORDER BY day DESC, count DESC, event LIMIT $4`

const stagesSql = (counted: string) => `SELECT stage, count(*) AS people FROM (
    SELECT person, ${STAGE} AS stage FROM ${EVENTS_BY_PERSON} AS by_person WHERE ${counted} GROUP BY person
  ) AS staged GROUP BY stage`

/** Reads that look at all people of a project. */
export function createReportReads(driver: SqlDriver): Omit<Reports, 'revenue' | 'recurring'> {
  const named = createNameSearch(driver)
  return {
    async people(project, { search, limit, groupId, ...rest }) {
      const values = [project, search, limit, idRows(await named(project, search))]
      const counted = among(rest)
      const rows =
        groupId === undefined
          ? await driver.query(peopleSql(driver, { ...PAGE, condition: counted }), values)
          : await driver.query(peopleSql(driver, { ...PAGE, condition: `${counted} AND ${OF_GROUP}` }), [
              ...values,
              groupId,
            ])
      return rows.map(toSummary)
    },
    async eventCounts(project, { from, to }, { limit = MOST_ROWS, ...counted } = {}) {
      const rows = await driver.query(eventCountsSql(among(counted)), [project, from, to, limit])
      return rows
        .map(({ day, event, count }) => ({ day: Number(day), event: String(event), count: Number(count) }))
        .sort((a, b) => a.day - b.day || compareTexts(a.event, b.event))
    },
    async funnel(project, { steps, windowMs, days, ...rest }) {
      const text = funnelSql(steps.length, among(rest))
      const [row] = await driver.query(text, [project, days.from, days.to, windowMs, ...steps])
      return steps.map((event, index) => ({ event, people: Number(row?.[`step_${index}`] ?? 0) }))
    },
    async stages(project, counted) {
      const rows = await driver.query(stagesSql(among(counted)), [project])
      const people = new Map(rows.map((row) => [Number(row['stage']), Number(row['people'])]))
      return STAGES.map((stage, index) => ({ stage, people: people.get(index) ?? 0 }))
    },
  }
}

/**
 * A person passes step n when, within the window that some first step opened, the steps up to n follow each other in
 * order. Of the first steps that lead to an event, the latest one is enough to know: it leaves the most time.
 *
 * Each step is one pass over the events of a person in their order, and all passes share that order. Joining steps with
 * each other took PostgreSQL minutes, since it cannot tell how many rows such a join has.
 */
function funnelSql(steps: number, counted: string): string {
  const all = Array.from({ length: steps }, (_, step) => step)
  const passes = all.slice(1).map((step) => {
    const latest = `max(CASE WHEN step = ${step - 1} THEN opened END) OVER so_far`
    return `passed_${step} AS (
      SELECT person, step, ts, CASE WHEN step <> ${step} THEN opened WHEN ts <= ${latest} + $4 THEN ${latest} END AS opened
      FROM passed_${step - 1} WINDOW so_far AS (PARTITION BY person ORDER BY ts))`
  })
  const stepOfEvent = all.map((step) => `WHEN event = $${step + 5} THEN ${step}`).join(' ')
  const tables = [
    `passed_0 AS (
      SELECT person, step, ts, CASE WHEN step = 0 THEN ts END AS opened FROM (
        SELECT person, ts, CASE ${stepOfEvent} END AS step FROM ${EVENTS_BY_PERSON} AS by_person
        WHERE day >= $2 AND day <= $3 AND ${counted} AND event IN (${all.map((step) => `$${step + 5}`).join(', ')})
      ) AS own)`,
    ...passes,
    `people AS (SELECT max(step) AS furthest FROM passed_${steps - 1} WHERE opened IS NOT NULL GROUP BY person)`,
  ]
  const counts = all.map((step) => `count(CASE WHEN furthest >= ${step} THEN 1 END) AS step_${step}`)
  return `WITH ${tables.join(', ')} SELECT ${counts.join(', ')} FROM people`
}

/** Ids as `rowsFrom` takes them. */
export function idRows(ids: readonly string[]): string {
  return JSON.stringify(ids.map((id) => ({ id })))
}

export function toSummary(row: SqlRow): PersonSummary {
  const person = String(row['person'])
  return {
    id: person.slice(2),
    identified: person.startsWith('u:'),
    email: row['email'] === null || row['email'] === undefined ? null : String(row['email']),
    firstSeen: Number(row['first_seen']),
    lastSeen: Number(row['last_seen']),
    events: Number(row['events']),
    stage: STAGES[Number(row['stage'])] ?? 'visitor',
  }
}

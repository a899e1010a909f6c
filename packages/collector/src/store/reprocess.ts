import type { TrackEvent } from '@threadline/schema'
import type { Derive, Derived } from '../enrich/derived.ts'
import { DERIVED_COLUMNS } from './derived-columns.ts'
import type { Columns, SqlDriver, SqlRow, SqlValue } from './driver.ts'
import type { ReprocessQuery, ReprocessStore } from './reprocess-part.ts'
import type { EventPlace } from './stored-event.ts'

/** Events of one transaction: few enough that whoever sends events waits for no more than a moment. */
export const REPROCESSED_AT_ONCE = 500

/** Before every event. */
export const BEGINNING: EventPlace = { position: -1, storedAt: 0, ts: 0, eventId: '', event: '' }

const KEYS: Columns = { event: 'VARCHAR', event_id: 'VARCHAR', position: 'BIGINT', day: 'INTEGER' }

const IS_OLD = `project = $1 AND ts >= $2 AND (enriched IS NULL OR enriched <> $3 OR stored_at <= $4)`

const COUNT = `SELECT count(*) AS count FROM events WHERE ${IS_OLD}`

// The condition on the position alone lets DuckDB skip all blocks of earlier events, as in the tail.
const READ = `SELECT ${Object.keys(KEYS).join(', ')}, stored_at, ts, body, user_agent, client_hints FROM events
  WHERE ${IS_OLD} AND position >= $5 AND (position, stored_at, ts, event_id, event) > ($5, $6, $7, $8, $9)
  ORDER BY position, stored_at, ts, event_id, event LIMIT $10`

const PROJECTS = 'SELECT DISTINCT project FROM events ORDER BY project'

/** Where somebody was is not in the event, unless it names an address: what is known stays. */
const PLACE: readonly string[] = ['country', 'region', 'city']

function assignment(column: string): string {
  if (!PLACE.includes(column)) return `${column} = incoming.${column}`
  return `${column} = CASE WHEN incoming.country IS NULL THEN events.${column} ELSE incoming.${column} END`
}

/** Derives columns of stored events anew, some at a time, beside everything else. */
export function createReprocess(driver: SqlDriver): ReprocessStore {
  const columns = Object.keys(DERIVED_COLUMNS)
  const update = `UPDATE events SET ${columns.map(assignment).join(', ')}
    FROM ${driver.rowsFrom('$1', { ...KEYS, ...DERIVED_COLUMNS })}
    WHERE events.project = $2 AND events.position >= $3 AND events.position <= $4
      AND ${Object.keys(KEYS)
        .map((key) => `events.${key} = incoming.${key}`)
        .join(' AND ')}`

  const values = (project: string, { since, revision, allUntil = -1 }: ReprocessQuery): SqlValue[] => [
    project,
    since,
    revision,
    allUntil,
  ]

  return {
    async projects() {
      return (await driver.background.query(PROJECTS)).map((row) => String(row['project']))
    },
    async countOld(project, query) {
      const [row] = await driver.background.query(COUNT, values(project, query))
      return Number(row?.['count'])
    },
    async reprocess(project, { after, limit, derive, ...query }) {
      const { position, storedAt, ts, eventId, event } = after
      const place = [position, storedAt, ts, eventId, event]
      const rows = await driver.background.query(READ, [...values(project, query), ...place, limit])
      const last = rows.at(-1)
      if (!last) return { events: 0, next: null }
      const derived = rows.map((row) => ({ ...keysOf(row), ...deriveAnew(row, project, derive) }))
      const [first] = rows
      const span = [Number(first?.['position']), Number(last['position'])]
      await driver.inBackground((session) => session.query(update, [JSON.stringify(derived), project, ...span]))
      return { events: rows.length, next: rows.length < limit ? null : placeOf(last) }
    },
  }
}

function keysOf(row: SqlRow) {
  return Object.fromEntries(Object.keys(KEYS).map((key) => [key, row[key] ?? null]))
}

function deriveAnew(row: SqlRow, project: string, derive: Derive): Derived {
  const event: TrackEvent = JSON.parse(String(row['body']))
  const userAgent = row['user_agent'] ?? undefined
  const clientHints = row['client_hints'] ?? undefined
  return derive(event, {
    project,
    visitor: {
      ...(userAgent !== undefined && { userAgent: String(userAgent) }),
      ...(clientHints !== undefined && { clientHints: String(clientHints) }),
    },
  })
}

function placeOf(row: SqlRow): EventPlace {
  return {
    position: Number(row['position']),
    storedAt: Number(row['stored_at']),
    ts: Number(row['ts']),
    eventId: String(row['event_id']),
    event: String(row['event']),
  }
}

import { STAGES } from '../stage.ts'
import type { SqlDriver } from './driver.ts'
import { EVENT_FIELDS, toStoredEvent } from './event-columns.ts'
import { OWNED_BY_USER } from './identity-sql.ts'
import { STAGE } from './person-sql.ts'
import type { EventPlace, Person, Store } from './store.ts'

const IS_USER = `SELECT 1 AS found FROM events WHERE project = $1 AND user_id = $2 LIMIT 1`
const IS_VISITOR = `SELECT 1 AS found FROM events WHERE project = $1 AND user_id IS NULL AND anonymous_id = $2 LIMIT 1`
const OWNER = `SELECT user_id FROM identity_links WHERE project = $1 AND anonymous_id = $2
  ORDER BY first_seen, user_id LIMIT 1`
const OWNED = `SELECT anonymous_id FROM ${OWNED_BY_USER} AS owned ORDER BY first_seen, anonymous_id`

// The id before the name: ids of one sender ascend, so events of one millisecond stay in the order of capture.
const BEFORE = '(ts, stored_at, event_id, event) < ($3, $4, $6, $5)'
const NEWEST_FIRST = 'ORDER BY ts DESC, stored_at DESC, event_id DESC, event DESC LIMIT $7'

// Two branches that cannot overlap, so that each finds its own index.
const TIMELINE_OF_USER = `SELECT ${EVENT_FIELDS} FROM (
    SELECT ${EVENT_FIELDS} FROM events WHERE project = $1 AND user_id = $2 AND ${BEFORE}
    UNION ALL
    SELECT ${EVENT_FIELDS} FROM events WHERE project = $1 AND user_id IS NULL AND ${BEFORE}
      AND anonymous_id IN (SELECT anonymous_id FROM ${OWNED_BY_USER} AS owned)
  ) AS both_sides ${NEWEST_FIRST}`
const TIMELINE_OF_VISITOR = `SELECT ${EVENT_FIELDS} FROM events
  WHERE project = $1 AND user_id IS NULL AND anonymous_id = $2 AND ${BEFORE} ${NEWEST_FIRST}`

/** One person's events as `by_person` has them for all, so that one rule tells the stage of both. */
const STAGE_OF_USER = `SELECT ${STAGE} AS stage FROM (
    SELECT event, 'u:' AS person FROM events WHERE project = $1 AND user_id = $2
    UNION ALL
    SELECT event, 'u:' AS person FROM events WHERE project = $1 AND user_id IS NULL
      AND anonymous_id IN (SELECT anonymous_id FROM ${OWNED_BY_USER} AS owned)
  ) AS both_sides`
const STAGE_OF_VISITOR = `SELECT ${STAGE} AS stage FROM (
    SELECT event, 'a:' AS person FROM events WHERE project = $1 AND user_id IS NULL AND anonymous_id = $2
  ) AS own`

const END: EventPlace = { ts: Number.MAX_SAFE_INTEGER, storedAt: 0, event: '', eventId: '' }

/** Reads about one person, with identity links resolved as they stand now. */
export function createPeopleReads(driver: SqlDriver): Pick<Store, 'person' | 'timeline' | 'stage'> {
  async function userWith(project: string, id: string): Promise<string | undefined> {
    if ((await driver.query(IS_USER, [project, id])).length > 0) return id
    const owner = await driver.query(OWNER, [project, id])
    return owner[0] && String(owner[0]['user_id'])
  }

  return {
    async person(project, id): Promise<Person | undefined> {
      const userId = await userWith(project, id)
      if (userId !== undefined) {
        const owned = await driver.query(OWNED, [project, userId])
        return { userId, anonymousIds: owned.map((row) => String(row['anonymous_id'])) }
      }
      const visitor = await driver.query(IS_VISITOR, [project, id])
      return visitor.length > 0 ? { userId: null, anonymousIds: [id] } : undefined
    },
    async timeline(project, person, { limit, before = END }) {
      const text = person.userId === null ? TIMELINE_OF_VISITOR : TIMELINE_OF_USER
      const id = person.userId ?? person.anonymousIds[0] ?? ''
      const { ts, storedAt, event, eventId } = before
      const rows = await driver.query(text, [project, id, ts, storedAt, event, eventId, limit])
      return rows.map(toStoredEvent).reverse()
    },
    async stage(project, { userId, anonymousIds }) {
      const [row] =
        userId === null
          ? await driver.query(STAGE_OF_VISITOR, [project, anonymousIds[0] ?? ''])
          : await driver.query(STAGE_OF_USER, [project, userId])
      return STAGES[Number(row?.['stage'] ?? 0)] ?? 'visitor'
    },
  }
}

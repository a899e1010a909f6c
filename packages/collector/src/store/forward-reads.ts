import type { TrackEvent } from '@threadline/schema'
import type { SqlDriver, SqlRow } from './driver.ts'
import { toStoredEvent } from './event-columns.ts'
import type { EventPlace } from './store.ts'
import { type ConsentStatement, eventKey, type ForwardStore } from './stored-forward.ts'
import { AFTER, LATEST } from './tail-reads.ts'

/** The least position from which on everything was stored since. */
const SINCE = 'SELECT min(position) AS position FROM events WHERE project = $1 AND stored_at >= $2'

const PRESENT = 'SELECT event, event_id FROM events WHERE project = $1 AND position >= $2 AND position <= $3'

/** What an event that speaks of consent has in its JSON. Properties may look the same: they are told apart afterwards. */
const SPEAKS_OF_CONSENT = `body LIKE '%"consent":{"a%'`

/** So many of each pair of ids are looked at: the latest may be properties that only look like it. */
const LATEST_OF_PAIR = 10

interface ForwardReads extends Pick<ForwardStore, 'page' | 'present' | 'statements'> {
  /** The newest event of a project that {@link ForwardStore.page} would give. */
  newest(project: string): Promise<EventPlace | undefined>
  /** The place before everything that was stored since an instant; `otherwise` when that is nothing. */
  placeOf(project: string, since: number, otherwise: EventPlace): Promise<EventPlace>
}

/** Reads that no person waits for, on a connection of their own: live pages and reports keep theirs. */
export function createForwardReads(driver: SqlDriver): ForwardReads {
  const { query } = driver.background
  const ids = (parameter: string) => `SELECT id FROM ${driver.rowsFrom(parameter, { id: 'VARCHAR' })}`
  // A visitor's events before they signed up, and all of a user's: as there are indexes. Whose a visitor is, links tell.
  const statements = `SELECT position, anonymous_id, user_id, body FROM (
      SELECT position, anonymous_id, user_id, body, row_number() OVER (
        PARTITION BY anonymous_id, user_id ORDER BY position DESC, stored_at DESC, ts DESC
      ) AS place FROM (
        SELECT position, stored_at, ts, anonymous_id, user_id, body FROM events
          WHERE project = $1 AND position > $2 AND user_id IS NULL AND anonymous_id IN (${ids('$3')}) AND ${SPEAKS_OF_CONSENT}
        UNION ALL
        SELECT position, stored_at, ts, anonymous_id, user_id, body FROM events
          WHERE project = $1 AND position > $2 AND ${SPEAKS_OF_CONSENT} AND user_id IN (
            ${ids('$4')} UNION SELECT user_id FROM identity_links WHERE project = $1 AND anonymous_id IN (${ids('$3')})
          )
      ) AS found
    ) AS ranked WHERE place <= ${LATEST_OF_PAIR}`

  return {
    async newest(project) {
      const until = await driver.settledPosition(driver.background)
      const [row] = await query(LATEST, [project, 1, until])
      return row && toStoredEvent(row)
    },
    async placeOf(project, since, otherwise) {
      const [row] = await query(SINCE, [project, since])
      const position = row?.['position'] ?? null
      // All of a transaction were stored at one time; those of before there were positions are in the order of their times.
      return position === null
        ? otherwise
        : { position: Number(position), storedAt: since, ts: 0, event: '', eventId: '' }
    },
    async page(project, { position, storedAt, ts, event, eventId }, limit) {
      const until = await driver.settledPosition(driver.background)
      const rows = await query(AFTER, [project, position, storedAt, ts, event, eventId, until, limit])
      return { events: rows.map(toStoredEvent), isLast: rows.length < limit }
    },
    async present(project, first, last) {
      const rows = await query(PRESENT, [project, first, last])
      return new Set(rows.map((row) => eventKey({ event: String(row['event']), eventId: String(row['event_id']) })))
    },
    async statements(project, after, { anonymousIds, userIds }) {
      const list = (texts: readonly string[]) => JSON.stringify(texts.map((id) => ({ id })))
      const rows = await query(statements, [project, after, list(anonymousIds), list(userIds)])
      return rows.flatMap(toStatement)
    },
  }
}

function toStatement(row: SqlRow): readonly ConsentStatement[] {
  const { consent }: TrackEvent = JSON.parse(String(row['body']))
  if (!consent) return []
  const position = Number(row['position'])
  const anonymousId = row['anonymous_id'] === null ? null : String(row['anonymous_id'])
  const userId = row['user_id'] === null ? null : String(row['user_id'])
  return [{ position, anonymousId, userId, consent }]
}

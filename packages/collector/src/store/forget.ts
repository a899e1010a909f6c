import type { SqlDriver, SqlSession } from './driver.ts'
import { OWNED_BY_USER } from './identity-sql.ts'
import type { Store } from './store.ts'

const OF_USER = `project = $1 AND (user_id = $2 OR (user_id IS NULL
  AND anonymous_id IN (SELECT anonymous_id FROM ${OWNED_BY_USER} AS owned)))`
const OF_VISITOR = 'project = $1 AND user_id IS NULL AND anonymous_id = $2'
const LINKS = 'project = $1 AND user_id = $2'

/** Erases a person: their events and links. Keys of events stay, so that a resend does not bring them back. */
export function createForget(driver: SqlDriver): Store['forget'] {
  return (project, { userId, anonymousIds }) =>
    driver.transaction(async (session) => {
      const values = [project, userId ?? anonymousIds[0] ?? '']
      const events = await erase(session, `events WHERE ${userId === null ? OF_VISITOR : OF_USER}`, values)
      // After the events: which of them belong to the user is told by these.
      const links = userId === null ? 0 : await erase(session, `identity_links WHERE ${LINKS}`, values)
      return { events, links }
    })
}

async function erase(session: SqlSession, what: string, values: readonly string[]): Promise<number> {
  const [row] = await session.query(`SELECT count(*) AS count FROM ${what}`, values)
  await session.query(`DELETE FROM ${what}`, values)
  return Number(row?.['count'] ?? 0)
}

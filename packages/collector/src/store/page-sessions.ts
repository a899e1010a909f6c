import type { SqlDriver } from './driver.ts'
import type { Store } from './store.ts'

const ADD_LINK = 'INSERT INTO login_links (hash, project, expires_at) VALUES ($1, $2, $3)'
const TAKE_LINK = 'DELETE FROM login_links WHERE hash = $1 RETURNING project, expires_at'
const ADD_SESSION = 'INSERT INTO page_sessions (id, project, created_at, expires_at) VALUES ($1, $2, $3, $4)'
const FIND_SESSION = 'SELECT 1 AS found FROM page_sessions WHERE id = $1'
const END_SESSION = 'DELETE FROM page_sessions WHERE id = $1 AND project = $2 RETURNING id'
const LIST = `SELECT id, created_at, expires_at FROM page_sessions WHERE project = $1 AND expires_at >= $2
  ORDER BY created_at, id`

/** Links to the live page and the sessions that they opened. Rows that are too old go when a link is made. */
export function createPageSessionStore(
  driver: SqlDriver,
): Pick<
  Store,
  'addLoginLink' | 'takeLoginLink' | 'addPageSession' | 'hasPageSession' | 'endPageSession' | 'pageSessions'
> {
  return {
    async addLoginLink({ hash, project, expiresAt }, now) {
      await driver.transaction(async (session) => {
        await session.query('DELETE FROM login_links WHERE expires_at < $1', [now])
        await session.query('DELETE FROM page_sessions WHERE expires_at < $1', [now])
        await session.query(ADD_LINK, [hash, project, expiresAt])
      })
    },
    async takeLoginLink(hash) {
      // Of several who try at once, one deletes the row.
      const [row] = await driver.transaction((session) => session.query(TAKE_LINK, [hash]))
      return row && { project: String(row['project']), expiresAt: Number(row['expires_at']) }
    },
    async addPageSession({ id, project, createdAt, expiresAt }) {
      await driver.transaction((session) => session.query(ADD_SESSION, [id, project, createdAt, expiresAt]))
    },
    async hasPageSession(id) {
      return (await driver.lookup(FIND_SESSION, [id])).length > 0
    },
    async endPageSession(id, project) {
      return (await driver.transaction((session) => session.query(END_SESSION, [id, project]))).length > 0
    },
    async pageSessions(project, now) {
      const rows = await driver.query(LIST, [project, now])
      return rows.map((row) => ({
        id: String(row['id']),
        project,
        createdAt: Number(row['created_at']),
        expiresAt: Number(row['expires_at']),
      }))
    },
  }
}

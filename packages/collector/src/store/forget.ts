import type { SqlDriver, SqlSession } from './driver.ts'
import { OWNED_BY_USER } from './identity-sql.ts'
import type { Store } from './store.ts'

const OWNED = `(SELECT anonymous_id FROM ${OWNED_BY_USER} AS owned)`

interface Conditions {
  readonly events: string
  readonly aliases: string
  readonly links: string
}

/** Every alias that names one of the person's ids, on either side. */
const OF_USER: Conditions = {
  events: `project = $1 AND (user_id = $2 OR (user_id IS NULL AND anonymous_id IN ${OWNED}))`,
  aliases: `project = $1 AND (user_id = $2 OR previous_id = $2 OR previous_id IN ${OWNED} OR anonymous_id IN ${OWNED})`,
  links: 'project = $1 AND user_id = $2',
}

/** A visitor whom no user owns has no links. */
const OF_VISITOR: Conditions = {
  events: 'project = $1 AND user_id IS NULL AND anonymous_id = $2',
  aliases: 'project = $1 AND (previous_id = $2 OR anonymous_id = $2)',
  links: 'project = $1 AND anonymous_id = $2',
}

/** Erases a person: their events and links. Keys of events stay, so that a resend does not bring them back. */
export function createForget(driver: SqlDriver): Store['forget'] {
  return (project, { userId, anonymousIds }) =>
    driver.transaction(async (session) => {
      const values = [project, userId ?? anonymousIds[0] ?? '']
      const conditions = userId === null ? OF_VISITOR : OF_USER
      const events = await erase(session, `events WHERE ${conditions.events}`, values)
      // After the events, which of them belong to the user being told by these; and the links last, for the same reason.
      const aliases = await erase(session, `identity_aliases WHERE ${conditions.aliases}`, values)
      const links = await erase(session, `identity_links WHERE ${conditions.links}`, values)
      return { events, links: links + aliases }
    })
}

async function erase(session: SqlSession, what: string, values: readonly string[]): Promise<number> {
  const [row] = await session.query(`SELECT count(*) AS count FROM ${what}`, values)
  await session.query(`DELETE FROM ${what}`, values)
  return Number(row?.['count'] ?? 0)
}

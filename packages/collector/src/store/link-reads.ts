import type { SqlDriver } from './driver.ts'
import { LINKS } from './forget.ts'
import type { Store } from './store.ts'

// Exactly the rows that `forget` removes.
const LINKS_OF_USER = `SELECT anonymous_id, user_id, first_seen FROM identity_links WHERE ${LINKS}
  ORDER BY first_seen, anonymous_id`

/** Reads identity links as they are stored, whoever owns the visitor in the end. */
export function createLinkReads(driver: SqlDriver): Pick<Store, 'storedLinks'> {
  return {
    async storedLinks(project, { userId }) {
      if (userId === null) return []
      const rows = await driver.query(LINKS_OF_USER, [project, userId])
      return rows.map((row) => ({
        anonymousId: String(row['anonymous_id']),
        userId: String(row['user_id']),
        firstSeen: Number(row['first_seen']),
      }))
    },
  }
}

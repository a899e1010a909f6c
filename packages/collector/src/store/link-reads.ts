import type { SqlDriver, SqlRow } from './driver.ts'
import { conditionsOf, conditionValues } from './forget.ts'
import type { Store } from './store.ts'

/** Reads identity links and aliases as they are stored, whoever owns the visitor in the end. */
export function createLinkReads(driver: SqlDriver): Pick<Store, 'storedLinks' | 'storedAliases'> {
  return {
    async storedLinks(project, person) {
      const text = `SELECT anonymous_id, user_id, first_seen FROM identity_links WHERE ${conditionsOf(person).links}
        ORDER BY first_seen, anonymous_id`
      const rows = await driver.query(text, [...conditionValues(project, person)])
      return rows.map((row) => ({
        anonymousId: String(row['anonymous_id']),
        userId: String(row['user_id']),
        firstSeen: Number(row['first_seen']),
      }))
    },
    async storedAliases(project, person) {
      const text = `SELECT previous_id, anonymous_id, user_id, first_seen FROM identity_aliases
        WHERE ${conditionsOf(person).aliases} ORDER BY first_seen, previous_id, anonymous_id, user_id`
      const rows = await driver.query(text, [...conditionValues(project, person)])
      return rows.map((row) => ({
        previousId: String(row['previous_id']),
        anonymousId: givenId(row, 'anonymous_id'),
        userId: givenId(row, 'user_id'),
        firstSeen: Number(row['first_seen']),
      }))
    },
  }
}

/** The table has '' where an alias has no such id. */
function givenId(row: SqlRow, column: string): string | null {
  const id = String(row[column])
  return id === '' ? null : id
}

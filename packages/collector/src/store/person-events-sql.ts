import type { SqlDriver, SqlValue } from './driver.ts'
import type { Person } from './store.ts'

/** `$1` to `$3` of every statement about one person. */
export function personValues(project: string, { userId, anonymousIds }: Person): SqlValue[] {
  return [project, userId ?? '', JSON.stringify(anonymousIds.map((anonymous_id) => ({ anonymous_id })))]
}

/** `u:` or `a:` as `person` begins where all people are read, so that one rule tells the stage of both. */
export const PERSON_KIND = `CASE WHEN $2 = '' THEN 'a:' ELSE 'u:' END`

/**
 * Gives one person's events as a table expression of some columns; conditions begin with `AND`. Whose they are was found
 * out before, and is told by {@link personValues}.
 */
export function eventsOfPerson(driver: Pick<SqlDriver, 'rowsFrom'>): (columns: string, conditions?: string) => string {
  const owned = driver.rowsFrom('$3', { anonymous_id: 'VARCHAR' })
  // Two branches that cannot overlap, so that each finds its own index.
  return (columns, conditions = '') => `(
    SELECT ${columns} FROM events WHERE project = $1 AND user_id = $2 ${conditions}
    UNION ALL
    SELECT ${columns} FROM events WHERE project = $1 AND user_id IS NULL ${conditions}
      AND anonymous_id IN (SELECT anonymous_id FROM ${owned})
  ) AS own`
}

import { OWNED_BY_USER } from './identity-sql.ts'
import type { Person } from './store.ts'

/** What a statement about one person is made of. */
interface OfPerson {
  /** Their events, as a table expression of these columns; `conditions` begin with `AND`. */
  readonly events: (columns: string, conditions?: string) => string
  /** `'u:'` or `'a:'`, as `person` begins where all people are read: one rule tells the stage of both. */
  readonly kind: string
}

const USER: OfPerson = {
  kind: `'u:'`,
  // Two branches that cannot overlap, so that each finds its own index.
  events: (columns, conditions = '') => `(
    SELECT ${columns} FROM events WHERE project = $1 AND user_id = $2 ${conditions}
    UNION ALL
    SELECT ${columns} FROM events WHERE project = $1 AND user_id IS NULL ${conditions}
      AND anonymous_id IN (SELECT anonymous_id FROM ${OWNED_BY_USER} AS owned)
  ) AS own`,
}

const VISITOR: OfPerson = {
  kind: `'a:'`,
  events: (columns, conditions = '') => `(
    SELECT ${columns} FROM events WHERE project = $1 AND user_id IS NULL AND anonymous_id = $2 ${conditions}
  ) AS own`,
}

/** Gives the statement for one person. Its `$1` is the project and its `$2` the {@link keyOfPerson}. */
export function aboutPerson(statement: (person: OfPerson) => string): (person: Person) => string {
  const texts = { user: statement(USER), visitor: statement(VISITOR) }
  return ({ userId }) => (userId === null ? texts.visitor : texts.user)
}

/** The id that leads to all others of a person. */
export function keyOfPerson({ userId, anonymousIds }: Person): string {
  return userId ?? anonymousIds[0] ?? ''
}

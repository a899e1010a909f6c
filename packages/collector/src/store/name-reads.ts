import type { JsonObject } from '@threadline/schema'
import { mergeTraits, nameIn } from '../traits.ts'
import type { SqlDriver, SqlRow } from './driver.ts'
import { directOwners } from './identity-sql.ts'
import { LATEST_EMAIL } from './person-sql.ts'
import type { PersonName, Store } from './store.ts'

/** Descriptions of one person that are looked at for a name: what is older counts for nothing here. */
const LATEST_DESCRIPTIONS = 10

/** Events by whose they are said to be: a user's by the user, a visitor's own by the visitor. `$2` are these ids. */
const told = (ids: string, columns: string, condition: string) => `(
  SELECT user_id AS known, ${columns} FROM events WHERE project = $1 AND user_id IN ${ids} AND ${condition}
  UNION ALL
  SELECT anonymous_id AS known, ${columns} FROM events
  WHERE project = $1 AND user_id IS NULL AND anonymous_id IN ${ids} AND ${condition}
)`

/** Of whom more than this many are called so, a search finds some: whoever has that many needs a longer one. */
const MOST_NAMED = 500

const MOST_WORDS = 5

/** Ids of people whose latest name holds a text, in any case: for searches. */
export function createNameSearch(driver: SqlDriver): (project: string, text: string) => Promise<readonly string[]> {
  const { names } = createNameReads(driver)
  const holds = (param: string) =>
    `strpos(${driver.lowered('body')}, ${driver.lowered(`CAST(${param} AS VARCHAR)`)}) > 0`

  return async (project, text) => {
    // Of all that events say, what holds these words somewhere is looked at: names may be in two traits, and only JSON tells which.
    const words = text.split(/\s+/).filter(Boolean).slice(0, MOST_WORDS)
    if (words.length === 0) return []
    const rows = await driver.query(
      `SELECT DISTINCT coalesce(user_id, anonymous_id) AS id FROM events
      WHERE project = $1 AND event = '$identify' AND ${words.map((_, place) => holds(`$${place + 2}`)).join(' AND ')}
      LIMIT ${MOST_NAMED}`,
      [project, ...words.map((word) => JSON.stringify(word).slice(1, -1))],
    )
    const known = await names(
      project,
      rows.map((row) => String(row['id'])),
    )
    const wanted = text.toLowerCase()
    return known.filter(({ name }) => name?.toLowerCase().includes(wanted)).map(({ person }) => person)
  }
}

/** What people are called, for lists of them: without all else that a profile tells, and many at once. */
export function createNameReads(driver: SqlDriver): Pick<Store, 'names'> {
  const ids = `(SELECT id FROM ${driver.rowsFrom('$2', { id: 'VARCHAR' })})`
  const owners = directOwners(ids)
  const emails = `SELECT known, ${LATEST_EMAIL} AS email FROM ${told(ids, 'ts, event_id, email', 'email IS NOT NULL')} AS told
    GROUP BY known`
  const descriptions = `SELECT known, body FROM (
      SELECT known, body, row_number() OVER (PARTITION BY known ORDER BY ts DESC, event_id DESC) AS place
      FROM ${told(ids, 'ts, event_id, body', "event = '$identify'")} AS told
    ) AS placed WHERE place <= ${LATEST_DESCRIPTIONS} ORDER BY known, place`

  const read = (text: string, project: string, asked: Iterable<string>) =>
    driver.query(text, [project, JSON.stringify(Array.from(asked, (id) => ({ id })))])

  return {
    async names(project, asked) {
      if (asked.length === 0) return []
      const owned = await read(owners, project, asked)
      const ownerOf = new Map(owned.map((row) => [String(row['anonymous_id']), String(row['user_id'])]))
      const known = new Set([...asked, ...ownerOf.values()])
      const emailRows = await read(emails, project, known)
      const emailOf = new Map(emailRows.map((row) => [String(row['known']), String(row['email'])]))
      const traitsOf = byPerson(await read(descriptions, project, known))

      return asked.map((id): PersonName => {
        const person = ownerOf.get(id) ?? id
        const traits = traitsOf.get(person) ?? {}
        const { email } = traits
        return {
          id,
          person,
          name: nameIn(traits) ?? null,
          email: emailOf.get(person) ?? (typeof email === 'string' && email !== '' ? email : null),
        }
      })
    },
  }
}

/** The latest traits by whose they are. */
function byPerson(rows: readonly SqlRow[]): ReadonlyMap<string, JsonObject> {
  const bodies = new Map<string, unknown[]>()
  for (const row of rows) {
    const known = String(row['known'])
    const { traits }: { traits?: unknown } = JSON.parse(String(row['body']))
    bodies.set(known, [...(bodies.get(known) ?? []), traits])
  }
  return new Map(Array.from(bodies, ([known, latestFirst]) => [known, mergeTraits(latestFirst)]))
}

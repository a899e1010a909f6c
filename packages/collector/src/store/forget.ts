import { STANDARD_EVENTS } from '@threadline/schema'
import { TAKE_TURN } from './billing-append.ts'
import type { SqlDriver, SqlSession } from './driver.ts'
import { noteErasure } from './erasures.ts'
import { JOINED_BY_ADDRESS, OWNED_BY_USER } from './identity-sql.ts'
import { createBillingRows, type Rows } from './person-billing.ts'
import type { Person, Store } from './store.ts'

const OWNED = `(SELECT anonymous_id FROM ${OWNED_BY_USER} AS owned)`

/** Which rows are a person's, where `$1` is the project and `$2` the user id or, failing that, the anonymous id. */
interface Conditions {
  readonly events: string
  readonly aliases: string
  readonly links: string
}

/** Every alias that names one of the person's ids, on either side. */
const OF_USER: Conditions = {
  events: `project = $1 AND (user_id = $2 OR (user_id IS NULL AND anonymous_id IN ${OWNED}))`,
  aliases: `project = $1 AND (user_id = $2 OR previous_id = $2 OR previous_id IN ${OWNED} OR anonymous_id IN ${OWNED}
    OR (${JOINED_BY_ADDRESS}))`,
  links: 'project = $1 AND user_id = $2',
}

/** A visitor whom no user owns has no links. */
const OF_VISITOR: Conditions = {
  events: 'project = $1 AND user_id IS NULL AND anonymous_id = $2',
  aliases: 'project = $1 AND (previous_id = $2 OR anonymous_id = $2)',
  links: 'project = $1 AND anonymous_id = $2',
}

/** `$1` and `$2` of {@link conditionsOf}. */
export function conditionValues(project: string, { userId, anonymousIds }: Person): readonly string[] {
  return [project, userId ?? anonymousIds[0] ?? '']
}

/** What `forget` removes of a person, and an export lists. */
export function conditionsOf({ userId }: Pick<Person, 'userId'>): Conditions {
  return userId === null ? OF_VISITOR : OF_USER
}

/**
 * Erases a person: their events, links, what they paid with and what they subscribed to. Keys of events stay, so that a
 * resend does not bring them back. Counts of events that only they had go, too.
 */
export function createForget(driver: SqlDriver, now: () => number): Store['forget'] {
  const billingRows = createBillingRows(driver)
  const named = `name IN (SELECT name FROM ${driver.rowsFrom('$2', { name: 'VARCHAR' })})`
  const forgetCounts = `DELETE FROM counters WHERE project = $1 AND kind IN ('duplicate', 'misplaced') AND ${named}
    AND name NOT IN (SELECT event FROM events WHERE project = $1)`

  return (project, person) =>
    driver.transaction(async (session) => {
      const values = conditionValues(project, person)
      const conditions = conditionsOf(person)
      await session.query(TAKE_TURN, [project])
      const billing = await billingRows(session, project, person)
      const names = await ownNames(session, [{ text: `events WHERE ${conditions.events}`, values }, billing.events])
      const events =
        (await erase(session, { text: `events WHERE ${conditions.events}`, values })) +
        (await erase(session, billing.events))
      // After the events, which of them belong to the user being told by these; and the links last, for the same reason.
      const aliases = await erase(session, { text: `identity_aliases WHERE ${conditions.aliases}`, values })
      for (const rows of [billing.subscriptions, ...billing.claims, billing.ids]) await erase(session, rows)
      const links = await erase(session, { text: `identity_links WHERE ${conditions.links}`, values })
      if (names.length > 0) await session.query(forgetCounts, [project, JSON.stringify(names)])
      await noteErasure(session, { project, at: now(), events, links: links + aliases })
      return { events, links: links + aliases }
    })
}

/** Names of the person's events that senders made up: they may say who it was, and counters keep them. */
async function ownNames(session: SqlSession, events: readonly Rows[]): Promise<readonly { readonly name: string }[]> {
  const names: string[] = []
  for (const { text, values } of events) {
    const rows = await session.query(`SELECT DISTINCT event FROM ${text}`, values)
    names.push(...rows.map((row) => String(row['event'])))
  }
  return names
    .filter((name) => !name.startsWith('$') && !Object.hasOwn(STANDARD_EVENTS, name))
    .map((name) => ({ name }))
}

async function erase(session: SqlSession, { text, values }: Rows): Promise<number> {
  const [row] = await session.query(`SELECT count(*) AS count FROM ${text}`, values)
  await session.query(`DELETE FROM ${text}`, values)
  return Number(row?.['count'] ?? 0)
}

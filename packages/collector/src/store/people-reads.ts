import { STAGES, type Stage } from '../stage.ts'
import type { SqlDriver, SqlRow } from './driver.ts'
import { EVENT_FIELDS, toStoredEvent } from './event-columns.ts'
import { JOINED_BY_ADDRESS, OWNED_BY_USER, OWNER } from './identity-sql.ts'
import { createPayerReads } from './payer-reads.ts'
import { eventsOfPerson, PERSON_KIND, personValues } from './person-events-sql.ts'
import { STAGE } from './person-sql.ts'
import type { EventPlace, Person, Store } from './store.ts'

/** By an event, or by what is kept when events have left. Branches rather than an OR, so that each finds its own index. */
const known = (branches: readonly string[]) =>
  `${branches.map((branch) => `SELECT 1 AS found FROM ${branch}`).join(' UNION ALL ')} LIMIT 1`

const IS_USER = known([
  'events WHERE project = $1 AND user_id = $2',
  'identity_links WHERE project = $1 AND user_id = $2',
  'identity_aliases WHERE project = $1 AND user_id = $2',
  'payer_claims WHERE project = $1 AND user_id = $2',
  // An address that no user has stands for one.
  `identity_aliases WHERE ${JOINED_BY_ADDRESS} AND NOT EXISTS (
    SELECT 1 FROM identity_links AS l WHERE l.project = $1 AND l.anonymous_id = $2)`,
])

/** A visitor whom no user owns, and so none with a link. */
const IS_VISITOR = known([
  'identity_aliases WHERE project = $1 AND previous_id = $2',
  'identity_aliases WHERE project = $1 AND anonymous_id = $2',
  `payer_claims WHERE project = $1 AND anonymous_id = $2 AND user_id = ''`,
  // Ids of a payer who refused a payment stay as a mark that nothing may be kept: they make nobody known.
  `billing_ids AS b WHERE b.project = $1 AND b.id = $2 AND NOT EXISTS (
    SELECT 1 FROM billing_ids AS r WHERE r.project = $1 AND r.payer = b.payer AND r.refused = 1)`,
])

/** The user's own, without what payments lead to. */
const OWNED = `SELECT anonymous_id FROM ${OWNED_BY_USER} AS owned ORDER BY first_seen, anonymous_id`

// Not by arrival, and the id before the name: ids of one sender ascend, so events of one millisecond stay in the order of
// capture, also when one of them waited and came with a later request.
const BEFORE = 'AND (ts, event_id, event) < ($4, $6, $5)'

const END: EventPlace = { ts: Number.MAX_SAFE_INTEGER, storedAt: 0, position: 0, event: '', eventId: '' }

/** Reads about one person, with identity links resolved as they stand now. */
export function createPeopleReads(driver: SqlDriver): Pick<Store, 'person' | 'timeline' | 'stage'> {
  const eventsOf = eventsOfPerson(driver)
  const timeline = `SELECT ${EVENT_FIELDS} FROM ${eventsOf(EVENT_FIELDS, BEFORE)}
    ORDER BY ts DESC, event_id DESC, event DESC LIMIT $7`
  const stage = `SELECT ${STAGE} AS stage FROM ${eventsOf(`event, value, livemode, ${PERSON_KIND} AS person`)}`
  const isKnown = `SELECT 1 AS found FROM ${eventsOf('event')} LIMIT 1`
  const payers = createPayerReads(driver)

  async function personWith(project: string, id: string): Promise<Person> {
    if ((await driver.query(IS_USER, [project, id])).length > 0) return user(project, id)
    const payer = await payers.owner(driver, project, id)
    if (payer && 'userId' in payer) return user(project, payer.userId)
    if (payer) return visitor(project, payer.visitor)
    const [owner] = await driver.query(OWNER, [project, id])
    return owner ? user(project, String(owner['user_id'])) : visitor(project, id)
  }

  async function user(project: string, userId: string): Promise<Person> {
    const owned = (await driver.query(OWNED, [project, userId])).map((row) => String(row['anonymous_id']))
    return withPayments(project, { userId, anonymousIds: owned })
  }

  const visitor = (project: string, id: string) => withPayments(project, { userId: null, anonymousIds: [id] })

  async function withPayments(project: string, { userId, anonymousIds }: Person): Promise<Person> {
    const { visitors } = await payers.holdingsOf(driver, project, { userId, anonymousIds })
    return { userId, anonymousIds: [...anonymousIds, ...visitors.map(({ anonymousId }) => anonymousId)] }
  }

  return {
    async person(project, id): Promise<Person | undefined> {
      const person = await personWith(project, id)
      if (person.userId !== null) return person
      const [visitorId = ''] = person.anonymousIds
      const found = await driver.query(isKnown, personValues(project, person))
      if (found.length > 0) return person
      return (await driver.query(IS_VISITOR, [project, visitorId])).length > 0 ? person : undefined
    },
    async timeline(project, person, { limit, before = END }) {
      const { ts, event, eventId } = before
      const values = [...personValues(project, person), ts, event, eventId, limit]
      const rows = await driver.query(timeline, values)
      return rows.map(toStoredEvent).reverse()
    },
    async stage(project, person) {
      const [row] = await driver.query(stage, personValues(project, person))
      return stageOf(row, person)
    },
  }
}

/** A user is at consideration whatever their events, and when there are none any more. */
export function stageOf(row: SqlRow | undefined, { userId }: Person): Stage {
  return STAGES[Number(row?.['stage'] ?? (userId === null ? 0 : 1))] ?? 'visitor'
}

import type { TrackEvent } from '@threadline/schema'
import { touchOf } from '../touch.ts'
import { ADDRESS_PREFIX, addressId } from './address-id.ts'
import { createArrivalReads } from './arrival-reads.ts'
import { readTraits } from './described-traits.ts'
import type { SqlDriver, SqlRow } from './driver.ts'
import { readGroupTraits } from './group-reads.ts'
import { OWNED_BY_USER } from './identity-sql.ts'
import { PAGE } from './page-sql.ts'
import { createPayerReads } from './payer-reads.ts'
import { stageOf } from './people-reads.ts'
import { eventsOfPerson, PERSON_KIND, personValues } from './person-events-sql.ts'
import { LATEST_EMAIL, STAGE } from './person-sql.ts'
import type { Group, IdentityLink, Person, Session, Store } from './store.ts'

/** Groups that a profile tells; how many more there are it says. */
const MOST_GROUPS = 100

/** With the event that first showed both ids, unless it has left with retention. */
const LINKS = `SELECT owned.anonymous_id, owned.first_seen, owned.linked_by, owned.address, seen.event
  FROM ${OWNED_BY_USER} AS owned LEFT JOIN (
    SELECT anonymous_id, event, row_number() OVER (PARTITION BY anonymous_id ORDER BY ts, event_id, event) AS place
    FROM events WHERE project = $1 AND user_id = $2 AND anonymous_id IS NOT NULL
  ) AS seen ON seen.anonymous_id = owned.anonymous_id AND seen.place = 1
  ORDER BY owned.first_seen, owned.anonymous_id`

/** When somebody was first and last told of, by what is kept when events have left. `$2` is their user or visitor id. */
const KNOWN_SINCE = `SELECT min(first_seen) AS first_seen, max(first_seen) AS last_seen FROM (
    SELECT first_seen FROM identity_links WHERE project = $1 AND user_id = $2
    UNION ALL SELECT first_seen FROM identity_aliases WHERE project = $1 AND user_id = $2
    UNION ALL SELECT first_seen FROM identity_aliases WHERE project = $1 AND anonymous_id = $2
    UNION ALL SELECT first_seen FROM identity_aliases WHERE project = $1 AND previous_id = $2
    UNION ALL SELECT first_seen FROM payer_claims WHERE project = $1 AND user_id = $2
    UNION ALL SELECT first_seen FROM payer_claims WHERE project = $1 AND anonymous_id = $2
  ) AS told`

function profileSql(eventsOf: ReturnType<typeof eventsOfPerson>) {
  const isGroup = `AND event = '$group'`
  return {
    summary: `SELECT count(*) AS events, min(ts) AS first_seen, max(ts) AS last_seen, ${STAGE} AS stage,
        ${LATEST_EMAIL} AS email
      FROM ${eventsOf(`event, event_id, ts, email, value, livemode, ${PERSON_KIND} AS person`)}`,
    // Of each address that a server told, the first event, for each visitor and for the user.
    addresses: `SELECT id, email, event FROM (
        SELECT id, email, event, row_number() OVER (PARTITION BY id, email ORDER BY ts, event_id, event) AS place FROM (
          SELECT CASE WHEN user_id IS NULL THEN anonymous_id ELSE '' END AS id, email, event, ts, event_id
          FROM ${eventsOf('user_id, anonymous_id, email, event, ts, event_id', `AND email IS NOT NULL AND sender = 'sk'`)}
        ) AS told
      ) AS placed WHERE place = 1 ORDER BY id, email`,
    identifies: eventsOf('ts, event_id, body', `AND event = '$identify'`),
    memberships: `SELECT other_id, min(ts) AS first_seen, count(*) OVER () AS total
      FROM ${eventsOf('other_id, ts', isGroup)}
      WHERE other_id IS NOT NULL GROUP BY other_id ORDER BY min(ts), other_id LIMIT ${MOST_GROUPS}`,
    // A session begins with its first page view, whatever the order in a millisecond; failing that, with the first event that
    // tells a page.
    sessions: `SELECT session_id, started, ended, events, body FROM (
        SELECT session_id, body, min(ts) OVER each_session AS started, max(ts) OVER each_session AS ended,
          count(*) OVER each_session AS events, row_number() OVER (PARTITION BY session_id
            ORDER BY CASE WHEN NOT ${PAGE} THEN 2 WHEN event = '$pageview' THEN 0 ELSE 1 END, ts, event_id) AS place
        FROM ${eventsOf('session_id, event, event_id, ts, path, arrival, body', 'AND session_id IS NOT NULL')}
        WINDOW each_session AS (PARTITION BY session_id)
      ) AS placed WHERE place = 1 AND ended >= $4 AND started <= $5 ORDER BY started, session_id`,
  }
}

/** Reads what a person's events come to. Nothing of it is stored: it is right after any link, late event or erasure. */
export function createProfileReads(driver: SqlDriver): Pick<Store, 'profile' | 'sessions'> {
  const eventsOf = eventsOfPerson(driver)
  const sql = profileSql(eventsOf)
  const arrivals = createArrivalReads(driver, eventsOf)
  const payers = createPayerReads(driver)

  async function linksOf(project: string, person: Person): Promise<readonly IdentityLink[]> {
    if (person.userId === null) return []
    const seen = await driver.query(LINKS, [project, person.userId])
    const byAddress = seen.some(({ address }) => address !== null)
    const told = byAddress ? toldAddresses(await driver.query(sql.addresses, personValues(project, person))) : new Map()
    const { visitors } = await payers.holdingsOf(driver, project, person)
    return [
      ...seen.map((row) => toLink(row, told)),
      ...visitors.map((id) => ({ ...id, linkedBy: 'payment', address: null })),
    ]
  }

  async function groupsOf(project: string, rows: readonly SqlRow[]): Promise<readonly Group[]> {
    const groups: Group[] = []
    // One after the other: anybody may be in many, and nobody should hold all connections.
    for (const row of rows) {
      const groupId = String(row['other_id'])
      const firstSeen = Number(row['first_seen'])
      groups.push({ groupId, ...(await readGroupTraits(driver, project, groupId)), firstSeen })
    }
    return groups
  }

  return {
    async profile(project, person) {
      const values = personValues(project, person)
      const [[summary], touches, traits, memberships, links] = await Promise.all([
        driver.query(sql.summary, values),
        arrivals.touches(values),
        readTraits(driver, { from: sql.identifies, values, traitsOf: (row) => eventOf(row).traits }),
        driver.query(sql.memberships, values),
        linksOf(project, person),
      ])
      const events = Number(summary?.['events'] ?? 0)
      const id = person.userId ?? person.anonymousIds[0] ?? ''
      const [seen] = events > 0 ? [summary] : await driver.query(KNOWN_SINCE, [project, id])
      return {
        firstSeen: Number(seen?.['first_seen'] ?? 0),
        lastSeen: Number(seen?.['last_seen'] ?? 0),
        events,
        stage: stageOf(summary, person),
        email: textOf(summary, 'email'),
        ...traits,
        links,
        groups: await groupsOf(project, memberships),
        moreGroups: Number(memberships[0]?.['total'] ?? 0) - memberships.length,
        firstTouch: touches.first,
        lastTouch: touches.last,
      }
    },
    async sessions(project, person, { from, to }) {
      const rows = await driver.query(sql.sessions, [...personValues(project, person), from, to])
      return rows.map(toSession)
    },
  }
}

function eventOf(row: SqlRow): TrackEvent {
  return JSON.parse(String(row['body']))
}

function textOf(row: SqlRow | undefined, column: string): string | null {
  const value = row?.[column] ?? null
  return value === null ? null : String(value)
}

/** Events by the visitor, empty for the user, and the id of the address. */
function toldAddresses(rows: readonly SqlRow[]): ReadonlyMap<string, string> {
  const told = new Map<string, string>()
  for (const { id, email, event } of rows) {
    const key = `${id} ${addressId(String(email))}`
    if (!told.has(key)) told.set(key, String(event))
  }
  return told
}

/** @param told - see {@link toldAddresses}. */
function toLink(row: SqlRow, told: ReadonlyMap<string, string>): IdentityLink {
  const anonymousId = String(row['anonymous_id'])
  const firstSeen = Number(row['first_seen'])
  const address = textOf(row, 'address')
  if (address === null) {
    return { anonymousId, firstSeen, linkedBy: row['linked_by'] === 'alias' ? '$alias' : textOf(row, 'event'), address }
  }
  // What a visitor is joined by, a visitor's event tells; that an address is the user's, one of theirs.
  const teller = row['linked_by'] === 'alias' ? anonymousId : ''
  const linkedBy = told.get(`${teller} ${address}`) ?? null
  return { anonymousId, firstSeen, linkedBy, address: address.slice(ADDRESS_PREFIX.length) }
}

function toSession(row: SqlRow): Session {
  return {
    id: String(row['session_id']),
    start: Number(row['started']),
    end: Number(row['ended']),
    events: Number(row['events']),
    entryPath: touchOf(eventOf(row)).path,
  }
}

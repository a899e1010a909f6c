import type { TrackEvent } from '@threadline/schema'
import { STAGES } from '../stage.ts'
import { hasSource, touchOf } from '../touch.ts'
import { mergeTraits } from '../traits.ts'
import type { SqlDriver, SqlRow } from './driver.ts'
import { OWNED_BY_USER } from './identity-sql.ts'
import { createPayerReads } from './payer-reads.ts'
import { eventsOfPerson, PERSON_KIND, personValues } from './person-events-sql.ts'
import { STAGE } from './person-sql.ts'
import type { Group, IdentityLink, Person, Session, Store } from './store.ts'

/** More than anybody looks back on; what is older no longer changes what a person or a group is known by. */
const LATEST_EVENTS = 1_000
const MOST_GROUPS = 100

/** Arrivals that are looked at, from either end, for one that says where the person came from. */
const ARRIVALS = 50

/** With the event that first showed both ids, unless it has left with retention. */
const LINKS = `SELECT owned.anonymous_id, owned.first_seen, owned.linked_by, seen.event
  FROM ${OWNED_BY_USER} AS owned LEFT JOIN (
    SELECT anonymous_id, event, row_number() OVER (PARTITION BY anonymous_id ORDER BY ts, event_id, event) AS place
    FROM events WHERE project = $1 AND user_id = $2 AND anonymous_id IS NOT NULL
  ) AS seen ON seen.anonymous_id = owned.anonymous_id AND seen.place = 1
  ORDER BY owned.first_seen, owned.anonymous_id`

function profileSql(eventsOf: ReturnType<typeof eventsOfPerson>) {
  const isGroup = `AND event = '$group'`
  const describes = `AND (event = '$identify' OR email IS NOT NULL)`
  return {
    summary: `SELECT count(*) AS events, min(ts) AS first_seen, max(ts) AS last_seen, ${STAGE} AS stage
      FROM ${eventsOf(`event, ts, value, livemode, ${PERSON_KIND} AS person`)}`,
    descriptions: `SELECT event, email, body FROM ${eventsOf('event, event_id, email, body, ts', describes)}
      ORDER BY ts DESC, event_id DESC LIMIT ${LATEST_EVENTS}`,
    // The first event of each session, and all that name a campaign or a click, whose text has it in this form.
    arrivals: `SELECT ts, body FROM (
        SELECT ts, event_id, body, row_number() OVER (ORDER BY ts, event_id) AS from_start,
          row_number() OVER (ORDER BY ts DESC, event_id DESC) AS from_end
        FROM (
          SELECT ts, event_id, source, body, row_number() OVER (PARTITION BY session_id ORDER BY ts, event_id) AS place
          FROM ${eventsOf('session_id, ts, event_id, source, body')}
        ) AS placed WHERE place = 1 OR source IS NOT NULL OR body LIKE '%"utm":{"%' OR body LIKE '%"clickIds":{"%'
      ) AS arrived WHERE from_start <= ${ARRIVALS} OR from_end <= ${ARRIVALS} ORDER BY ts, event_id`,
    memberships: `SELECT other_id, min(ts) AS first_seen FROM ${eventsOf('other_id, ts', isGroup)}
      WHERE other_id IS NOT NULL GROUP BY other_id ORDER BY min(ts), other_id LIMIT ${MOST_GROUPS}`,
    groupEvents: `SELECT other_id, body FROM events WHERE project = $1 ${isGroup}
      AND other_id IN (SELECT other_id FROM ${eventsOf('other_id', isGroup)})
      ORDER BY ts DESC, event_id DESC LIMIT ${LATEST_EVENTS}`,
    // A session begins with its first page, whatever the order in a millisecond; failing that, with its first event.
    sessions: `SELECT session_id, started, ended, events, body FROM (
        SELECT session_id, body, min(ts) OVER each_session AS started, max(ts) OVER each_session AS ended,
          count(*) OVER each_session AS events, row_number() OVER (PARTITION BY session_id
            ORDER BY CASE WHEN event = '$pageview' THEN 0 ELSE 1 END, ts, event_id) AS place
        FROM ${eventsOf('session_id, event, event_id, ts, body', 'AND session_id IS NOT NULL')}
        WINDOW each_session AS (PARTITION BY session_id)
      ) AS placed WHERE place = 1 AND ended >= $4 AND started <= $5 ORDER BY started, session_id`,
  }
}

/** Reads what a person's events come to. Nothing of it is stored: it is right after any link, late event or erasure. */
export function createProfileReads(driver: SqlDriver): Pick<Store, 'profile' | 'sessions'> {
  const sql = profileSql(eventsOfPerson(driver))
  const payers = createPayerReads(driver)

  async function linksOf(project: string, { userId, anonymousIds }: Person): Promise<readonly IdentityLink[]> {
    if (userId === null) return []
    const seen = (await driver.query(LINKS, [project, userId])).map(toLink)
    const paid = await payers.ownedByUser(driver, project, userId, anonymousIds)
    return [...seen, ...paid.map((id) => ({ ...id, linkedBy: 'payment' }))]
  }

  return {
    async profile(project, person) {
      const values = personValues(project, person)
      const [[summary], descriptions, arrivals, memberships, links] = await Promise.all([
        driver.query(sql.summary, values),
        driver.query(sql.descriptions, values),
        driver.query(sql.arrivals, values),
        driver.query(sql.memberships, values),
        linksOf(project, person),
      ])
      const groupEvents = memberships.length === 0 ? [] : await driver.query(sql.groupEvents, values)
      const touches = arrivals.map((row) => ({ at: Number(row['ts']), ...touchOf(eventOf(row)) }))
      const direct = touches.find(({ path }) => path !== null) ?? null
      return {
        firstSeen: Number(summary?.['first_seen'] ?? 0),
        lastSeen: Number(summary?.['last_seen'] ?? 0),
        events: Number(summary?.['events'] ?? 0),
        stage: STAGES[Number(summary?.['stage'] ?? 0)] ?? 'visitor',
        email: descriptions.map((row) => textOf(row, 'email')).find((email) => email !== null) ?? null,
        traits: mergeTraits(descriptions.filter(isIdentify).map((row) => eventOf(row).traits)),
        links,
        groups: memberships.map((row) => toMembership(row, groupEvents)),
        firstTouch: touches.find(hasSource) ?? direct,
        lastTouch: touches.reverse().find(hasSource) ?? direct,
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

function textOf(row: SqlRow, column: string): string | null {
  const value = row[column] ?? null
  return value === null ? null : String(value)
}

function isIdentify(row: SqlRow): boolean {
  return row['event'] === '$identify'
}

function toLink(row: SqlRow): IdentityLink {
  return {
    anonymousId: String(row['anonymous_id']),
    firstSeen: Number(row['first_seen']),
    linkedBy: row['linked_by'] === 'alias' ? '$alias' : textOf(row, 'event'),
  }
}

function toMembership(row: SqlRow, groupEvents: readonly SqlRow[]): Group {
  const groupId = String(row['other_id'])
  const traits = groupEvents
    .filter((event) => event['other_id'] === groupId)
    .map((event) => eventOf(event).properties?.['traits'])
  return { groupId, traits: mergeTraits(traits), firstSeen: Number(row['first_seen']) }
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

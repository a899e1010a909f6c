import { STAGE_EVENTS } from '../stage.ts'
import { OWNERS } from './identity-sql.ts'

const among = (events: readonly string[]) => `event IN (${events.map((event) => `'${event}'`).join(', ')})`

/** A provider's test mode moves nobody. */
const LIVE = 'coalesce(livemode, 1) = 1'

/**
 * The furthest a person has come: 0 visitor, 1 consideration, 2 trial, 3 customer. A checkout that came to nothing, as of a
 * trial, makes nobody a customer. Reads `event`, `value`, `livemode` and `person`.
 */
export const STAGE = `max(CASE
  WHEN ${among(STAGE_EVENTS.customer)} AND ${LIVE} AND coalesce(value, 1) <> 0 THEN 3
  WHEN (${among(STAGE_EVENTS.trial)} OR ${among(STAGE_EVENTS.customer)}) AND ${LIVE} THEN 2
  WHEN person LIKE 'u:%' OR ${among(STAGE_EVENTS.consideration)} THEN 1
  ELSE 0 END)`

/** Between the parts of a text that is compared: no id holds a control character. */
const SEPARATOR = 'chr(1)'

const LATEST_EMAIL_KEY = `max(CASE WHEN email IS NOT NULL
  THEN lpad(CAST(ts AS VARCHAR), 16, '0') || event_id || ${SEPARATOR} || email END)`

/**
 * The latest e-mail address that any event of a group of rows tells: of all with their times in front, as wide as any, the
 * greatest. An aggregate like any other, where ordering each person's events by time would sort all of them.
 */
export const LATEST_EMAIL = `substr(${LATEST_EMAIL_KEY}, strpos(${LATEST_EMAIL_KEY}, ${SEPARATOR}) + 1)`

/** Whom an event `e`, or events with the same ids, belong to, with the owner `o` of the visitor. */
const PERSON = `CASE WHEN e.user_id IS NOT NULL THEN 'u:' || e.user_id
      WHEN o.user_id IS NOT NULL THEN 'u:' || o.user_id
      WHEN o.visitor IS NOT NULL THEN 'a:' || o.visitor
      ELSE 'a:' || e.anonymous_id END AS person`

/** One equality, which engines answer with a hash table; a second condition beside it cost minutes. */
const OWNED = `LEFT JOIN ${OWNERS} AS o ON o.anonymous_id = CASE WHEN e.user_id IS NULL THEN e.anonymous_id END`

/**
 * The events of the project in `$1` with whom they belong to: `person` is `u:` and a user id, or `a:` and the id of a
 * visitor whom no user owns. The prefix keeps a user apart from a visitor with the same id.
 *
 * @param columns - of events, named `e`.
 * @param conditions - beginning with `AND`.
 */
export const eventsByPerson = (columns: string, conditions = ''): string => `(
  SELECT ${columns}, ${PERSON}
  FROM events AS e ${OWNED}
  WHERE e.project = $1 ${conditions}
)`

/**
 * The same for rows that each stand for all events with the same `user_id` and, without one, the same `anonymous_id`. Whoever adds up
 * does so by ids first: there are few of them, and whom they belong to is looked up as often.
 */
export const idsByPerson = (columns: string, table: string): string => `(
  SELECT ${columns}, ${PERSON}
  FROM ${table} AS e ${OWNED}
)`

/** The columns of {@link idsByPerson}, to group events `e` by. */
export const IDS = 'e.user_id, CASE WHEN e.user_id IS NULL THEN e.anonymous_id END'

/** The events of all time, with what reports look at. */
export const EVENTS_BY_PERSON =
  eventsByPerson(`e.event, e.event_id, e.user_id, e.anonymous_id, e.ts, e.day, e.value, e.currency, e.email, e.source,
    e.other_id, e.payment_ref, e.refund_ref, e.refunded_total, e.released, e.told_by, e.account, e.livemode, e.bot`)

/** The source that first brought each person: `person`, `source`. People who came without one are missing. */
export const FIRST_TOUCH = `(
  SELECT person, source FROM (
    SELECT person, source, row_number() OVER (PARTITION BY person ORDER BY ts, event_id) AS place
    FROM ${EVENTS_BY_PERSON} AS by_person WHERE source IS NOT NULL
  ) AS touches WHERE place = 1
)`

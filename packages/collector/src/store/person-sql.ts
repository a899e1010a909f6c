import { STAGE_EVENTS } from '../stage.ts'
import { OWNERS } from './identity-sql.ts'

/** Money that has come in. One of them stands for each payment: see the standard events. */
const PAYMENTS = `('checkout_finished', 'purchase', 'subscription_renewed', 'invoice_paid')`

/** What an event adds to revenue, in minor units; null when it is no payment and no refund. */
export const AMOUNT = `CASE WHEN event IN ${PAYMENTS} THEN value WHEN event = 'refunded' THEN -value END`

const among = (events: readonly string[]) => `event IN (${events.map((event) => `'${event}'`).join(', ')})`

/** The furthest a person has come: 0 visitor, 1 consideration, 2 trial, 3 customer. */
export const STAGE = `max(CASE
  WHEN ${among(STAGE_EVENTS.customer)} THEN 3
  WHEN ${among(STAGE_EVENTS.trial)} THEN 2
  WHEN person LIKE 'u:%' OR ${among(STAGE_EVENTS.consideration)} THEN 1
  ELSE 0 END)`

/**
 * The events of the project in `$1` with whom they belong to: `person` is `u:` and a user id, or `a:` and the id of a
 * visitor whom no user owns. The prefix keeps a user apart from a visitor with the same id.
 *
 * The join is one equality, which engines answer with a hash table; a second condition beside it cost minutes.
 */
export const EVENTS_BY_PERSON = `(
  SELECT e.event, e.event_id, e.ts, e.day, e.value, e.currency, e.email, e.source, e.other_id,
    CASE WHEN e.user_id IS NOT NULL THEN 'u:' || e.user_id
      WHEN o.user_id IS NOT NULL THEN 'u:' || o.user_id
      ELSE 'a:' || e.anonymous_id END AS person
  FROM events AS e LEFT JOIN ${OWNERS} AS o
    ON o.anonymous_id = CASE WHEN e.user_id IS NULL THEN e.anonymous_id END
  WHERE e.project = $1
)`

/** The source that first brought each person: `person`, `source`. People who came without one are missing. */
export const FIRST_TOUCH = `(
  SELECT person, source FROM (
    SELECT person, source, row_number() OVER (PARTITION BY person ORDER BY ts, event_id) AS place
    FROM ${EVENTS_BY_PERSON} AS by_person WHERE source IS NOT NULL
  ) AS touches WHERE place = 1
)`

import { isAddress } from './address-id.ts'
import { holdings } from './holdings-sql.ts'
import { BEST_SIGHTING } from './sightings.ts'

/**
 * Who was first seen with each anonymous id, at the earliest time any event tells, in whatever order events arrived. No place is below
 * 1: of `<= 1` PostgreSQL expects a third of the rows, of `= 1` so few that it compares every event with each.
 */
const seenFirst = (condition = '') => `(
  SELECT anonymous_id, user_id, first_seen FROM (
    SELECT anonymous_id, user_id, first_seen,
      row_number() OVER (PARTITION BY anonymous_id ORDER BY ${BEST_SIGHTING}, user_id) AS place
    FROM identity_links WHERE project = $1 ${condition}
  ) AS ranked WHERE place <= 1
)`

/** Known by itself: an id that ever stood for a user, or that was seen with one. An alias can claim neither. */
const isFree = (previousId: string, among: string) => `
  ${previousId} NOT IN (SELECT user_id FROM events WHERE project = $1 AND user_id IN ${among})
  AND ${previousId} NOT IN (SELECT user_id FROM identity_links WHERE project = $1 AND user_id IN ${among})
  AND ${previousId} NOT IN (SELECT anonymous_id FROM identity_links WHERE project = $1 AND anonymous_id IN ${among})`

/**
 * Whom aliases give the previous ids in `among`: the user of the `$alias` event or, when it had none, the owner of its
 * visitor. Of those that lead to a user the earliest wins, one that a server told before any that only pages did.
 *
 * An e-mail address that joins visitors is such a visitor, too, with the user who was first seen with it. While there is none, it
 * stands for that user itself.
 */
const aliased = (among: string) => `(
  SELECT anonymous_id, user_id, first_seen, address FROM (
    SELECT anonymous_id, user_id, first_seen, address,
      row_number() OVER (PARTITION BY anonymous_id ORDER BY ${BEST_SIGHTING}, user_id) AS place
    FROM (
      SELECT a.previous_id AS anonymous_id, a.first_seen, a.server_seen,
        CASE WHEN ${isAddress('a.anonymous_id')} THEN a.anonymous_id END AS address,
        coalesce(o.user_id, nullif(a.user_id, ''), CASE WHEN ${isAddress('a.anonymous_id')} THEN a.anonymous_id END) AS user_id
      FROM identity_aliases AS a LEFT JOIN ${seenFirst(`AND anonymous_id IN (
          SELECT anonymous_id FROM identity_aliases WHERE project = $1 AND user_id = '' AND previous_id IN ${among})`)} AS o
        ON o.anonymous_id = a.anonymous_id
      WHERE a.project = $1 AND a.previous_id IN ${among} AND ${isFree('a.previous_id', among)}
    ) AS candidates WHERE user_id IS NOT NULL
  ) AS ranked WHERE place = 1
)`

/** An id of a payment or a payer. Only servers can send these, so nothing that a browser says of one counts. */
const isOfPayer = (id: string) => `EXISTS (SELECT 1 FROM billing_ids AS b WHERE b.project = $1 AND b.id = ${id})`

/**
 * Who owns an anonymous id: the user it was first seen with, by a server if a server saw it with any; if it was never seen with any, the user whom an alias gives
 * it; failing that, the user who paid with it elsewhere. Someone who signs in later on a shared browser keeps their own
 * events and takes over nobody's.
 *
 * Ids of payments and payers belong to whom {@link holdings} says.
 *
 * A table expression with `anonymous_id` and either `user_id` or `visitor`, for the project in `$1`.
 */
export const OWNERS = `(
  WITH direct AS (
    SELECT anonymous_id, user_id FROM ${seenFirst()} AS seen
    UNION ALL
    SELECT anonymous_id, user_id FROM ${aliased('(SELECT previous_id FROM identity_aliases WHERE project = $1)')} AS named
  ),
  ${holdings()}
  SELECT anonymous_id, user_id, NULL AS visitor FROM direct WHERE NOT ${isOfPayer('direct.anonymous_id')}
  UNION ALL
  SELECT visitor AS anonymous_id, user_id, NULL AS visitor FROM paying
  UNION ALL
  SELECT id AS anonymous_id, user_id, visitor FROM held WHERE person = 1
)`

/** Who owns each of the ids in `among` for having been seen with it, or for being named by an alias. */
export const directOwners = (among: string) => `
  SELECT anonymous_id, user_id FROM ${seenFirst(`AND anonymous_id IN ${among}`)} AS seen
  UNION ALL
  SELECT anonymous_id, user_id FROM ${aliased(among)} AS named`

const SEEN_WITH_USER = '(SELECT anonymous_id FROM identity_links WHERE project = $1 AND user_id = $2)'

/** Visitors whom the address in `$2` joins. */
export const JOINED_BY_ADDRESS = `project = $1 AND user_id = '' AND anonymous_id = $2 AND ${isAddress('anonymous_id')}`

/** Branches rather than an OR, so that each finds its own index. */
const NAMED_BY_USER = `(
  SELECT previous_id FROM identity_aliases WHERE project = $1 AND user_id = $2
  UNION
  SELECT previous_id FROM identity_aliases WHERE project = $1 AND user_id = '' AND anonymous_id IN ${SEEN_WITH_USER}
  UNION
  SELECT previous_id FROM identity_aliases WHERE ${JOINED_BY_ADDRESS}
)`

/**
 * The same for the anonymous ids that have to do with the user in `$2` only, so that one person's timeline does not rank
 * the whole project; without what payments lead to. `linked_by` tells `event` from `alias`, `address` the one that joined them.
 */
export const OWNED_BY_USER = `(
  SELECT anonymous_id, first_seen, linked_by, address FROM (
    SELECT anonymous_id, first_seen, 'event' AS linked_by,
      CASE WHEN ${isAddress('anonymous_id')} THEN anonymous_id END AS address
    FROM ${seenFirst(`AND anonymous_id IN ${SEEN_WITH_USER}`)} AS seen WHERE user_id = $2
    UNION ALL
    SELECT anonymous_id, first_seen, 'alias' AS linked_by, address FROM ${aliased(NAMED_BY_USER)} AS named WHERE user_id = $2
  ) AS direct WHERE NOT ${isOfPayer('direct.anonymous_id')}
)`

/** The user who owns the anonymous id in `$2`, which is no payer's. */
export const OWNER = `SELECT user_id FROM ${seenFirst('AND anonymous_id = $2')} AS seen
  UNION ALL SELECT user_id FROM ${aliased('(SELECT $2 AS previous_id)')} AS named`

/** Who was first seen with each anonymous id, at the earliest time any event tells, in whatever order events arrived. */
const seenFirst = (condition = '') => `(
  SELECT anonymous_id, user_id, first_seen FROM (
    SELECT anonymous_id, user_id, first_seen,
      row_number() OVER (PARTITION BY anonymous_id ORDER BY first_seen, user_id) AS place
    FROM identity_links WHERE project = $1 ${condition}
  ) AS ranked WHERE place = 1
)`

/** Known by itself: an id that ever stood for a user, or that was seen with one. An alias can claim neither. */
const isFree = (previousId: string, among: string) => `
  ${previousId} NOT IN (SELECT user_id FROM events WHERE project = $1 AND user_id IN ${among})
  AND ${previousId} NOT IN (SELECT user_id FROM identity_links WHERE project = $1 AND user_id IN ${among})
  AND ${previousId} NOT IN (SELECT anonymous_id FROM identity_links WHERE project = $1 AND anonymous_id IN ${among})`

/**
 * Whom aliases give the previous ids in `among`: the user of the `$alias` event or, when it had none, the owner of its
 * visitor. The earliest alias that leads to a user wins.
 */
const aliased = (among: string) => `(
  SELECT anonymous_id, user_id, first_seen FROM (
    SELECT anonymous_id, user_id, first_seen,
      row_number() OVER (PARTITION BY anonymous_id ORDER BY first_seen, user_id) AS place
    FROM (
      SELECT a.previous_id AS anonymous_id, coalesce(o.user_id, a.user_id) AS user_id, a.first_seen
      FROM identity_aliases AS a LEFT JOIN ${seenFirst(`AND anonymous_id IN (
          SELECT anonymous_id FROM identity_aliases WHERE project = $1 AND user_id = '' AND previous_id IN ${among})`)} AS o
        ON o.anonymous_id = a.anonymous_id
      WHERE a.project = $1 AND a.previous_id IN ${among} AND ${isFree('a.previous_id', among)}
    ) AS candidates WHERE user_id <> ''
  ) AS ranked WHERE place = 1
)`

/**
 * Who owns an anonymous id: the user it was first seen with; if it was never seen with any, the user whom an alias gives
 * it. Someone who signs in later on a shared browser keeps their own events and takes over nobody's.
 *
 * A table expression with `anonymous_id`, `user_id` and `first_seen` for the project in `$1`.
 */
export const OWNERS = `(
  SELECT anonymous_id, user_id, first_seen FROM ${seenFirst()} AS seen
  UNION ALL
  SELECT anonymous_id, user_id, first_seen
  FROM ${aliased('(SELECT previous_id FROM identity_aliases WHERE project = $1)')} AS named
)`

const SEEN_WITH_USER = '(SELECT anonymous_id FROM identity_links WHERE project = $1 AND user_id = $2)'

/** Two branches rather than an OR, so that each finds its own index. */
const NAMED_BY_USER = `(
  SELECT previous_id FROM identity_aliases WHERE project = $1 AND user_id = $2
  UNION
  SELECT previous_id FROM identity_aliases WHERE project = $1 AND user_id = '' AND anonymous_id IN ${SEEN_WITH_USER}
)`

/**
 * The same for the anonymous ids that have to do with the user in `$2` only, so that one person's timeline does not rank
 * the whole project. `linked_by` tells `event` from `alias`.
 */
export const OWNED_BY_USER = `(
  SELECT anonymous_id, first_seen, 'event' AS linked_by
  FROM ${seenFirst(`AND anonymous_id IN ${SEEN_WITH_USER}`)} AS seen WHERE user_id = $2
  UNION ALL
  SELECT anonymous_id, first_seen, 'alias' AS linked_by FROM ${aliased(NAMED_BY_USER)} AS named WHERE user_id = $2
)`

/** The user who owns the anonymous id in `$2`. */
export const OWNER = `SELECT user_id FROM ${seenFirst('AND anonymous_id = $2')} AS seen
  UNION ALL SELECT user_id FROM ${aliased('(SELECT $2 AS previous_id)')} AS named`

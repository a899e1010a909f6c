/**
 * Who owns an anonymous id: the user it was first seen with, at the earliest time any event tells, in whatever order
 * the events arrived. Someone who signs in later on a shared browser keeps their own events and takes over nobody's.
 *
 * A table expression with `anonymous_id`, `user_id` and `first_seen` for the project in `$1`.
 */
export const OWNERS = `(
  SELECT anonymous_id, user_id, first_seen FROM (
    SELECT anonymous_id, user_id, first_seen,
      row_number() OVER (PARTITION BY anonymous_id ORDER BY first_seen, user_id) AS place
    FROM identity_links WHERE project = $1
  ) AS ranked WHERE place = 1
)`

/**
 * The same for the anonymous ids that were ever seen with the user in `$2` only, so that one person's timeline does not
 * rank the whole project.
 */
export const OWNED_BY_USER = `(
  SELECT anonymous_id, first_seen FROM (
    SELECT anonymous_id, user_id, first_seen,
      row_number() OVER (PARTITION BY anonymous_id ORDER BY first_seen, user_id) AS place
    FROM identity_links
    WHERE project = $1
      AND anonymous_id IN (SELECT anonymous_id FROM identity_links WHERE project = $1 AND user_id = $2)
  ) AS ranked WHERE place = 1 AND user_id = $2
)`

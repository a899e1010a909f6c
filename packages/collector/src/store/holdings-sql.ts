/** Whom events name beside ids of payments and payers. */
export const CLAIMS = 'payer_claims AS c JOIN billing_ids AS b ON b.project = c.project AND b.id = c.id'

/** A series has this in front of its id when it is a subscription's. */
const SUBSCRIPTION_SERIES = '0:'

/**
 * Groups of all three kinds in one column, so that each join is one equality. PostgreSQL takes a second condition for so rare that
 * it compares every row with every other.
 */
const label = {
  payment: (table: string) => `'payment ' || ${table}.payment`,
  series: (table: string) => `'series ' || ${table}.series`,
  payer: (table: string) => `'payer ' || ${table}.payer`,
}

/** Whether nobody but one person is named in a group; with no name at all there is nobody else either. */
const alone = (group: string) => `coalesce(${group}.alone, 1)`

/** What the closest group says that names anybody: those of the payment, else of the subscription, else of the payer. */
const closest = (column: string, otherwise: string) =>
  `CASE WHEN p.label IS NOT NULL THEN p.${column} WHEN s.label IS NOT NULL THEN s.${column}
    WHEN y.label IS NOT NULL THEN y.${column} ELSE ${otherwise} END`

/**
 * Tables that tell whom ids of payments and payers belong to: `paying` has the user of each visitor whom only payments lead
 * to one, `held` has every id with `user_id` or `visitor`. They go on from a table `direct`, with the users of visitors.
 *
 * Several people may share a customer, or a guest's e-mail address, and many events name nobody. So what events say of the
 * same payment comes first, then what they say of its subscription, and last what they say of the payer. In each of these the user
 * named first counts; failing any user, the visitor named first; what nothing names is a visitor by the best of the
 * payer's ids. A visitor without a user is the user of the closest group that has one.
 *
 * `alone` is 1 where events about the same payment, subscription or payer name nobody else.
 *
 * @param among - bounds the payers, beginning with `AND` and naming them `b.payer`. Right for ids of payers of whom all
 * payers of their visitors are there as well.
 */
export function holdings(among = ''): string {
  return `named AS (
    SELECT b.payment, b.series, b.payer, CASE WHEN v.id IS NULL THEN nullif(c.anonymous_id, '') END AS visitor,
      coalesce(nullif(c.user_id, ''), d.user_id) AS user_id, c.first_seen
    FROM ${CLAIMS} LEFT JOIN direct AS d ON d.anonymous_id = c.anonymous_id
    LEFT JOIN billing_ids AS v ON v.project = c.project AND v.id = c.anonymous_id
    WHERE c.project = $1 AND (c.user_id <> '' OR v.id IS NULL) ${among}
  ),
  told AS (
    SELECT 1 AS level, ${label.payment('named')} AS label, visitor, user_id, first_seen FROM named
    WHERE payment IS NOT NULL
    UNION ALL
    SELECT 2 AS level, ${label.series('named')} AS label, visitor, user_id, first_seen FROM named
    WHERE series LIKE '${SUBSCRIPTION_SERIES}%'
    UNION ALL
    SELECT 3 AS level, ${label.payer('named')} AS label, visitor, user_id, first_seen FROM named
  ),
  first_users AS (
    SELECT label, user_id FROM (
      SELECT label, user_id, row_number() OVER (PARTITION BY label ORDER BY first_seen, user_id) AS place
      FROM told WHERE user_id IS NOT NULL
    ) AS ranked WHERE place = 1
  ),
  paying AS (
    SELECT visitor, user_id, first_seen FROM (
      SELECT t.visitor, f.user_id, t.first_seen, row_number() OVER (PARTITION BY t.visitor
        ORDER BY t.level, t.first_seen, f.user_id) AS place
      FROM told AS t JOIN first_users AS f ON f.label = t.label
      WHERE t.user_id IS NULL
    ) AS ranked WHERE place = 1
  ),
  people AS (
    SELECT t.label, coalesce(t.user_id, w.user_id) AS user_id,
      CASE WHEN coalesce(t.user_id, w.user_id) IS NULL THEN t.visitor END AS visitor, t.first_seen,
      CASE WHEN t.user_id IS NOT NULL THEN 0 WHEN w.user_id IS NOT NULL THEN 1 ELSE 2 END AS rank,
      coalesce('u:' || t.user_id, 'u:' || w.user_id, 'a:' || t.visitor) AS person
    FROM told AS t LEFT JOIN paying AS w ON w.visitor = CASE WHEN t.user_id IS NULL THEN t.visitor END
  ),
  holders AS (
    SELECT label, user_id, visitor, first_seen, alone FROM (
      SELECT label, user_id, visitor, first_seen,
        row_number() OVER (PARTITION BY label ORDER BY rank, first_seen, user_id, visitor) AS place,
        CASE WHEN min(person) OVER (PARTITION BY label) = max(person) OVER (PARTITION BY label)
          THEN 1 ELSE 0 END AS alone
      FROM people
    ) AS ranked WHERE place = 1
  ),
  held AS (
    SELECT b.id, b.person, ${closest('user_id', 'NULL')} AS user_id, ${closest('visitor', 'substr(b.payer, 3)')} AS visitor,
      ${closest('first_seen', '0')} AS first_seen,
      CASE WHEN b.payment IS NOT NULL THEN ${alone('p')}
        WHEN b.series IS NOT NULL THEN ${alone('s')} ELSE ${alone('y')} END AS alone
    FROM billing_ids AS b LEFT JOIN holders AS p ON p.label = ${label.payment('b')}
    LEFT JOIN holders AS s ON s.label = ${label.series('b')}
    LEFT JOIN holders AS y ON y.label = ${label.payer('b')}
    WHERE b.project = $1 ${among}
  )`
}

import { MONEY_MEMBERS as MEMBERS, NOTHING, PAYMENTS, RETURNED } from './money-sql.ts'

const part = (table: string) =>
  `CASE WHEN own.payment IS NOT NULL THEN ${table}.payment_ref ELSE coalesce(parts.part, ${table}.payment_ref) END`

/**
 * What went back, as tables that end with `gave`: amounts by payment, negative where one came back. They read `told` and `about`.
 *
 * A refund is told of by itself and by its charge, which only has the sum: of each charge the sum counts when it is as new
 * as the newest refund, else the one of the two that comes to more. `part` is the charge, by the id that its events name first:
 * a payment may have several. A refund that names it by another id than the charge does is of the only one that is told of with sums. What failed or was won is
 * taken back, and is known to have been given even when nothing said so.
 *
 * A charge's sum so far goes down again when a refund fails: what it gave is the sum, and what had failed by then. So one
 * that is given again counts again, and one whose failure nobody told does not count twice. A provider's clock has seconds: of what
 * failed in the same second as a sum was told, as much came before as the sum had gone down, or as the refunds given by
 * then come to more than the sum.
 *
 * An authorisation's rest that was released is a refund to some providers. No money came, so none went back.
 */
export const GAVE = `
  parts AS (
    SELECT payment, min(payment_ref) AS part FROM told WHERE event = 'refunded' AND refund_ref IS NULL
    GROUP BY payment HAVING min(payment_ref) = max(payment_ref)
  ),
  own AS (SELECT DISTINCT payment, payment_ref FROM told WHERE ${PAYMENTS}),
  back AS (
    SELECT told.*, ${part('told')} AS part
    FROM told LEFT JOIN own ON own.payment = told.payment AND own.payment_ref = told.payment_ref
    LEFT JOIN parts ON parts.payment = told.payment
  ),
  releases AS (
    SELECT a.payment, ${part('a')} AS part, max(a.released) AS released
    FROM about AS a LEFT JOIN own ON own.payment = a.payment AND own.payment_ref = a.payment_ref
    LEFT JOIN parts ON parts.payment = a.payment
    WHERE a.released IS NOT NULL GROUP BY a.payment, ${part('a')}
  ),
  refunds AS (
    SELECT ${MEMBERS}, value, payment, part, ts, CASE WHEN event = 'refunded' THEN ts END AS given_at,
      row_number() OVER (PARTITION BY payment, part, value ORDER BY ts, refund_ref) AS turn
    FROM (
      SELECT back.*, row_number() OVER (PARTITION BY refund_ref
        ORDER BY CASE WHEN event = 'refunded' THEN 0 ELSE 1 END, ts, event_id) AS place
      FROM back WHERE event IN ('refunded', 'refund_failed') AND refund_ref IS NOT NULL
    ) AS known WHERE place = 1
  ),
  by_refund AS (
    SELECT r.* FROM refunds AS r LEFT JOIN releases AS l ON l.payment = r.payment AND l.part = r.part
      AND l.released = r.value
    WHERE l.released IS NULL OR r.turn > 1
  ),
  by_dispute AS (
    SELECT ${MEMBERS}, value, payment FROM (
      SELECT told.*, row_number() OVER (PARTITION BY refund_ref
        ORDER BY CASE WHEN event = 'payment_disputed' THEN 0 ELSE 1 END, ts, event_id) AS place
      FROM told WHERE event IN ('payment_disputed', 'dispute_won') AND refund_ref IS NOT NULL
    ) AS disputes WHERE place = 1
  ),
  returned AS (
    SELECT ${MEMBERS}, value, payment, part, event, ts FROM (
      SELECT back.*, row_number() OVER (PARTITION BY refund_ref ORDER BY ts, event_id) AS place
      FROM back WHERE ${RETURNED} AND refund_ref IS NOT NULL
    ) AS known WHERE place = 1
  ),
  summed AS (
    SELECT ${MEMBERS}, payment, part, ts, event_id, refunded_total, value,
      coalesce(refunded_total, sum(value) OVER (PARTITION BY payment, part ORDER BY ts, event_id)) AS total
    FROM back WHERE event = 'refunded' AND refund_ref IS NULL
  ),
  dropped AS (
    SELECT summed.*, greatest(coalesce(lag(total) OVER (PARTITION BY payment, part
      ORDER BY ts, refunded_total, event_id), 0) - (total - value), 0) AS fall
    FROM summed
  ),
  flows AS (
    SELECT ${MEMBERS}, payment, part, ts, event_id, refunded_total, total,
      sum(fall) OVER (PARTITION BY payment, part ORDER BY ts, refunded_total, event_id) AS fallen,
      ${NOTHING} AS failed, ${NOTHING} AS given, 1 AS is_sum
    FROM dropped
    UNION ALL
    SELECT ${MEMBERS}, payment, part, ts, '' AS event_id, ${NOTHING} AS refunded_total, ${NOTHING} AS total,
      ${NOTHING} AS fallen, value AS failed, ${NOTHING} AS given, 0 AS is_sum
    FROM returned WHERE event = 'refund_failed'
    UNION ALL
    SELECT ${MEMBERS}, payment, part, ts, '' AS event_id, ${NOTHING} AS refunded_total, ${NOTHING} AS total,
      ${NOTHING} AS fallen, ${NOTHING} AS failed, value AS given, 0 AS is_sum
    FROM by_refund
  ),
  charged AS (
    SELECT ${MEMBERS}, payment, part, ts, event_id, refunded_total, is_sum, total + greatest(failed_by_then - failed_then,
      least(failed_by_then, greatest(fallen, given_by_then - total))) AS total
    FROM (
      SELECT flows.*, sum(failed) OVER by_then AS failed_by_then, sum(given) OVER by_then AS given_by_then,
        sum(failed) OVER (PARTITION BY payment, part, ts) AS failed_then
      FROM flows WINDOW by_then AS (PARTITION BY payment, part ORDER BY ts RANGE UNBOUNDED PRECEDING)
    ) AS history
    WHERE is_sum = 1
  ),
  by_charge AS (
    SELECT ${MEMBERS}, payment, part, total - coalesce(lag(total) OVER (PARTITION BY payment, part
      ORDER BY ts, refunded_total, event_id), 0) AS value,
      CASE WHEN refunded_total IS NOT NULL THEN ts END AS summed_at
    FROM charged
  ),
  sums AS (
    SELECT payment, part, CASE WHEN max(summed_at) >= coalesce(max(given_at), 0) THEN 1
      WHEN sum(charge) > sum(refund) THEN 1 ELSE 0 END AS told_by_charge
    FROM (
      SELECT payment, part, value AS refund, ${NOTHING} AS charge, given_at, CAST(NULL AS BIGINT) AS summed_at FROM by_refund
      UNION ALL
      SELECT payment, part, ${NOTHING} AS refund, value AS charge, CAST(NULL AS BIGINT) AS given_at, summed_at FROM by_charge
    ) AS given GROUP BY payment, part
  ),
  gave AS (
    SELECT ${MEMBERS}, value, r.payment FROM by_refund AS r
    JOIN sums ON sums.payment = r.payment AND sums.part = r.part WHERE sums.told_by_charge = 0
    UNION ALL
    SELECT ${MEMBERS}, value, c.payment FROM by_charge AS c
    JOIN sums ON sums.payment = c.payment AND sums.part = c.part WHERE sums.told_by_charge = 1
    UNION ALL
    SELECT ${MEMBERS}, value, payment FROM by_dispute
    UNION ALL
    SELECT ${MEMBERS}, -value AS value, payment FROM returned
  )`

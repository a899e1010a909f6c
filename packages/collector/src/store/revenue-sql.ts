import { STAGE_EVENTS } from '../stage.ts'
import { bounded } from './bounded-sql.ts'
import { EVENTS_BY_PERSON, FIRST_TOUCH } from './person-sql.ts'

const among = (events: readonly string[]) => `event IN (${events.map((event) => `'${event}'`).join(', ')})`

const PAYMENTS = among(STAGE_EVENTS.customer)

/** Money that went back, or was withdrawn for as long as a dispute lasts. */
const GIVEN = ['refunded', 'payment_disputed']

/** That it came back after all. */
const RETURNED = ['refund_failed', 'dispute_won']

const MONEY = among([...STAGE_EVENTS.customer, ...GIVEN, ...RETURNED])

/** Minor units, whatever engine adds them up. */
const NOTHING = 'CAST(0 AS BIGINT)'

const MEMBERS = 'person, day, currency, account'

/**
 * Every event about money that matters for the days `$2` to `$3`, in live (`$4` is 1) or test mode (0), with the payment
 * that its ids lead to. All events of a payment that has any on these days are there, since only together they tell what
 * counts.
 *
 * A payment is whom its own events name, the first user or failing that the first visitor. Only where they name nobody is it the
 * payer's: several people may share a customer, or a guest's e-mail address.
 */
const TABLES = `
  about AS (
    SELECT e.person, e.day, e.currency, e.account, e.event, e.event_id, e.ts, e.value, e.payment_ref, e.refund_ref, e.refunded_total,
      e.told_by, e.livemode, e.user_id, e.anonymous_id,
      coalesce(b.payment, e.payment_ref) AS payment
    FROM ${EVENTS_BY_PERSON} AS e
    LEFT JOIN (SELECT id, payment FROM billing_ids WHERE project = $1) AS b ON b.id = e.payment_ref
    WHERE e.payment_ref IS NOT NULL OR ${MONEY}
  ),
  keyed AS (
    SELECT * FROM about
    WHERE ${MONEY} AND currency IS NOT NULL AND value IS NOT NULL AND coalesce(livemode, 1) = $4
  ),
  near AS (SELECT DISTINCT payment FROM keyed WHERE day >= $2 AND day <= $3 AND payment IS NOT NULL),
  named AS (
    SELECT payment, person FROM (
      SELECT about.payment, about.person, row_number() OVER (PARTITION BY about.payment
        ORDER BY CASE WHEN about.person LIKE 'u:%' THEN 0 ELSE 1 END, about.ts, about.event_id) AS place
      FROM about JOIN near ON near.payment = about.payment
      LEFT JOIN (SELECT id FROM billing_ids WHERE project = $1) AS payer ON payer.id = about.anonymous_id
      WHERE about.user_id IS NOT NULL OR payer.id IS NULL
    ) AS naming WHERE place = 1
  ),
  told AS (
    SELECT coalesce(named.person, keyed.person) AS person, keyed.day, keyed.currency, keyed.account, keyed.event, keyed.event_id,
      keyed.ts, keyed.value, keyed.payment_ref, keyed.refund_ref, keyed.refunded_total, keyed.told_by, keyed.payment
    FROM keyed JOIN near ON near.payment = keyed.payment LEFT JOIN named ON named.payment = keyed.payment
  ),
  seen AS (SELECT DISTINCT payment FROM billing_ids WHERE project = $1 AND paid = 1)`

/**
 * Payments: of several events about one, those of the level that knows the amount best. An invoice may be paid in parts, so
 * single payments add up; of everything else one event counts, the earliest.
 */
const PAID = `
  paid AS (
    SELECT ${MEMBERS}, value AS amount FROM (
      SELECT ${MEMBERS}, value, level, min(level) OVER (PARTITION BY payment) AS best,
        row_number() OVER (PARTITION BY payment, level, part ORDER BY ts, event_id, event) AS place
      FROM (
        SELECT told.*, CASE told_by WHEN 'invoice' THEN 1 WHEN 'payment' THEN 2 WHEN 'checkout' THEN 3 ELSE 4 END AS level,
          CASE WHEN told_by = 'payment' THEN event_id ELSE '' END AS part
        FROM told WHERE ${PAYMENTS} AND value <> 0
      ) AS levels
    ) AS placed WHERE level = best AND place = 1
  )`

/**
 * What went back. A refund is told of by itself and by its charge, which only has the sum: the sum counts when it is as new
 * as the newest refund, else the one of the two that comes to more. What failed or was won is taken back, and is known to have been given even when nothing said so.
 *
 * A charge's sum so far goes down again when a refund fails: what it gave is the sum, and what had failed by then. So one
 * that is given again counts again, and one whose failure nobody told does not count twice.
 */
const GAVE = `
  by_refund AS (
    SELECT ${MEMBERS}, value, payment, CASE WHEN event = 'refunded' THEN ts END AS given_at FROM (
      SELECT told.*, row_number() OVER (PARTITION BY refund_ref
        ORDER BY CASE WHEN event = 'refunded' THEN 0 ELSE 1 END, ts, event_id) AS place
      FROM told WHERE event IN ('refunded', 'refund_failed') AND refund_ref IS NOT NULL
    ) AS refunds WHERE place = 1
  ),
  by_dispute AS (
    SELECT ${MEMBERS}, value, payment FROM (
      SELECT told.*, row_number() OVER (PARTITION BY refund_ref
        ORDER BY CASE WHEN event = 'payment_disputed' THEN 0 ELSE 1 END, ts, event_id) AS place
      FROM told WHERE event IN ('payment_disputed', 'dispute_won') AND refund_ref IS NOT NULL
    ) AS disputes WHERE place = 1
  ),
  returned AS (
    SELECT ${MEMBERS}, value, payment, event, ts FROM (
      SELECT told.*, row_number() OVER (PARTITION BY refund_ref ORDER BY ts, event_id) AS place
      FROM told WHERE ${among(RETURNED)} AND refund_ref IS NOT NULL
    ) AS known WHERE place = 1
  ),
  charged AS (
    SELECT told.*, coalesce(refunded_total, sum(value) OVER (PARTITION BY payment, payment_ref ORDER BY ts, event_id)) +
      coalesce((SELECT sum(r.value) FROM returned AS r
        WHERE r.payment = told.payment AND r.event = 'refund_failed' AND r.ts <= told.ts), 0) AS total
    FROM told WHERE event = 'refunded' AND refund_ref IS NULL
  ),
  by_charge AS (
    SELECT ${MEMBERS}, payment, total - coalesce(lag(total) OVER (PARTITION BY payment, payment_ref
      ORDER BY ts, refunded_total, event_id), 0) AS value,
      CASE WHEN refunded_total IS NOT NULL THEN ts END AS summed_at
    FROM charged
  ),
  sums AS (
    SELECT payment, CASE WHEN max(summed_at) >= coalesce(max(given_at), 0) THEN 1
      WHEN sum(charge) > sum(refund) THEN 1 ELSE 0 END AS told_by_charge
    FROM (
      SELECT payment, value AS refund, ${NOTHING} AS charge, given_at, CAST(NULL AS BIGINT) AS summed_at FROM by_refund
      UNION ALL
      SELECT payment, ${NOTHING} AS refund, value AS charge, CAST(NULL AS BIGINT) AS given_at, summed_at FROM by_charge
    ) AS given GROUP BY payment
  ),
  gave AS (
    SELECT ${MEMBERS}, value, r.payment FROM by_refund AS r JOIN sums ON sums.payment = r.payment
    WHERE sums.told_by_charge = 0
    UNION ALL
    SELECT ${MEMBERS}, value, c.payment FROM by_charge AS c JOIN sums ON sums.payment = c.payment
    WHERE sums.told_by_charge = 1
    UNION ALL
    SELECT ${MEMBERS}, value, payment FROM by_dispute
    UNION ALL
    SELECT ${MEMBERS}, -value AS value, payment FROM returned
  )`

/** Events that name no payment stand for themselves, as they always have. */
const ALONE = `
  SELECT ${MEMBERS}, CASE WHEN event = 'refunded' THEN -value ELSE value END AS amount,
    CASE WHEN event = 'refunded' THEN value ELSE ${NOTHING} END AS refunded, ${NOTHING} AS unmatched, 1 AS counted
  FROM keyed WHERE payment IS NULL AND (${PAYMENTS} OR event = 'refunded')`

export const REVENUE = `WITH ${TABLES}, ${PAID}, ${GAVE},
  money AS (
    ${ALONE}
    UNION ALL
    SELECT ${MEMBERS}, amount, ${NOTHING} AS refunded, ${NOTHING} AS unmatched, 1 AS counted FROM paid
    UNION ALL
    SELECT ${MEMBERS}, CASE WHEN seen.payment IS NULL THEN ${NOTHING} ELSE -value END AS amount,
      CASE WHEN seen.payment IS NULL THEN ${NOTHING} ELSE value END AS refunded,
      CASE WHEN seen.payment IS NULL THEN value ELSE ${NOTHING} END AS unmatched,
      CASE WHEN seen.payment IS NULL THEN 0 ELSE 1 END AS counted
    FROM gave LEFT JOIN seen ON seen.payment = gave.payment
  )
  SELECT money.day, money.currency, money.account, touch.source, ${bounded('sum(money.amount)')} AS amount,
    ${bounded('sum(money.refunded)')} AS refunded, ${bounded('sum(money.unmatched)')} AS unmatched, sum(money.counted) AS payments
  FROM money LEFT JOIN ${FIRST_TOUCH} AS touch ON touch.person = money.person
  WHERE money.day >= $2 AND money.day <= $3
  GROUP BY money.day, money.currency, money.account, touch.source
  ORDER BY money.day, money.currency, money.account, touch.source`

export const RECURRING = `SELECT plan, billing_interval, interval_count, currency, account, count(*) AS subscriptions,
    ${bounded('coalesce(sum(amount), 0)')} AS amount, count(*) - count(amount) AS unpriced
  FROM subscriptions WHERE project = $1 AND billed = 1 AND livemode = $2
  GROUP BY plan, billing_interval, interval_count, currency, account
  ORDER BY plan, billing_interval, interval_count, currency, account`

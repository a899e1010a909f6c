import { bounded } from './bounded-sql.ts'
import { GAVE } from './given-back-sql.ts'
import { MONEY_MEMBERS as MEMBERS, MONEY, NOTHING, PAYMENTS } from './money-sql.ts'
import { EVENTS_BY_PERSON, FIRST_TOUCH } from './person-sql.ts'

/** Which money is looked at, as expressions of SQL. */
interface MoneyOptions {
  /** A number for when an event `e` happened, such as its day. Sums are told by it. */
  readonly day: string
  /** Whether a `day` matters. */
  readonly isAsked: string
  /** 1 for live, 0 for test mode. */
  readonly livemode: string
}

/**
 * Every event about money that matters for the days that are asked for, in one mode, with the payment
 * that its ids lead to. All events of a payment that has any on these days are there, since only together they tell what
 * counts.
 *
 * A payment is whom its own events name, the first user or failing that the first visitor. Only where they name nobody is it the
 * payer's: several people may share a customer, or a guest's e-mail address.
 */
const tables = ({ day, isAsked, livemode }: MoneyOptions) => `
  about AS (
    SELECT e.person, ${day} AS day, e.currency, e.account, e.event, e.event_id, e.ts, e.value, e.payment_ref, e.refund_ref, e.refunded_total, e.released,
      e.told_by, e.livemode, e.user_id, e.anonymous_id,
      coalesce(b.payment, e.payment_ref) AS payment
    FROM ${EVENTS_BY_PERSON} AS e
    LEFT JOIN (SELECT id, payment FROM billing_ids WHERE project = $1) AS b ON b.id = e.payment_ref
    WHERE e.payment_ref IS NOT NULL OR ${MONEY}
  ),
  keyed AS (
    SELECT * FROM about
    WHERE ${MONEY} AND currency IS NOT NULL AND value IS NOT NULL AND coalesce(livemode, 1) = ${livemode}
  ),
  near AS (SELECT DISTINCT payment FROM keyed WHERE ${isAsked} AND payment IS NOT NULL),
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
 * single payments add up; of sums captured so far the greatest counts; of everything else one event, the earliest.
 */
const PAID = `
  paid AS (
    SELECT ${MEMBERS}, value AS amount FROM (
      SELECT ${MEMBERS}, value, level, min(level) OVER (PARTITION BY payment) AS best,
        row_number() OVER (PARTITION BY payment, level, part
          ORDER BY CASE WHEN told_by = 'capture' THEN -value END, ts, event_id, event) AS place
      FROM (
        SELECT told.*, CASE told_by WHEN 'invoice' THEN 1 WHEN 'payment' THEN 2
            WHEN 'capture' THEN 3 WHEN 'checkout' THEN 4 ELSE 5 END AS level,
          CASE told_by WHEN 'payment' THEN event_id WHEN 'capture' THEN payment_ref ELSE '' END AS part
        FROM told WHERE ${PAYMENTS} AND value <> 0
      ) AS levels
    ) AS placed WHERE level = best AND place = 1
  )`

/** Events that name no payment stand for themselves, as they always have. */
const ALONE = `
  SELECT ${MEMBERS}, CASE WHEN event = 'refunded' THEN -value ELSE value END AS amount,
    CASE WHEN event = 'refunded' THEN value ELSE ${NOTHING} END AS refunded, ${NOTHING} AS unmatched, 1 AS counted
  FROM keyed WHERE payment IS NULL AND (${PAYMENTS} OR event = 'refunded')`

/**
 * Tables that end with `money`: what came (`amount`), less what went back (`refunded`), by person, day, currency and account. Of days
 * that are not asked for some is there as well.
 */
export const moneyTables = (options: MoneyOptions): string => `${tables(options)}, ${PAID}, ${GAVE},
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
  )`

const DAYS = { day: 'e.day', isAsked: 'day >= $2 AND day <= $3', livemode: '$4' }

/** For the days `$2` to `$3`, in live (`$4` is 1) or test mode (0). */
export const REVENUE = `WITH ${moneyTables(DAYS)}
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

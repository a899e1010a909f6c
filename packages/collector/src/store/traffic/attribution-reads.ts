import type { ArrivalDimension, Attribution } from '../../traffic/attribution.ts'
import { bounded } from '../bounded-sql.ts'
import type { SqlDriver } from '../driver.ts'
import { eventsByPerson } from '../person-sql.ts'
import { among } from '../report-reads.ts'
import { moneyTables } from '../revenue-sql.ts'
import { compareTexts } from '../text-order.ts'
import type { Traffic, TrafficCredit } from './traffic.ts'
import { isAmong, trafficSql } from './traffic-sql.ts'

const COLUMNS = {
  channel: 'channel',
  source: 'origin',
  medium: 'medium',
  campaign: 'campaign',
  referrer: 'referrer_host',
} as const satisfies { [Name in ArrivalDimension]: string }

const ORDERS = {
  first: 't.ts, t.event_id, t.event',
  last: 't.ts DESC, t.event_id DESC, t.event DESC',
} as const satisfies { [Name in Attribution]: string }

/** When money came, rather than on which day: whoever came between two payments of a day came before the second. */
const MONEY = moneyTables({ day: 'e.ts', isAsked: 'day >= $2 AND day < $3', livemode: '1' })

/** Which arrivals brought conversions and revenue. What an arrival is, {@link Traffic} tells. */
export function createAttributionReads(driver: SqlDriver): Pick<Traffic, 'attribution'> {
  return {
    async attribution(project, { dimension, attribution, ...query }) {
      const { tables, values } = trafficSql(project, query)
      const isAsked = query.filters.length === 0 ? '' : `AND ${isAmong('person', 'matching')}`
      const reached = `SELECT person, min(ts) AS ts, CAST(NULL AS TEXT) AS currency, CAST(NULL AS BIGINT) AS amount
        FROM goals WHERE ${isAmong('person', 'matching')} GROUP BY person UNION ALL`
      const rows = await driver.query(
        `WITH ${tables}, ${MONEY},
        wins AS (
          ${query.goal === undefined ? '' : reached}
          SELECT person, day AS ts, currency, amount FROM money
          WHERE day >= $2 AND day < $3 AND account IS NULL ${isAsked}
        ),
        placed AS (
          SELECT person, ts, event_id, event, arrival, value,
            row_number() OVER (PARTITION BY person, session_id ORDER BY ts, event_id, event) AS place,
            row_number() OVER (PARTITION BY person ORDER BY ts, event_id, event) AS place_of_all
          FROM ${eventsByPerson(
            `e.ts, e.event_id, e.event, e.session_id, e.arrival, coalesce(e.${COLUMNS[dimension]}, '') AS value`,
            `AND e.channel IS NOT NULL AND ${among(query)}`,
          )} AS by_person WHERE ${isAmong('person', 'wins')}
        ),
        touches AS (
          SELECT person, ts, event_id, event, value,
            CASE WHEN arrival = 2 OR (arrival = 1 AND place = 1) THEN 0 ELSE 1 END AS is_page
          FROM placed WHERE arrival = 2 OR (arrival = 1 AND place = 1) OR place_of_all = 1
        ),
        moments AS (SELECT DISTINCT person, ts FROM wins),
        credited AS (
          SELECT DISTINCT ON (m.person, m.ts) m.person, m.ts, t.value
          FROM moments AS m JOIN touches AS t ON t.person = m.person AND t.ts <= m.ts
          ORDER BY m.person, m.ts, t.is_page, ${ORDERS[attribution]}
        )
        SELECT coalesce(c.value, '') AS value, w.currency, count(*) AS wins, ${bounded('sum(w.amount)')} AS amount
        FROM wins AS w LEFT JOIN credited AS c ON c.person = w.person AND c.ts = w.ts
        GROUP BY coalesce(c.value, ''), w.currency`,
        values,
      )
      const none = { ...(query.goal !== undefined && { conversions: 0 }), revenue: [] }
      const credits = new Map<string, TrafficCredit>()
      for (const row of rows) {
        const value = String(row['value'])
        const credit = credits.get(value) ?? { value: value || null, ...none }
        const currency = row['currency'] ?? null
        credits.set(
          value,
          currency === null
            ? { ...credit, conversions: Number(row['wins']) }
            : {
                ...credit,
                revenue: [...credit.revenue, { currency: String(currency), amount: Number(row['amount']) }].sort(
                  (a, b) => compareTexts(a.currency, b.currency),
                ),
              },
        )
      }
      return [...credits.values()].sort(
        (a, b) =>
          (b.conversions ?? 0) - (a.conversions ?? 0) ||
          greatest(b) - greatest(a) ||
          compareTexts(a.value ?? '', b.value ?? ''),
      )
    },
  }
}

/** Currencies are never added up. */
function greatest({ revenue }: TrafficCredit): number {
  return revenue.reduce((most, { amount }) => Math.max(most, amount), 0)
}

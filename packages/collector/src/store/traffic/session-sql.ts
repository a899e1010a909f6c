/** Whether an event is a view of a page. */
export const VIEW = `event = '$pageview'`

interface FirstOf {
  readonly columns: string
  readonly condition: string
  /** A number: the events that count have the least one. */
  readonly order: string
  /** Which of several with the same number. */
  readonly ties: string
}

/**
 * What the first event of each session tells. The least number of each session is one pass without any order; only
 * those few events that have it are put in order.
 *
 * PostgreSQL plans by how many rows it expects, and compares every row with every other where it expects few. So there is no second
 * equality (none is less than the least, so `<=` is `=`), and DISTINCT ON rather than the first of a window.
 */
const firstOf = ({ columns, condition, order, ties }: FirstOf) => `
    SELECT DISTINCT ON (n.session_id) n.session_id, ${columns} FROM nearby AS n JOIN (
      SELECT session_id, min(${order}) AS least FROM nearby WHERE ${condition} GROUP BY session_id
    ) AS firsts ON firsts.session_id = n.session_id AND ${order} <= firsts.least
    WHERE ${condition} ORDER BY n.session_id, ${ties}`

const OF_PAGES = { columns: 'path', condition: `${VIEW} AND path IS NOT NULL` } as const

/** Above every instant. */
const LATER = 9_007_199_254_740_992

/** Facts of sessions that take looking at all of their events in `nearby`: one row for each session that has any. */
export const SESSION_TABLES = {
  entries: firstOf({ ...OF_PAGES, order: 'ts', ties: 'event_id' }),
  exits: firstOf({ ...OF_PAGES, order: '-ts', ties: 'event_id DESC' }),
  // The first event that says where from; in a session without one, the first that tells a page.
  arrivals: firstOf({
    columns: 'channel, origin, medium, campaign, referrer_host',
    condition: 'channel IS NOT NULL',
    order: `CASE WHEN arrival > 0 THEN ts ELSE ts + ${LATER} END`,
    ties: 'event_id, event',
  }),
} as const

export type SessionTable = keyof typeof SESSION_TABLES

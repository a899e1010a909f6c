import type { TrackEvent } from '@threadline/schema'
import { hasSource, type Touch, touchOf } from '../touch.ts'
import type { SqlDriver, SqlRow, SqlValue } from './driver.ts'
import { PAGE } from './page-sql.ts'
import type { eventsOfPerson } from './person-events-sql.ts'
import type { PersonTouch } from './store.ts'

/** What an event is among arrivals; of events from before that was kept, what their text looks like. */
const ARRIVAL = `CASE WHEN arrival IS NOT NULL THEN arrival
  WHEN source IS NOT NULL OR body LIKE '%"utm":{"%' OR body LIKE '%"clickIds":{"%' THEN 2
  WHEN body LIKE '%"referrer":"%' THEN 1 ELSE 0 END`

export interface ArrivalReads {
  /** The first and the last arrival that say where the person of `values` came from; failing any, their first page. */
  touches(
    values: readonly SqlValue[],
  ): Promise<{ readonly first: PersonTouch | null; readonly last: PersonTouch | null }>
}

/** Finds out how a person came, by the events that tell, one at a time and from either end. */
export function createArrivalReads(driver: SqlDriver, eventsOf: ReturnType<typeof eventsOfPerson>): ArrivalReads {
  const arrivals = `(
    SELECT ts, event_id, channel, body FROM (
      SELECT ts, event_id, channel, body, arrives, row_number() OVER (PARTITION BY session_id ORDER BY ts, event_id) AS place
      FROM (
        SELECT session_id, ts, event_id, channel, body, path, arrival, ${ARRIVAL} AS arrives
        FROM ${eventsOf('session_id, ts, event_id, channel, source, path, arrival, body')}
      ) AS told WHERE arrives > 0 OR ${PAGE}
    ) AS placed WHERE arrives = 2 OR (arrives = 1 AND place = 1)
  ) AS arrived`
  const pages = `${eventsOf('ts, event_id, channel, path, arrival, body')} WHERE ${PAGE}`
  const first = (from: string, word: 'WHERE' | 'AND') =>
    `SELECT ts, event_id, channel, body FROM ${from} ${word} (ts, event_id) > ($4, $5) ORDER BY ts, event_id LIMIT 1`
  const last = `SELECT ts, event_id, channel, body FROM ${arrivals} WHERE (ts, event_id) < ($4, $5)
    ORDER BY ts DESC, event_id DESC LIMIT 1`

  /** The first row that tells what its text looked like. It is the very first but among old events. */
  async function find(
    text: string,
    values: readonly SqlValue[],
    { from, tells }: { readonly from: number; readonly tells: (touch: Touch) => boolean },
  ): Promise<PersonTouch | null> {
    let place: readonly [ts: number, eventId: string] = [from, '']
    for (;;) {
      const [row] = await driver.query(text, [...values, ...place])
      if (!row) return null
      const touch = touchOf(eventOf(row))
      const at = Number(row['ts'])
      const channel = row['channel'] ?? null
      if (tells(touch)) return { at, ...touch, channel: channel === null ? null : String(channel) }
      place = [at, String(row['event_id'])]
    }
  }

  return {
    async touches(values) {
      const [found, latest] = await Promise.all([
        find(first(arrivals, 'WHERE'), values, { from: -1, tells: hasSource }),
        find(last, values, { from: Number.MAX_SAFE_INTEGER, tells: hasSource }),
      ])
      const direct =
        found && latest
          ? null
          : await find(first(pages, 'AND'), values, { from: -1, tells: ({ path }) => path !== null })
      return { first: found ?? direct, last: latest ?? direct }
    },
  }
}

function eventOf(row: SqlRow): TrackEvent {
  return JSON.parse(String(row['body']))
}

import type { Catalogue } from './catalogue.ts'
import type { SqlDriver, SqlRow } from './driver.ts'
import { among } from './report-reads.ts'
import { seenProperties } from './seen-properties.ts'

/** Longer events are not looked into, so that what is read of them at once has a bound. In characters. */
const MAX_BODY_LENGTH = 20_000

/**
 * One pass. Of each name and sender, those of days with the same last digit are one part, whose first and last id stand for it:
 * up to 40 events of a name, spread over the period and over old and new versions of whoever sends them.
 */
const seenSql = (counted: string) => `WITH parts AS (
    SELECT event, sender, day % 10 AS part, count(*) AS counted, min(ts) AS first_seen, max(ts) AS last_seen,
      min(event_id) AS one_id, max(event_id) AS other_id
    FROM events WHERE project = $1 AND day >= $2 AND day <= $3 AND ${counted} GROUP BY event, sender, day % 10
  ), named AS (
    SELECT event, sum(counted) AS total, min(first_seen) AS first_seen, max(last_seen) AS last_seen
    FROM parts GROUP BY event ORDER BY total DESC, event LIMIT $4
  )
  SELECT named.event AS event, named.total AS total, named.first_seen AS first_seen, named.last_seen AS last_seen,
    sender, one_id, other_id
  FROM named JOIN parts ON parts.event = named.event ORDER BY named.total DESC, named.event, sender, part`

interface Seen {
  readonly row: SqlRow
  readonly senders: Set<'browser' | 'server'>
  readonly ids: Set<string>
}

/** What events there were, and by a sample of them what they hold. */
export function createCatalogueReads(driver: SqlDriver): Catalogue {
  const asked = `(SELECT event, event_id FROM ${driver.rowsFrom('$4', { event: 'VARCHAR', event_id: 'VARCHAR' })})`
  const sample = `SELECT events.event AS event, events.body AS body FROM ${asked} AS asked
    JOIN events ON events.project = $1 AND events.event = asked.event AND events.event_id = asked.event_id
    WHERE events.day >= $2 AND events.day <= $3 AND length(events.body) <= ${MAX_BODY_LENGTH}`

  return {
    async catalogue(project, { days, limit, ...rest }) {
      const span = [project, days.from, days.to]
      const seen = byName(await driver.query(seenSql(among(rest)), [...span, limit]))
      if (seen.size === 0) return []
      const keys = Array.from(seen, ([event, { ids }]) => Array.from(ids, (id) => ({ event, event_id: id }))).flat()
      const bodies = new Map<string, string[]>()
      for (const { event, body } of await driver.query(sample, [...span, JSON.stringify(keys)])) {
        const name = String(event)
        bodies.set(name, [...(bodies.get(name) ?? []), String(body)])
      }
      return Array.from(seen, ([event, { row, senders }]) => {
        const looked = bodies.get(event) ?? []
        return {
          event,
          count: Number(row['total']),
          firstSeen: Number(row['first_seen']),
          lastSeen: Number(row['last_seen']),
          senders: [...senders],
          lookedInto: looked.length,
          ...seenProperties(looked),
        }
      })
    },
  }
}

/** In the order of the rows. */
function byName(rows: readonly SqlRow[]): ReadonlyMap<string, Seen> {
  const names = new Map<string, Seen>()
  for (const row of rows) {
    const event = String(row['event'])
    const seen: Seen = names.get(event) ?? { row, senders: new Set(), ids: new Set() }
    names.set(event, seen)
    seen.senders.add(row['sender'] === 'pk' ? 'browser' : 'server')
    for (const id of [row['one_id'], row['other_id']]) seen.ids.add(String(id))
  }
  return names
}

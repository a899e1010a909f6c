import type { Columns, ColumnType, SqlDriver, SqlSession } from './driver.ts'
import type { EventRow } from './store.ts'

const KEY_COLUMNS: Columns = { project: 'VARCHAR', event: 'VARCHAR', event_id: 'VARCHAR' }

const EVENT_COLUMNS = {
  project: 'VARCHAR',
  event: 'VARCHAR',
  event_id: 'VARCHAR',
  anonymous_id: 'VARCHAR',
  user_id: 'VARCHAR',
  session_id: 'VARCHAR',
  ts: 'BIGINT',
  sent_at: 'BIGINT',
  received_at: 'BIGINT',
  stored_at: 'BIGINT',
  day: 'INTEGER',
  value: 'BIGINT',
  currency: 'VARCHAR',
  email: 'VARCHAR',
  source: 'VARCHAR',
  sender: 'VARCHAR',
  body: 'VARCHAR',
} as const satisfies { [Column in keyof EventRow | 'stored_at']: ColumnType }

const LINK_COLUMNS: Columns = { project: 'VARCHAR', anonymous_id: 'VARCHAR', user_id: 'VARCHAR', first_seen: 'BIGINT' }

interface Link {
  readonly project: string
  readonly anonymous_id: string
  readonly user_id: string
  readonly first_seen: number
}

/**
 * The one way events get in: keys first, then the events and links of those keys that were new.
 *
 * @returns for `rows`, in their order, whether each was stored now.
 */
export function createAppend(
  driver: SqlDriver,
  now: () => number,
): (rows: readonly EventRow[]) => Promise<readonly boolean[]> {
  const insertKeys = `INSERT INTO event_keys (${names(KEY_COLUMNS)})
    SELECT ${names(KEY_COLUMNS)} FROM ${driver.rowsFrom('$1', KEY_COLUMNS)}
    ON CONFLICT DO NOTHING RETURNING project, event, event_id`
  const insertEvents = `INSERT INTO events (${names(EVENT_COLUMNS)})
    SELECT ${names(EVENT_COLUMNS)} FROM ${driver.rowsFrom('$1', EVENT_COLUMNS)}`
  const insertLinks = `INSERT INTO identity_links (${names(LINK_COLUMNS)})
    SELECT ${names(LINK_COLUMNS)} FROM ${driver.rowsFrom('$1', LINK_COLUMNS)}
    ON CONFLICT (project, anonymous_id, user_id) DO UPDATE SET first_seen = excluded.first_seen
    WHERE excluded.first_seen < identity_links.first_seen`

  let lastStoredAt = 0

  /** Later than in every transaction before, so that a reader of the tail who saw those misses nothing of this one. */
  function nextStoredAt(): number {
    lastStoredAt = Math.max(lastStoredAt + 1, now())
    return lastStoredAt
  }

  async function write(session: SqlSession, firsts: ReadonlyMap<string, EventRow>): Promise<ReadonlySet<EventRow>> {
    // In one order everywhere, so that two processes with the same events wait for each other and never deadlock.
    const keys = [...firsts].sort(byKey).map(([, { project, event, event_id }]) => ({ project, event, event_id }))
    const returned = await session.query(insertKeys, [JSON.stringify(keys)])
    const fresh = new Set<EventRow>()
    for (const { project, event, event_id } of returned) {
      const row = firsts.get(keyOf(String(project), String(event), String(event_id)))
      if (row) fresh.add(row)
    }
    if (fresh.size === 0) return fresh
    const stored_at = nextStoredAt()
    await session.query(insertEvents, [JSON.stringify(Array.from(fresh, (row) => ({ ...row, stored_at })))])
    const links = linksOf(fresh)
    if (links.length > 0) await session.query(insertLinks, [JSON.stringify(links)])
    return fresh
  }

  return async (rows) => {
    if (rows.length === 0) return []
    const firsts = new Map<string, EventRow>()
    for (const row of rows) {
      const key = keyOf(row.project, row.event, row.event_id)
      if (!firsts.has(key)) firsts.set(key, row)
    }
    const fresh = await driver.transaction((session) => write(session, firsts))
    return rows.map((row) => fresh.has(row))
  }
}

/** Which visitor was seen with which user, and when first. */
function linksOf(rows: Iterable<EventRow>): Link[] {
  const links = new Map<string, Link>()
  for (const { project, anonymous_id, user_id, ts } of rows) {
    if (anonymous_id === null || user_id === null) continue
    const key = keyOf(project, anonymous_id, user_id)
    const known = links.get(key)
    if (!known || ts < known.first_seen) links.set(key, { project, anonymous_id, user_id, first_seen: ts })
  }
  return [...links].sort(byKey).map(([, link]) => link)
}

/** The parts are checked to hold no control characters, so none can fake the boundary. */
function keyOf(...parts: string[]): string {
  return parts.join('\0')
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

function names(columns: Columns): string {
  return Object.keys(columns).join(', ')
}

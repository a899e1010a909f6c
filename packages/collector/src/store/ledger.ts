import { createHash } from 'node:crypto'
import type { Columns, SqlDriver, SqlRow, SqlSession } from './driver.ts'
import type { EventRow } from './store.ts'

const CLAIM_COLUMNS: Columns = { hash: 'VARCHAR', public_at: 'BIGINT' }
const TEXT_COLUMNS: Columns = { project: 'VARCHAR', event: 'VARCHAR', event_id: 'VARCHAR' }
const PLACE_COLUMNS: Columns = { ...TEXT_COLUMNS, position: 'BIGINT' }

/** Keys that are moved in one transaction: few enough that nobody notices. */
const MOVED_AT_ONCE = 1_000

type Key = Pick<EventRow, 'project' | 'event' | 'event_id'>

/**
 * What an event is known by for ever: 16 bytes of SHA-256 over project, name and id, in hex. Ids may name people
 * (`order-jane.roe`), and the ledger outlives them.
 */
export function ledgerHash({ project, event, event_id }: Key): string {
  // None of the three can hold NUL.
  const hash = createHash('sha256').update(`${project}\0${event}\0${event_id}`)
  return hash.digest('hex').slice(0, 32)
}

export interface Ledger {
  /**
   * Enters rows, by their hashes, that will be stored at `position`.
   *
   * @returns the hashes of those to store: that were not there or, for a server's event, that only a public key had
   * claimed. What was stored under that claim is removed.
   */
  claim(session: SqlSession, rows: ReadonlyMap<string, EventRow>, position: number): Promise<ReadonlySet<string>>
  /**
   * Moves some keys of the first versions, which kept them as text.
   *
   * @returns false when there are none left.
   */
  moveSome(): Promise<boolean>
}

/**
 * The ledger of what was ever stored. `public_at` is the position of an event that a public key brought; negative once a
 * server's event has replaced it; null for what a server brought first.
 */
export async function openLedger(driver: SqlDriver): Promise<Ledger> {
  const hash = 'CAST(hash AS UUID)'
  const from = (columns: Columns) => driver.rowsFrom('$1', columns)
  const enter = `INSERT INTO event_keys (hash, public_at) SELECT ${hash}, public_at FROM ${from(CLAIM_COLUMNS)}
    ON CONFLICT (hash)`
  // An update waits for whoever is at the same key, and sees what they made of it.
  const claim = `${enter} DO UPDATE SET public_at = -event_keys.public_at
    WHERE event_keys.public_at > 0 AND excluded.public_at IS NULL RETURNING CAST(hash AS VARCHAR) AS hash, public_at`
  const adopt = `${enter} DO NOTHING`
  const sameKey = (table: string) =>
    `${table}.project = incoming.project AND ${table}.event = incoming.event AND ${table}.event_id = incoming.event_id`
  const inText = `SELECT known.project, known.event, known.event_id
    FROM event_keys_by_text AS known JOIN ${from(TEXT_COLUMNS)} ON ${sameKey('known')}`
  // Along the index: from its start it would pass all that was moved before.
  const nextTexts = `SELECT project, event, event_id FROM event_keys_by_text WHERE (project, event, event_id) > ($1, $2, $3)
    ORDER BY project, event, event_id LIMIT ${MOVED_AT_ONCE}`
  const removeText = `DELETE FROM event_keys_by_text USING ${from(TEXT_COLUMNS)} WHERE ${sameKey('event_keys_by_text')}`
  const removeEvents = `DELETE FROM events USING ${from(PLACE_COLUMNS)}
    WHERE ${sameKey('events')} AND events.position = incoming.position AND events.sender = 'pk'`

  // On DuckDB the migration has moved them all. Nothing is added to the old table, so once it is empty it stays so.
  const isAnyLeft = async () => (await driver.query('SELECT 1 AS found FROM event_keys_by_text LIMIT 1')).length > 0
  let hasText = driver.engine === 'postgres' && (await isAnyLeft())
  let last: Key = { project: '', event: '', event_id: '' }

  async function move(session: SqlSession, found: readonly SqlRow[]): Promise<void> {
    if (found.length === 0) return
    const keys = found.map(toKey)
    const claims = keys.map((key) => ({ hash: ledgerHash(key), public_at: null })).sort(byHash)
    await session.query(adopt, [JSON.stringify(claims)])
    await session.query(removeText, [JSON.stringify(keys)])
  }

  return {
    async claim(session, rows, position) {
      const texts = [...rows.values()].map(({ project, event, event_id }) => ({ project, event, event_id }))
      if (hasText) await move(session, await session.query(inText, [JSON.stringify(texts)]))
      // In one order everywhere, so that two processes with the same events wait for each other and never deadlock.
      const claims = [...rows]
        .map(([hash, { sender }]) => ({ hash, public_at: sender === 'sk' ? null : position }))
        .sort(byHash)
      const claimed = await session.query(claim, [JSON.stringify(claims)])
      const replaced = claimed.flatMap((row) => {
        const event = rows.get(hashOf(row))
        const place = Number(row['public_at'] ?? 0)
        if (!event || place >= 0) return []
        return { project: event.project, event: event.event, event_id: event.event_id, position: -place }
      })
      if (replaced.length > 0) await session.query(removeEvents, [JSON.stringify(replaced)])
      return new Set(claimed.map(hashOf))
    },
    async moveSome() {
      if (!hasText) return false
      const { project, event, event_id } = last
      const found = await driver.exclusively(() =>
        driver.transaction(async (session) => {
          const next = await session.query(nextTexts, [project, event, event_id])
          await move(session, next)
          return next.map(toKey)
        }),
      )
      last = found.at(-1) ?? { project: '', event: '', event_id: '' }
      if (found.length === 0) hasText = await isAnyLeft()
      return hasText
    },
  }
}

function toKey(row: SqlRow): Key {
  return { project: String(row['project']), event: String(row['event']), event_id: String(row['event_id']) }
}

function hashOf(row: SqlRow): string {
  return String(row['hash']).replaceAll('-', '')
}

function byHash(a: { readonly hash: string }, b: { readonly hash: string }): number {
  return a.hash < b.hash ? -1 : 1
}

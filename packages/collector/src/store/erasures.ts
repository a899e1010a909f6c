import { randomUUID } from 'node:crypto'
import type { SqlDriver, SqlSession } from './driver.ts'
import type { Store } from './store.ts'

const ADD = 'INSERT INTO erasures (id, project, erased_at, events, links) VALUES ($1, $2, $3, $4, $5)'
const LIST = `SELECT id, erased_at, events, links, compacted_at FROM erasures WHERE project = $1
  ORDER BY erased_at DESC, id LIMIT $2`

/** Notes that somebody was erased, in the transaction of `session`: when and how much, never who. */
export async function noteErasure(
  session: SqlSession,
  { project, at, events, links }: { project: string; at: number; events: number; links: number },
): Promise<void> {
  await session.query(ADD, [randomUUID(), project, at, events, links])
}

/** Of erasures whose bytes may still be in the database's files, whether there is any. */
const ANY_LEFT = 'SELECT 1 AS found FROM erasures WHERE compacted_at IS NULL LIMIT 1'

/** Notes when the files were written anew. */
export const settle = (erasures: string): string =>
  `UPDATE ${erasures} SET compacted_at = $1 WHERE compacted_at IS NULL`

/** The log of erasures. It holds no personal data. */
export function createErasureReads(driver: SqlDriver): Pick<Store, 'erasures' | 'needsCompaction'> {
  return {
    async erasures(project, limit) {
      const rows = await driver.query(LIST, [project, limit])
      return rows.map((row) => ({
        id: String(row['id']),
        erasedAt: Number(row['erased_at']),
        events: Number(row['events']),
        links: Number(row['links']),
        compactedAt: (row['compacted_at'] ?? null) === null ? null : Number(row['compacted_at']),
      }))
    },
    async needsCompaction() {
      return (await driver.query(ANY_LEFT)).length > 0
    },
  }
}

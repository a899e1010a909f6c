import type { SqlDriver, SqlSession } from './driver.ts'

/** Any 16 bits, which tell these advisory locks from those of other programs; below them are 48 for a position. */
const MARK = 0x544c
const POSITION_BITS = 48
const KEY_OF_LAST = `(${MARK}::bigint << ${POSITION_BITS}) + last_value`

// The lock is held, and can be seen by readers, before the position is taken: that is above what the lock names. Rows of a
// materialized expression are made first, and none of their columns is left out.
const TAKE = `WITH held AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(${KEY_OF_LAST}) FROM tail_positions)
  SELECT nextval('tail_positions') AS position FROM held`

const LAST = 'SELECT last_value FROM tail_positions'

/** The least position that an open transaction holds; null when there is none. */
const HELD = `SELECT min(((classid::bigint << 32) | objid::bigint) & ((1::bigint << ${POSITION_BITS}) - 1)) AS position
  FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND classid::bigint >> ${POSITION_BITS - 32} = ${MARK}
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

/**
 * Gives positions out of a sequence, and tells which of them are settled, for any number of collectors on one database.
 *
 * A transaction holds a shared lock that names the last position before its own, until it has ended. Whoever reads the
 * sequence, then the locks, and then the rows, finds every row up to the least of the two: what took a position by then has
 * either shown its lock, or shows its rows. Nobody waits for anybody. Neither clocks nor the transactions of others matter,
 * which would hold up the oldest one that a snapshot knows of (`pg_snapshot_xmin`) for as long as they last; and a
 * dump has the sequence, but not the ids of transactions.
 */
export function createPositions(reads: SqlSession): Pick<SqlDriver, 'takePosition' | 'settledPosition'> {
  return {
    async takePosition(session) {
      const [row] = await session.query(TAKE)
      return Number(row?.['position'])
    },
    async settledPosition({ query } = reads) {
      // In this order, and not in one statement, which would see rows as they were before it looked at the locks.
      const [last] = await query(LAST)
      const [held] = await query(HELD)
      return Math.min(Number(last?.['last_value']), Number(held?.['position'] ?? Number.MAX_SAFE_INTEGER))
    },
  }
}

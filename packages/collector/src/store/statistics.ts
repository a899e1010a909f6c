import { DISTRIBUTED_TABLES } from './citus.ts'
import type { SqlDriver } from './driver.ts'

/** Fewer rows than this change no plan. */
const FEWEST_ROWS = 10_000

/** New rows, as a part of those that were there at the last time, after which plans are made from a wrong idea. */
const GROWN_BY = 0.2

export interface Statistics {
  /** So many events were stored. Refreshes statistics in the background when these are many. */
  stored(events: number): void
  /** Refreshes them now, unless that is under way. Resolves when they are, and never rejects: a report is slower without. */
  refresh(): Promise<void>
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
}

/**
 * Keeps what PostgreSQL knows about the tables up to date. Autovacuum does so for each month, some minutes late, and never for
 * `events` as a whole, which every report reads: without, reports took over a minute. DuckDB keeps its own.
 */
export function createStatistics(driver: SqlDriver): Statistics {
  let known = 0
  let fresh = 0
  let running: Promise<void> | undefined

  async function analyze(): Promise<void> {
    try {
      await driver.transaction(async (session) => {
        await session.query('SET LOCAL statement_timeout = 0')
        for (const table of DISTRIBUTED_TABLES) await session.query(`ANALYZE ${table}`)
      })
      const [row] = await driver.lookup(ROWS)
      known = Math.max(0, Number(row?.['rows'] ?? 0))
    } catch {
      // Tried again when as many rows have come once more.
    }
  }

  function refresh(): Promise<void> {
    if (driver.engine !== 'postgres') return Promise.resolve()
    fresh = 0
    running ??= analyze().finally(() => {
      running = undefined
    })
    return running
  }

  return {
    stored(events) {
      fresh += events
      if (fresh >= Math.max(FEWEST_ROWS, known * GROWN_BY)) void refresh()
    },
    refresh,
    settled: () => running ?? Promise.resolve(),
  }
}

/** Rows of `events` when it was last analyzed. */
const ROWS = `SELECT reltuples AS rows FROM pg_class WHERE oid = 'events'::regclass`

/** Tells whether `events` was never analyzed: new, restored from a dump, or brought here by an upgrade of PostgreSQL. */
export async function hasNoStatistics(driver: SqlDriver): Promise<boolean> {
  if (driver.engine !== 'postgres') return false
  const [row] = await driver.lookup(ROWS)
  return Number(row?.['rows'] ?? 0) <= 0
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { SqlDriver, SqlSession } from './driver.ts'
import { FILE_NAME } from './duckdb-files.ts'
import { MIGRATION_NOTES, type MigrationNote } from './migration-notes.ts'
import { tooNew } from './migrations.ts'
import type { StoreLocation } from './open-store.ts'

/** A step that the tables have not taken yet. */
export interface PlannedMigration extends MigrationNote {
  /** The version that the tables are at after it. */
  readonly version: number
}

/** What the next start of a collector would do to the tables. */
export interface MigrationPlan {
  readonly engine: SqlDriver['engine']
  /** The version that the tables are at; 0 when there are none. */
  readonly from: number
  /** The version that this collector needs. */
  readonly to: number
  /** From first to last; none when there is nothing to do. */
  readonly steps: readonly PlannedMigration[]
}

/**
 * Tells which steps {@link openStore} would take, and changes nothing. A collector may be at work on a PostgreSQL; a data folder must
 * be free.
 *
 * @throws {@link StoreError} `locked`, `unreachable` or `too_new`.
 */
export async function planMigration(location: StoreLocation): Promise<MigrationPlan> {
  const engine = 'databaseUrl' in location ? 'postgres' : 'duckdb'
  const from = 'databaseUrl' in location ? await ofDatabase(location.databaseUrl) : await ofFolder(location.dataDir)
  const to = MIGRATION_NOTES.length
  if (from > to) throw tooNew(from, to)
  const steps = MIGRATION_NOTES.map((note, index) => ({ version: index + 1, ...note })).slice(from)
  return { engine, from, to, steps }
}

const FOUND = `SELECT count(*) AS found FROM information_schema.tables
  WHERE table_name = 'schema_migrations' AND table_schema = current_schema()`
const VERSION = 'SELECT coalesce(max(version), 0) AS version FROM schema_migrations'

async function ofDatabase(databaseUrl: string): Promise<number> {
  const { openPostgres } = await import('./postgres-driver.ts')
  const driver = await openPostgres(databaseUrl)
  try {
    return await version(driver)
  } finally {
    await driver.close()
  }
}

async function ofFolder(dataDir: string): Promise<number> {
  if (!existsSync(join(dataDir, FILE_NAME))) return 0
  const { readUnchanged } = await import('./duckdb-read-only.ts')
  return await readUnchanged(dataDir, version)
}

async function version(session: SqlSession): Promise<number> {
  const [tables] = await session.query(FOUND)
  if (Number(tables?.['found']) === 0) return 0
  const [row] = await session.query(VERSION)
  return Number(row?.['version'])
}

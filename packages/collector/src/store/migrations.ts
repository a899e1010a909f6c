import { distribute } from './citus.ts'
import type { SqlDriver } from './driver.ts'
import { MIGRATIONS, type Migration } from './migration-steps.ts'
import { StoreError } from './store-error.ts'

export interface MigrateOptions {
  /** The steps to take. @defaultValue all of them */
  readonly migrations?: readonly Migration[]
  /** Spreads the tables over the workers of a Citus at the end. @defaultValue false */
  readonly citus?: boolean
}

/**
 * Brings the tables to the version that `migrations` end with, each step in a transaction of its own.
 *
 * @returns whether there was anything to do.
 * @throws {@link StoreError} `too_new` or `no_citus`.
 */
export async function migrate(
  driver: SqlDriver,
  { migrations = MIGRATIONS, citus = false }: MigrateOptions = {},
): Promise<boolean> {
  return await driver.exclusively(async () => {
    await driver.transaction(async (session) => {
      await session.query('CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY)')
    })
    const rows = await driver.query('SELECT max(version) AS version FROM schema_migrations')
    const current = Number(rows[0]?.['version'] ?? 0)
    if (current > migrations.length) {
      throw tooNew(current, migrations.length)
    }
    for (const [index, statements] of migrations.entries()) {
      if (index < current) continue
      await driver.transaction(async (session) => {
        // An index over a year of events takes longer than any statement may otherwise.
        if (driver.engine === 'postgres') await session.query('SET LOCAL statement_timeout = 0')
        for (const statement of statements(driver.engine)) await session.query(statement)
        await session.query('INSERT INTO schema_migrations (version) VALUES ($1)', [index + 1])
      })
    }
    if (citus) await distribute(driver)
    return current < migrations.length
  })
}

/** Tables of a later version are neither read nor changed. */
export function tooNew(current: number, known: number): StoreError {
  return new StoreError(
    'too_new',
    `the database is at schema version ${current} and this collector knows ${known}: install a newer one`,
  )
}

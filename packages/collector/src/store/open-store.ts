import type { SqlDriver } from './driver.ts'
import { createSqlStore } from './sql-store.ts'
import type { Store } from './store.ts'

/** Where the events live: a folder for the embedded DuckDB, or the URL of a PostgreSQL. */
export type StoreLocation = { readonly dataDir: string } | { readonly databaseUrl: string }

/**
 * Opens the events in `dataDir` (DuckDB; the folder is made when missing) or at `databaseUrl`
 * (`postgres://user:password@host:port/database`) and brings their tables to this version.
 *
 * One process owns a data folder; on PostgreSQL any number of collectors share a database.
 *
 * @throws {@link StoreError} `locked`, `unreachable` or `too_new`.
 */
export async function openStore(location: StoreLocation): Promise<Store> {
  const driver = await openDriver(location)
  try {
    return await createSqlStore(driver)
  } catch (error) {
    await driver.close()
    throw error
  }
}

/** Each driver is loaded only where it is used: DuckDB is 70 MB of native code that a PostgreSQL user need not load. */
async function openDriver(location: StoreLocation): Promise<SqlDriver> {
  if ('databaseUrl' in location) {
    const { openPostgres } = await import('./postgres-driver.ts')
    return openPostgres(location.databaseUrl)
  }
  const { openDuckDb } = await import('./duckdb-driver.ts')
  return openDuckDb(location.dataDir)
}

import type { SqlDriver } from './driver.ts'
import { createSqlStore } from './sql-store.ts'
import type { Store } from './store.ts'

/**
 * Where the events live: a folder for the embedded DuckDB, or the URL of a PostgreSQL. With `citus` its tables are spread
 * over the workers of a Citus, by project; the URL is then that of the coordinator.
 */
export type StoreLocation = { readonly dataDir: string } | { readonly databaseUrl: string; readonly citus?: boolean }

/**
 * Opens the events in `dataDir` (DuckDB; the folder is made when missing) or at `databaseUrl`
 * (`postgres://user:password@host:port/database`) and brings their tables to this version.
 *
 * One process owns a data folder; on PostgreSQL any number of collectors share a database.
 *
 * @throws {@link StoreError} `locked`, `unreachable`, `too_new` or `no_citus`.
 */
export async function openStore(location: StoreLocation): Promise<Store> {
  const driver = await openDriver(location)
  try {
    return await createSqlStore(driver, Date.now, { citus: 'citus' in location && location.citus === true })
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

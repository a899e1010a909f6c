import type { SqlDriver } from './driver.ts'
import { createSqlStore } from './sql-store.ts'
import type { Store } from './store.ts'
import { StoreError } from './store-error.ts'
import { openWitness } from './witness.ts'

/** The folder of an embedded DuckDB. */
interface DataFolder {
  readonly dataDir: string
  /** Goes on with a folder that holds less than was acknowledged from it. @defaultValue false */
  readonly acceptDataLoss?: boolean
}

/**
 * Where the events live: a folder for the embedded DuckDB, or the URL of a PostgreSQL. With `citus` its tables are spread
 * over the workers of a Citus, by project; the URL is then that of the coordinator.
 */
export type StoreLocation = DataFolder | { readonly databaseUrl: string; readonly citus?: boolean }

/**
 * Opens the events in `dataDir` (DuckDB; the folder is made when missing) or at `databaseUrl`
 * (`postgres://user:password@host:port/database`) and brings their tables to this version.
 *
 * One process owns a data folder; on PostgreSQL any number of collectors share a database.
 *
 * @throws {@link StoreError} `locked`, `unreachable`, `too_new`, `data_lost` or `no_citus`.
 */
export async function openStore(location: StoreLocation): Promise<Store> {
  const driver = await openDriver(location)
  try {
    const store = await createSqlStore(driver, Date.now, { citus: 'citus' in location && location.citus === true })
    return 'dataDir' in location ? await witnessed(store, driver, location) : store
  } catch (error) {
    await driver.close()
    throw error
  }
}

const STORED = 'SELECT count(*) AS stored FROM event_keys'

/** The same store, which notes beside the database how many events it has acknowledged, and has looked whether they are there. */
async function witnessed(
  store: Store,
  driver: SqlDriver,
  { dataDir, acceptDataLoss = false }: DataFolder,
): Promise<Store> {
  const [row] = await driver.query(STORED)
  let stored = Number(row?.['stored'])
  const witness = openWitness(dataDir)
  const missing = witness.acknowledged - stored
  if (missing > 0 && !acceptDataLoss) {
    witness.close()
    throw new StoreError(
      'data_lost',
      `${dataDir} holds ${stored} events, and ${missing} more were acknowledged from it. Restore a backup, or put back the files that are missing; to go on without them, start with acceptDataLoss (--accept-data-loss).`,
    )
  }
  witness.note(stored)
  return {
    ...store,
    async append(rows, counts) {
      const outcome = await store.append(rows, counts)
      stored += outcome.filter(Boolean).length
      witness.note(stored)
      return outcome
    },
    async close() {
      await store.close()
      witness.close()
    },
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

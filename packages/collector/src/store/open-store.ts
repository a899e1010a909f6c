import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { SqlDriver, SqlSession } from './driver.ts'
import { FILE_NAME } from './duckdb-files.ts'
import { settle } from './erasures.ts'
import { createSqlStore } from './sql-store.ts'
import type { Store } from './store.ts'
import { StoreError } from './store-error.ts'
import { mustBeMoved } from './unfinished-move.ts'
import { openWitness, type Witness } from './witness.ts'

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
export type StoreLocation = DataFolder | Database

interface Database {
  readonly databaseUrl: string
  readonly citus?: boolean
}

/**
 * Opens the events in `dataDir` (DuckDB; the folder is made when missing) or at `databaseUrl`
 * (`postgres://user:password@host:port/database`) and brings their tables to this version.
 *
 * One process owns a data folder; on PostgreSQL any number of collectors share a database.
 *
 * @throws {@link StoreError} `locked`, `unreachable`, `too_new`, `data_lost`, `move_unfinished` or `no_citus`.
 */
export async function openStore(location: StoreLocation): Promise<Store> {
  const store = await openAsItIs(location)
  if ('databaseUrl' in location || !(await store.needsCompaction()) || isLarge(location.dataDir)) return store
  await store.close()
  await compactStore(location)
  return openAsItIs(location)
}

/** Up to there, writing a DuckDB anew takes some seconds, which a start may take. */
const LARGE_BYTES = 256_000_000

function isLarge(dataDir: string): boolean {
  return (statSync(join(dataDir, FILE_NAME), { throwIfNoEntry: false })?.size ?? 0) > LARGE_BYTES
}

/**
 * Writes the database anew without the bytes of what was erased. {@link openStore} does so by itself for a DuckDB of up to 256 MB.
 *
 * A data folder must not be in use. On PostgreSQL it runs beside collectors, who wait for each table in turn (`VACUUM FULL`).
 * Logs that the database archived, and backups, are not touched.
 *
 * @throws {@link StoreError} as {@link openStore} does.
 */
export async function compactStore(location: StoreLocation): Promise<void> {
  // Its tables must be of this version, and a folder must be free.
  const store = await openAsItIs(location)
  await store.close()
  if ('databaseUrl' in location) {
    const { compactPostgres } = await import('./postgres-compaction.ts')
    await compactPostgres(location.databaseUrl, settle('erasures'))
  } else {
    const { compactDuckDb } = await import('./duckdb-compaction.ts')
    await compactDuckDb(join(location.dataDir, FILE_NAME), settle('fresh.erasures'))
  }
}

function openAsItIs(location: StoreLocation): Promise<Store> {
  return 'databaseUrl' in location ? openDatabase(location) : openFolder(location)
}

/** Each driver is loaded only where it is used: DuckDB is 70 MB of native code that a PostgreSQL user need not load. */
async function openDatabase({ databaseUrl, citus = false }: Database): Promise<Store> {
  const { openPostgres } = await import('./postgres-driver.ts')
  const driver = await openPostgres(databaseUrl)
  try {
    await mustBeMoved(driver)
  } catch (error) {
    await driver.close()
    throw error
  }
  return await openOn(driver, { citus })
}

async function openFolder(folder: DataFolder): Promise<Store> {
  const { openDuckDb } = await import('./duckdb-driver.ts')
  const bare = await openDuckDb(folder.dataDir)
  const witness = openWitness(folder.dataDir)
  const driver = witnessed(bare, witness)
  const store = await openOn(driver, {})
  try {
    await mustHoldAll(driver, witness, folder)
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

async function openOn(driver: SqlDriver, options: { readonly citus?: boolean }): Promise<Store> {
  try {
    return await createSqlStore(driver, Date.now, options)
  } catch (error) {
    await driver.close()
    throw error
  }
}

/** Looks whether everything is there that was acknowledged from the folder. */
async function mustHoldAll(driver: SqlDriver, witness: Witness, { dataDir, acceptDataLoss = false }: DataFolder) {
  // Above all that were ever stored with an event.
  const next = await driver.transaction((session) => driver.takePosition(session))
  const missing = witness.position - next + 1
  if (missing <= 0) return
  if (!acceptDataLoss) {
    throw new StoreError(
      'data_lost',
      `${dataDir} lacks the last ${missing} of ${witness.position} transactions whose events were acknowledged from it. Restore a backup, or put back the files that are missing; to go on without them, start with acceptDataLoss (--accept-data-loss).`,
    )
  }
  witness.note(next - 1)
}

/** The same driver, which notes beside the database what is about to be acknowledged. */
function witnessed(driver: SqlDriver, witness: Witness): SqlDriver {
  const positions = new WeakMap<SqlSession, number>()
  let closing: Promise<void> | undefined

  async function close(): Promise<void> {
    await driver.close()
    witness.close()
  }

  return {
    ...driver,
    async takePosition(session) {
      const position = await driver.takePosition(session)
      positions.set(session, position)
      return position
    },
    async ingest(work) {
      let used: SqlSession | undefined
      const result = await driver.ingest((session) => {
        used = session
        return work(session)
      })
      const position = used && positions.get(used)
      if (position !== undefined) witness.note(position)
      return result
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

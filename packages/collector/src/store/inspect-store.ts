import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { SqlDriver } from './driver.ts'
import { FILE_NAME } from './duckdb-files.ts'
import { MIGRATIONS } from './migration-steps.ts'
import type { StoreLocation } from './open-store.ts'
import { openPostgres } from './postgres-driver.ts'
import { StoreError } from './store-error.ts'

/** One thing that was looked at, and how it is. */
export interface Finding {
  /** What was looked at, for example `disk`. */
  readonly subject: string
  /** `warning` will be a problem, `problem` is one. */
  readonly state: 'fine' | 'warning' | 'problem'
  /** What was found and, where it is not fine, what to do. */
  readonly message: string
}

/** Less than this left on a disk is a warning, in parts of it and in bytes: DuckDB's log alone takes 256 MB. */
const LOW_PART = 0.1
const LOW_BYTES = 2_000_000_000

/** The oldest PostgreSQL that is tested. */
const OLDEST_POSTGRES = 130_000

/** Events are ordered by the database's sequence, so only what people read of times is off. */
const CLOCKS_APART_MS = 2_000

/** Looks at a store as it is, without changing it or getting in the way of a collector that works on it. Never rejects. */
export async function inspectStore(location: StoreLocation): Promise<readonly Finding[]> {
  return 'databaseUrl' in location ? await inspectPostgres(location.databaseUrl) : await inspectFolder(location.dataDir)
}

async function inspectFolder(dataDir: string): Promise<readonly Finding[]> {
  if (!existsSync(dataDir)) return [missingFolder(dataDir)]
  if (!statSync(dataDir).isDirectory())
    return [finding('store', 'problem', `${dataDir} is no folder: name another one`)]
  return [
    existsSync(join(dataDir, FILE_NAME))
      ? finding('store', 'fine', `DuckDB in ${dataDir}`)
      : finding('store', 'warning', `${dataDir} holds no database yet`),
    writable(dataDir),
    await disk(dataDir),
  ]
}

/** It is made where its nearest folder is, if that can be. */
function missingFolder(dataDir: string): Finding {
  let parent = dirname(resolve(dataDir))
  while (!existsSync(parent)) parent = dirname(parent)
  try {
    if (!statSync(parent).isDirectory()) throw new TypeError('no folder')
    accessSync(parent, constants.W_OK | constants.X_OK)
    return finding('store', 'warning', `there is no data folder ${dataDir} yet; a collector makes it`)
  } catch {
    return finding(
      'store',
      'problem',
      `the data folder ${dataDir} cannot be made in ${parent}: change its owner or mode`,
    )
  }
}

function writable(dataDir: string): Finding {
  try {
    accessSync(dataDir, constants.W_OK)
    return finding('permissions', 'fine', 'the data folder can be written to')
  } catch {
    return finding('permissions', 'problem', `${dataDir} cannot be written to by this user: change its owner or mode`)
  }
}

async function disk(dataDir: string): Promise<Finding> {
  const { bavail, blocks, bsize } = await statfs(dataDir)
  const free = bavail * bsize
  const message = `${(free / 1e9).toFixed(1)} GB are free, ${((bavail / blocks) * 100).toFixed(0)}% of the disk`
  if (free >= LOW_BYTES && bavail / blocks >= LOW_PART) return finding('disk', 'fine', message)
  return finding(
    'disk',
    'warning',
    `${message}: nothing is stored when it is full. Keep events for a shorter time or enlarge it`,
  )
}

async function inspectPostgres(databaseUrl: string): Promise<readonly Finding[]> {
  let driver: SqlDriver
  try {
    driver = await openPostgres(databaseUrl)
  } catch (error) {
    return [finding('store', 'problem', error instanceof StoreError ? error.message : String(error))]
  }
  try {
    return [...(await server(driver)), ...(await tables(driver))]
  } catch (error) {
    return [finding('store', 'problem', error instanceof Error ? error.message : String(error))]
  } finally {
    await driver.close()
  }
}

const SERVER = `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
  pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS closed,
  (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms`

async function server(driver: SqlDriver): Promise<readonly Finding[]> {
  const before = Date.now()
  const [row] = await driver.query(SERVER)
  const apart = Math.abs(Number(row?.['ms']) - (before + Date.now()) / 2)
  const version = `PostgreSQL ${row?.['version']}`
  return [
    Number(row?.['number']) >= OLDEST_POSTGRES
      ? finding('store', 'fine', version)
      : finding('store', 'warning', `${version} is older than what is tested: upgrade to 13 or later`),
    row?.['closed'] === true
      ? finding('writes', 'problem', 'the database is read-only, perhaps a standby: nothing can be stored')
      : finding('writes', 'fine', 'the database takes writes'),
    apart < CLOCKS_APART_MS
      ? finding('clock', 'fine', 'this machine and the database agree on the time')
      : finding(
          'clock',
          'warning',
          `the database's clock is ${(apart / 1_000).toFixed(0)} s off this machine's: run NTP on both`,
        ),
  ]
}

const TABLES = `SELECT to_regclass('schema_migrations') IS NOT NULL AS found`
const VERSION = 'SELECT max(version) AS version FROM schema_migrations'
const ANALYZED = `SELECT reltuples > 0 AS analyzed, EXISTS (SELECT 1 FROM events) AS filled FROM pg_class WHERE oid = 'events'::regclass`

async function tables(driver: SqlDriver): Promise<readonly Finding[]> {
  const [found] = await driver.query(TABLES)
  if (found?.['found'] !== true)
    return [finding('tables', 'warning', 'there are no tables yet; a collector makes them')]
  const [version] = await driver.query(VERSION)
  const current = Number(version?.['version'] ?? 0)
  const [statistics] = await driver.query(ANALYZED)
  return [
    schema(current),
    statistics?.['filled'] === true && statistics['analyzed'] !== true
      ? finding(
          'statistics',
          'warning',
          'events was never analyzed, so reports are slow: start a collector, or run ANALYZE',
        )
      : finding('statistics', 'fine', 'the planner has statistics'),
  ]
}

function schema(current: number): Finding {
  if (current === MIGRATIONS.length) return finding('tables', 'fine', `the tables are at version ${current}`)
  if (current > MIGRATIONS.length) {
    return finding(
      'tables',
      'problem',
      `the tables are at version ${current}, and this one knows ${MIGRATIONS.length}: install a newer one`,
    )
  }
  return finding(
    'tables',
    'warning',
    `the tables are at version ${current}; the next start brings them to ${MIGRATIONS.length}`,
  )
}

function finding(subject: string, state: Finding['state'], message: string): Finding {
  return { subject, state, message }
}

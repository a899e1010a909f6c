import { existsSync } from 'node:fs'
import { openStore, type Store, StoreError, type StoreLocation } from '@threadline/collector'
import type { Command } from 'commander'
import { CliError, usageError } from './cli-error.ts'

/** Where `startCollector` keeps events unless told otherwise. */
const DEFAULT_DATA_DIR = '.threadline'

/** The options of commands that open the store themselves. */
export interface StoreOptions {
  readonly dataDir?: string
}

/** Adds `--data-dir`. PostgreSQL comes from the environment only: its URL holds a password. */
export function addStoreOptions(command: Command): Command {
  return command.option(
    '--data-dir <folder>',
    `folder of the embedded database (default ${DEFAULT_DATA_DIR}, unless DATABASE_URL names a PostgreSQL)`,
  )
}

/**
 * An argument comes before the environment: hosting platforms set `DATABASE_URL` for other purposes too.
 * `THREADLINE_CITUS=1` says that it is the coordinator of a Citus.
 */
export function storeLocation({ dataDir }: StoreOptions, env: NodeJS.ProcessEnv): StoreLocation {
  const databaseUrl = env['DATABASE_URL']
  if (dataDir === undefined && databaseUrl) return { databaseUrl, citus: env['THREADLINE_CITUS'] === '1' }
  return { dataDir: dataDir ?? DEFAULT_DATA_DIR }
}

export interface WithStoreOptions {
  /** Makes the data folder when there is none; otherwise that is an error, since a misspelt folder would be made too. */
  readonly create: boolean
}

/**
 * Opens the store for as long as `work` takes.
 *
 * @throws CliError `unavailable` when it cannot be opened, `usage` when its folder does not exist.
 */
export async function withStore<T>(
  location: StoreLocation,
  { create }: WithStoreOptions,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  if (!create && 'dataDir' in location && !existsSync(location.dataDir)) {
    throw usageError(`there is no data folder ${location.dataDir}`)
  }
  const store = await openStore(location).catch((error) => {
    throw storeFailure(error)
  })
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** A store's error in this program's terms; any other error as it is. */
export function storeFailure(error: unknown): unknown {
  return error instanceof StoreError ? new CliError('unavailable', error.message, { cause: error }) : error
}

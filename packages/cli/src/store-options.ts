import { existsSync } from 'node:fs'
import { openStore, type Store, StoreError, type StoreLocation } from '@threadline/collector'
import type { Command } from 'commander'
import { CliError, usageError } from './cli-error.ts'
import type { Config } from './config/config-schema.ts'
import { type ConfigOptions, readConfig } from './config/read-config.ts'

/** Where `startCollector` keeps events unless told otherwise. */
const DEFAULT_DATA_DIR = '.threadline'

/** The options of commands that open the store themselves. */
export interface StoreOptions extends ConfigOptions {
  readonly dataDir?: string
}

/** Adds `--data-dir` and `--config`. PostgreSQL is no argument: its URL holds a password. */
export function addStoreOptions(command: Command): Command {
  return command
    .option(
      '--data-dir <folder>',
      `folder of the embedded database (default ${DEFAULT_DATA_DIR}, unless DATABASE_URL names a PostgreSQL)`,
    )
    .option('--config <file>', 'JSON file with the options of collect, the store among them (THREADLINE_CONFIG)')
}

/**
 * The store that the arguments, the configuration file or the environment name.
 *
 * @throws CliError `usage` for a configuration file that is wrong.
 */
export async function storeLocation(options: StoreOptions, env: NodeJS.ProcessEnv): Promise<StoreLocation> {
  return configuredStore(options, await readConfig(options, env), env)
}

/**
 * An argument comes before the file, and both before the environment: hosting platforms set `DATABASE_URL` for other purposes
 * too. `THREADLINE_CITUS=1` says that it is the coordinator of a Citus.
 */
export function configuredStore({ dataDir }: StoreOptions, config: Config, env: NodeJS.ProcessEnv): StoreLocation {
  if (dataDir !== undefined) return { dataDir }
  if (config.dataDir !== undefined) return { dataDir: config.dataDir }
  if (config.databaseUrl !== undefined) return { databaseUrl: config.databaseUrl, citus: config.citus ?? false }
  const databaseUrl = env['DATABASE_URL']
  return databaseUrl ? { databaseUrl, citus: env['THREADLINE_CITUS'] === '1' } : { dataDir: DEFAULT_DATA_DIR }
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

import { stat } from 'node:fs/promises'
import { restoreDataDir } from '@threadline/collector'
import type { Command } from 'commander'
import { restoreDatabase } from '../backup/postgres-tools.ts'
import { usageError } from '../cli-error.ts'
import { addStoreOptions, type StoreOptions, storeFailure, storeLocation } from '../store-options.ts'
import { addJsonOption, type Context, outputFor } from './context.ts'

interface RestoreOptions extends StoreOptions {
  readonly json?: boolean
}

/** `threadline restore`: a store made of a backup. */
export function addRestoreCommand(program: Command, context: Context): void {
  const command = program
    .command('restore <from>')
    .description(
      'Make a store of a backup: a data folder that holds no database yet, or an empty PostgreSQL. When it ends early there is none.',
    )
  addJsonOption(addStoreOptions(command)).action(async (from: string, options: RestoreOptions) => {
    const output = outputFor(context, options)
    const location = await storeLocation(options, context.env)
    const isFolder = (await stat(from).catch(() => undefined))?.isDirectory()
    if (isFolder === undefined) throw usageError(`there is no backup ${from}`)
    const isPostgres = 'databaseUrl' in location
    if (isFolder === isPostgres) {
      throw usageError(`${from} is a backup of a ${isFolder ? 'data folder' : 'PostgreSQL'}: restore it into one`)
    }
    if (isPostgres) {
      await restoreDatabase(location.databaseUrl, from, context.env)
      await output.result({ type: 'restored', store: 'postgres', from }, `Restored ${from}.`)
      return
    }
    await restoreDataDir({ from, dataDir: location.dataDir }).catch((error: unknown) => {
      throw storeFailure(error)
    })
    await output.result({ type: 'restored', store: 'duckdb', from }, `Restored ${from} to ${location.dataDir}.`)
  })
}

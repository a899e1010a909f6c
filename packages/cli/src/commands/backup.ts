import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { backupDataDir } from '@threadline/collector'
import type { Command } from 'commander'
import { dumpDatabase } from '../backup/postgres-tools.ts'
import { usageError } from '../cli-error.ts'
import { addStoreOptions, type StoreOptions, storeFailure, storeLocation } from '../store-options.ts'
import { addJsonOption, type Context, outputFor } from './context.ts'

interface BackupOptions extends StoreOptions {
  readonly json?: boolean
}

/** `threadline backup`: a copy of the store, taken while a collector runs. */
export function addBackupCommand(program: Command, context: Context): void {
  const command = program
    .command('backup <to>')
    .description(
      'Copy the store while a collector runs: every event that was acknowledged before is in the copy. <to> must not exist; it becomes a folder, or a file of pg_dump for a PostgreSQL.',
    )
  addJsonOption(addStoreOptions(command)).action(async (to: string, options: BackupOptions) => {
    const output = outputFor(context, options)
    if (existsSync(to)) throw usageError(`${to} exists already: a backup overwrites nothing`)
    const location = await storeLocation(options, context.env)
    if ('databaseUrl' in location) {
      // What has its name is whole.
      const draft = `${to}.unfinished`
      await rm(draft, { force: true })
      await dumpDatabase(location.databaseUrl, draft, context.env)
      await rename(draft, to)
      await output.result({ type: 'backup', store: 'postgres', to }, `Backed up the database to ${to}.`)
      return
    }
    await backupDataDir({ dataDir: location.dataDir, to }).catch((error: unknown) => {
      throw storeFailure(error)
    })
    await output.result({ type: 'backup', store: 'duckdb', to }, `Backed up ${location.dataDir} to ${to}.`)
  })
}

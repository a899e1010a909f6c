import { existsSync } from 'node:fs'
import { moveStore } from '@threadline/collector'
import type { Command } from 'commander'
import { usageError } from '../cli-error.ts'
import { readConfig } from '../config/read-config.ts'
import { addStoreOptions, configuredStore, type StoreOptions, storeFailure } from '../store-options.ts'
import { addJsonOption, type Context, outputFor } from './context.ts'

interface MoveOptions extends StoreOptions {
  readonly json?: boolean
}

/** `threadline move`: everything in a data folder into a PostgreSQL. */
export function addMoveCommand(program: Command, context: Context): void {
  const command = program
    .command('move')
    .description(
      'Bring everything in a data folder into the empty PostgreSQL of DATABASE_URL, and compare. Run it again when it was ended.',
    )
  addJsonOption(addStoreOptions(command)).action(async (options: MoveOptions) => {
    const output = outputFor(context, options)
    const databaseUrl = context.env['DATABASE_URL']
    if (!databaseUrl) throw usageError('DATABASE_URL must name the PostgreSQL to move to')
    const from = configuredStore(options, await readConfig(options, context.env), {})
    if ('databaseUrl' in from) throw usageError('give the folder to move from: --data-dir')
    const { dataDir } = from
    if (!existsSync(dataDir)) throw usageError(`there is no data folder ${dataDir}`)
    const onTable = ({ table, rows }: { readonly table: string; readonly rows: number }) =>
      output.note(`${table}: ${rows} rows, the same in both`)
    try {
      await moveStore({ dataDir, databaseUrl, onTable })
    } catch (error) {
      throw storeFailure(error)
    }
    await output.result({ type: 'moved', from: dataDir }, `Moved ${dataDir}. Start collectors on the database.`)
  })
}

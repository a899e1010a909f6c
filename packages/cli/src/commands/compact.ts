import { compactStore } from '@threadline/collector'
import type { Command } from 'commander'
import { addStoreOptions, type StoreOptions, storeFailure, storeLocation } from '../store-options.ts'
import { addJsonOption, type Context, outputFor } from './context.ts'

interface CompactOptions extends StoreOptions {
  readonly json?: boolean
}

/** `threadline compact`: writes the database anew without the bytes of what was erased. */
export function addCompactCommand(program: Command, context: Context): void {
  const command = program
    .command('compact')
    .description(
      'Write the database anew, without the bytes of people who were erased. A data folder must not be in use.',
    )
  addJsonOption(addStoreOptions(command)).action(async (options: CompactOptions) => {
    const output = outputFor(context, options)
    const location = await storeLocation(options, context.env)
    try {
      await compactStore(location)
    } catch (error) {
      throw storeFailure(error)
    }
    await output.result({ type: 'compacted' }, 'The database holds only what is stored now.')
  })
}

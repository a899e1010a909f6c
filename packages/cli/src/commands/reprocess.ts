import { existsSync } from 'node:fs'
import { reprocessStore, StoreError } from '@threadline/collector'
import { type Command, InvalidArgumentError } from 'commander'
import { CliError, usageError } from '../cli-error.ts'
import { enrichmentOptions } from '../config/enrichment-options.ts'
import { readConfig } from '../config/read-config.ts'
import { addConnectionOptions, type ConnectionOptions, readConnection } from '../connection.ts'
import type { Output } from '../output.ts'
import { createProgress } from '../reprocess/progress.ts'
import { reprocessByRequests } from '../reprocess/reprocess-by-requests.ts'
import { addStoreOptions, configuredStore, type StoreOptions, storeFailure } from '../store-options.ts'
import { addJsonOption, type Context, outputFor } from './context.ts'

interface ReprocessOptions extends StoreOptions, ConnectionOptions {
  readonly project?: string
  readonly since?: string
  readonly all?: boolean
  readonly placeDatabase?: string
  readonly json?: boolean
}

/** `threadline reprocess`: derives channels, devices, bots and places of stored events anew. */
export function addReprocessCommand(program: Command, context: Context): void {
  const command = program
    .command('reprocess')
    .description(
      'Derive what stored events tell of channels, devices, bots and places anew, where an earlier version or other rules did. Run it again when it was ended. With --host a running collector does it, for the project of an sk_ key.',
    )
    .option('--project <project>', 'only this project (default: all of the store)')
    .option('--since <day>', 'only events of this day, in UTC, and later', day)
    .option('--all', 'also what this version and these rules derived')
    .option('--place-database <file>', "file in MaxMind's format by which visitors' addresses are looked up")
  addJsonOption(addConnectionOptions(addStoreOptions(command))).action(async (options: ReprocessOptions) => {
    const output = outputFor(context, options)
    const events = await (options.host === undefined ? inStore : byCollector)(options, context, output)
    await output.result({ type: 'reprocessed', events }, `${events} events were derived anew.`)
  })
}

async function byCollector({ since, all, ...options }: ReprocessOptions, context: Context, output: Output) {
  if (options.project !== undefined)
    throw usageError('--project is for a store: with --host it is the project of the key')
  const progress = createProgress(output)
  return await reprocessByRequests(await readConnection(options, context.env, output), {
    ...(since !== undefined && { since }),
    ...(all && { all }),
    onProgress: (made) => progress({ project: 'events', ...made }),
  })
}

async function inStore(options: ReprocessOptions, context: Context, output: Output): Promise<number> {
  const config = await readConfig(options, context.env)
  const { enrichment, placeDatabase } = enrichmentOptions(config, options.placeDatabase)
  const { project, since, all } = options
  const location = configuredStore(options, config, context.env)
  if ('dataDir' in location && !existsSync(location.dataDir)) {
    throw usageError(`there is no data folder ${location.dataDir}`)
  }
  try {
    return await reprocessStore({
      location,
      ...(project !== undefined && { project }),
      ...(since !== undefined && { since }),
      ...(all && { all }),
      ...(enrichment && { enrichment }),
      ...(placeDatabase !== undefined && { placeDatabase }),
      onProgress: createProgress(output),
    })
  } catch (error) {
    throw failureOf(error)
  }
}

function failureOf(error: unknown): unknown {
  // What it says of rules and files that it was given.
  if (error instanceof TypeError) return usageError(error.message, { cause: error })
  if (!(error instanceof StoreError && error.code === 'locked')) return storeFailure(error)
  const message = `${error.message} A collector can do it itself: give its address with --host, and an sk_ key`
  return new CliError('unavailable', message, { cause: error })
}

function day(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) return text
  throw new InvalidArgumentError('It is a day such as 2026-01-31.')
}

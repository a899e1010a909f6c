import { createKey, type StartCollectorOptions, type StartedCollector, startCollector } from '@threadline/collector'
import type { Command } from 'commander'
import { CliError, usageError } from '../cli-error.ts'
import type { Config } from '../config/config-schema.ts'
import { enrichmentOptions } from '../config/enrichment-options.ts'
import { readConfig } from '../config/read-config.ts'
import { configuredAlerts } from '../configured-alerts.ts'
import { readConfiguredDialects } from '../configured-dialects.ts'
import { configuredForwards } from '../configured-forwards.ts'
import { readConfiguredKeys } from '../configured-keys.ts'
import type { Output } from '../output.ts'
import { onEndSignal } from '../signals.ts'
import { addStoreOptions, configuredStore, type StoreOptions, storeFailure } from '../store-options.ts'
import { portNumber, projectDays, wholeNumber } from './arguments.ts'
import { addJsonOption, type Context, outputFor } from './context.ts'

interface CollectOptions extends StoreOptions {
  readonly port?: number
  readonly host?: string
  readonly keysFile?: string
  readonly dialectsFile?: string
  readonly trustedProxies?: number
  readonly placeDatabase?: string
  readonly retentionDays?: number
  readonly projectRetention?: { readonly [project: string]: number }
  readonly acceptDataLoss?: boolean
  readonly createKeys?: boolean
  readonly loginLink?: boolean
  readonly json?: boolean
}

/** `threadline collect`: a collector in the foreground, until SIGINT or SIGTERM. */
export function addCollectCommand(program: Command, context: Context): void {
  const command = program
    .command('collect')
    .description('Run a collector until SIGINT or SIGTERM, which answer what is under way and end it.')
    .option('--port <port>', 'port to listen on, 0 for any free one (default 4318, or a free one if taken)', portNumber)
    .option('--host <address>', 'address to listen on (default 127.0.0.1; 0.0.0.0 is every network of this machine)')
    .option('--keys-file <file>', 'JSON file with keys, besides those in the store (THREADLINE_KEYS takes a list)')
    .option(
      '--dialects-file <file>',
      'JSON file with credentials of other services whose clients may send here (THREADLINE_DIALECTS takes the JSON)',
    )
    .option('--trusted-proxies <count>', 'proxies of yours that append to X-Forwarded-For (default 0)', wholeNumber)
    .option('--place-database <file>', "file in MaxMind's format by which visitors' addresses are looked up")
    .option('--retention-days <days>', 'remove events older than so many days (default: keep all)', wholeNumber)
    .option('--project-retention <project=days>', 'the same for one project; repeat it', projectDays)
    .option('--accept-data-loss', 'start although the data folder holds less than was acknowledged from it')
    .option('--create-keys', 'make a pk_ and an sk_ key if there is no key at all, and show them once')
    .option('--login-link', 'print a one-time link to the live page; without it only until the first event is stored')
  addJsonOption(addStoreOptions(command)).action(async (options: CollectOptions) => {
    const output = outputFor(context, options)
    const config = await readConfig(options, context.env)
    const { createKeys, loginLink, port, host, trustedProxies, retentionDays } = { ...config, ...options }
    const keys = [...(config.keys ?? []), ...(await readConfiguredKeys(options.keysFile, context.env))]
    const alerts = configuredAlerts(config, context.env)
    const collector = await start({
      keys,
      ...(alerts && { alerts }),
      dialects: await dialectsOf(options, config, context.env),
      forward: configuredForwards(config.forward ?? [], context.env),
      ...configuredStore(options, config, context.env),
      ...enrichmentOptions(config, options.placeDatabase),
      ...(port !== undefined && { port }),
      ...(host !== undefined && { host }),
      ...(trustedProxies !== undefined && { trustedProxies }),
      ...(options.acceptDataLoss && { acceptDataLoss: true }),
      projectRetentionDays: { ...config.projectRetentionDays, ...options.projectRetention },
      ...(retentionDays !== undefined && { retentionDays }),
      log: (entry) => context.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`),
    })
    const stop = new Promise<void>((resolve) => {
      onEndSignal(() => resolve())
    })
    try {
      await announce(collector, output, {
        configured: keys.length,
        ...(createKeys && { createKeys }),
        ...(loginLink && { loginLink }),
      })
      const failure = await Promise.race([stop, collector.failed])
      // Whoever supervises this starts another, which says what is missing.
      if (failure) throw storeFailure(failure)
      output.note('Stopping: what is under way is answered first.')
    } finally {
      await collector.close()
    }
  })
}

/** Those of an argument, of the configuration file or of the environment, in this order. */
async function dialectsOf({ dialectsFile }: CollectOptions, config: Config, env: NodeJS.ProcessEnv) {
  if (dialectsFile === undefined && config.dialects) return config.dialects
  return await readConfiguredDialects(dialectsFile, env)
}

/** System errors of `listen` that the person who chose address and port can mend. */
const ADDRESS_FAULTS: readonly unknown[] = ['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND']

async function start(options: StartCollectorOptions): Promise<StartedCollector> {
  try {
    return await startCollector(options)
  } catch (error) {
    throw startFailure(error)
  }
}

function startFailure(error: unknown): unknown {
  if (error instanceof Error && 'code' in error && ADDRESS_FAULTS.includes(error.code)) {
    return new CliError('unavailable', `cannot listen there: ${error.message}`, { cause: error })
  }
  // What the collector says of keys and credentials it was given.
  if (error instanceof TypeError) return usageError(error.message, { cause: error })
  return storeFailure(error)
}

interface Announcement extends Pick<CollectOptions, 'createKeys' | 'loginLink'> {
  readonly configured: number
}

async function announce(
  collector: StartedCollector,
  output: Output,
  { createKeys = false, loginLink = false, configured }: Announcement,
): Promise<void> {
  const { url, store } = collector
  await output.result({ type: 'listening', url, store: store.engine }, `Collecting at ${url} (${store.engine})`)
  const usable = (await store.keys()).filter(({ revokedAt }) => revokedAt === null)
  if (configured + usable.length === 0) {
    if (createKeys) await createFirstKeys(collector, output)
    else output.warn('there is no key yet, so nothing can be sent: start with --create-keys, or see threadline keys')
  }
  const isEmpty = (await store.latest('default', 1)).length === 0
  if (!loginLink && !isEmpty) return
  const link = await collector.loginUrl()
  await output.result(
    { type: 'login_link', url: link },
    `Open the live page with this link, once, within 24 hours:\n  ${link}`,
  )
}

async function createFirstKeys({ store }: StartedCollector, output: Output): Promise<void> {
  output.note('Two keys were made. They are shown only now:')
  for (const kind of ['pk', 'sk'] as const) {
    const { id, key } = await createKey(store, { kind, name: 'first' })
    await output.result({ type: 'key_created', id, kind, key }, `  ${key}`)
  }
}

import { checkKeys, checkPlaceDatabase, type Finding, inspectStore } from '@threadline/collector'
import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import type { Config } from '../config/config-schema.ts'
import { readConfig } from '../config/read-config.ts'
import { readConfiguredDialects } from '../configured-dialects.ts'
import { configuredForwards } from '../configured-forwards.ts'
import { readConfiguredKeys } from '../configured-keys.ts'
import { inspectAlerts } from '../doctor/inspect-alerts.ts'
import { inspectCollector } from '../doctor/inspect-collector.ts'
import { addStoreOptions, configuredStore, type StoreOptions } from '../store-options.ts'
import { addJsonOption, type Context, outputFor } from './context.ts'

interface DoctorOptions extends StoreOptions {
  readonly host?: string
  readonly keysFile?: string
  readonly dialectsFile?: string
  readonly placeDatabase?: string
  readonly testAlert?: boolean
  readonly json?: boolean
}

const MARKS = { fine: 'ok     ', warning: 'warning', problem: 'PROBLEM' } as const

/** `threadline doctor`: what may be wrong with a collector, before somebody notices. */
export function addDoctorCommand(program: Command, context: Context): void {
  const command = program
    .command('doctor')
    .description('Look at configuration, store, disk, clocks and the way to a running collector; change nothing.')
    .option('--host <origin>', 'where senders find the collector, through its proxies (THREADLINE_HOST)')
    .option('--keys-file <file>', 'as for collect')
    .option('--dialects-file <file>', 'as for collect')
    .option('--place-database <file>', 'as for collect')
    .option('--test-alert', 'post a test message to where alerts go')
  addJsonOption(addStoreOptions(command)).action(async (options: DoctorOptions) => {
    const output = outputFor(context, options)
    const host = options.host ?? context.env['THREADLINE_HOST']
    const { finding, config } = await configuration(options, context.env)
    const findings = [
      finding,
      ...(config === undefined ? [] : await inspectStore(configuredStore(options, config, context.env))),
      ...(host === undefined ? [] : await inspectCollector(host)),
      ...(config === undefined
        ? []
        : await inspectAlerts(config, { env: context.env, send: options.testAlert ?? false })),
    ]
    for (const { subject, state, message } of findings) {
      await output.result({ type: 'finding', subject, state, message }, `${MARKS[state]}  ${subject}: ${message}`)
    }
    const problems = findings.filter(({ state }) => state === 'problem').length
    if (problems > 0) throw new CliError('unavailable', `${problems} of ${findings.length} things need attention`)
  })
}

interface Configuration {
  readonly finding: Finding
  /** Absent when its file is wrong: nobody knows then which store it means. */
  readonly config?: Config
}

async function configuration(options: DoctorOptions, env: NodeJS.ProcessEnv): Promise<Configuration> {
  const subject = 'configuration'
  let config: Config | undefined
  try {
    config = await readConfig(options, env)
    checkKeys([...(config.keys ?? []), ...(await readConfiguredKeys(options.keysFile, env))])
    await readConfiguredDialects(options.dialectsFile, env)
    configuredForwards(config.forward ?? [], env)
    const placeDatabase = options.placeDatabase ?? config.placeDatabase
    if (placeDatabase !== undefined) await checkPlaceDatabase(placeDatabase)
    return { finding: { subject, state: 'fine', message: 'options, keys and credentials can be read' }, config }
  } catch (error) {
    const finding: Finding = {
      subject,
      state: 'problem',
      message: error instanceof Error ? error.message : String(error),
    }
    return { finding, ...(config && { config }) }
  }
}

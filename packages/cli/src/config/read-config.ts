import { dirname, resolve } from 'node:path'
import { type ConfigFormat, readConfigFile } from '../read-config-file.ts'
import { CONFIG_SCHEMA, type Config } from './config-schema.ts'

const CONFIG_FILE: ConfigFormat<Config> = {
  name: 'configuration file',
  shape: 'a JSON object with the options of threadline collect',
  schema: CONFIG_SCHEMA,
}

/** The option of commands that take a configuration file. */
export interface ConfigOptions {
  readonly config?: string
}

/**
 * What `--config`, or else `THREADLINE_CONFIG`, holds; nothing without a file. A relative `dataDir` or `placeDatabase` goes from
 * the folder of the file, wherever the command is started.
 *
 * @throws CliError `usage`. Messages never repeat what is in the file.
 */
export async function readConfig({ config: named }: ConfigOptions, env: NodeJS.ProcessEnv): Promise<Config> {
  const file = named ?? env['THREADLINE_CONFIG']
  if (!file) return {}
  const config = await readConfigFile(file, CONFIG_FILE)
  const { dataDir, placeDatabase } = config
  const fromHere = (path: string) => resolve(dirname(file), path)
  return {
    ...config,
    ...(dataDir !== undefined && { dataDir: fromHere(dataDir) }),
    ...(placeDatabase !== undefined && { placeDatabase: fromHere(placeDatabase) }),
  }
}

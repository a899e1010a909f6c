import type { KeyConfig } from '@threadline/collector'
import { z } from 'zod'
import { type ConfigFormat, readConfigFile } from './read-config-file.ts'

/** A list of {@link KeyConfig} as JSON. */
export const KEYS_SCHEMA = z.array(
  z.strictObject({
    key: z.string(),
    project: z.string().exactOptional(),
    origins: z.array(z.string()).exactOptional(),
  }),
)

const KEYS_FILE: ConfigFormat<readonly KeyConfig[]> = {
  name: 'keys file',
  shape: 'a JSON list of { key, project?, origins? }',
  schema: KEYS_SCHEMA,
}

/**
 * The keys that `collect` is given besides those in its store: `THREADLINE_KEYS`, a list of keys of the default project,
 * and a JSON file of {@link KeyConfig}. What a key looks like is checked by the collector.
 *
 * @throws CliError `usage`. Messages never repeat what is in the file.
 */
export async function readConfiguredKeys(
  file: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<readonly KeyConfig[]> {
  const listed = (env['THREADLINE_KEYS'] ?? '').split(/[\s,]+/).filter((key) => key !== '')
  return [...listed.map((key) => ({ key })), ...(file === undefined ? [] : await readConfigFile(file, KEYS_FILE))]
}

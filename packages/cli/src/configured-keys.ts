import type { KeyConfig } from '@threadline/collector'
import { z } from 'zod'
import { ORIGIN_SCHEMA, PROJECT_SCHEMA } from './config/access-schema.ts'
import { type ConfigFormat, readConfigFile } from './read-config-file.ts'

/** White space around a key, which secret stores bring along, is no part of it. */
const KEY = /^\s*(pk|sk|rk|mk)_[\w-]{4,200}\s*$/

/** A list of {@link KeyConfig} as JSON. */
export const KEYS_SCHEMA = z.array(
  z.strictObject({
    key: z.string().regex(KEY, 'a key is pk_, sk_, rk_ or mk_ and 4 to 200 of A-Z a-z 0-9 _ -'),
    project: PROJECT_SCHEMA.exactOptional(),
    origins: z.array(ORIGIN_SCHEMA).exactOptional(),
  }),
)

const KEYS_FILE: ConfigFormat<readonly KeyConfig[]> = {
  name: 'keys file',
  shape: 'a JSON list of { key, project?, origins? }',
  schema: KEYS_SCHEMA,
}

/**
 * The keys that `collect` is given besides those in its store: `THREADLINE_KEYS`, a list of keys of the default project,
 * and a JSON file of {@link KeyConfig}. That no key is there twice is checked by the collector.
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

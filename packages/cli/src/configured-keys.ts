import { readFile } from 'node:fs/promises'
import type { KeyConfig } from '@threadline/collector'
import { z } from 'zod'
import { usageError } from './cli-error.ts'
import { parseJson } from './parse-json.ts'

const keysFile: z.ZodType<readonly KeyConfig[]> = z.array(
  z.strictObject({
    key: z.string(),
    project: z.string().exactOptional(),
    origins: z.array(z.string()).exactOptional(),
  }),
)

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
  return [...listed.map((key) => ({ key })), ...(file === undefined ? [] : await readKeysFile(file))]
}

async function readKeysFile(file: string): Promise<readonly KeyConfig[]> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw usageError(`cannot read the keys file ${file}: ${error instanceof Error ? error.message : ''}`)
  }
  const result = keysFile.safeParse(parseJson(text))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw usageError(`${file} is a JSON list of { key, project?, origins? }: ${issue?.path.join('.')} ${issue?.message}`)
}

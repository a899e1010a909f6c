import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { usageError } from './cli-error.ts'
import { parseJson } from './parse-json.ts'

/** What a JSON file of the command line holds. */
export interface ConfigFormat<T> {
  /** What messages call the file, for example `keys file`. */
  readonly name: string
  /** What it should hold, for people. */
  readonly shape: string
  readonly schema: z.ZodType<T>
}

/**
 * Reads and checks a JSON file that may hold secrets.
 *
 * @throws CliError `usage`. Messages never repeat what is in the file.
 */
export async function readConfigFile<T>(file: string, format: ConfigFormat<T>): Promise<T> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw usageError(`cannot read the ${format.name} ${file}: ${error instanceof Error ? error.message : ''}`)
  }
  return checkConfig(text, file, format)
}

/**
 * The same for a text from elsewhere; `source` is what messages call it.
 *
 * @throws CliError `usage`
 */
export function checkConfig<T>(text: string, source: string, { shape, schema }: ConfigFormat<T>): T {
  const result = schema.safeParse(parseJson(text))
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw usageError(`${source} is ${shape}: ${issue?.path.join('.')} ${issue?.message}`)
}

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
  const value = parseJson(text)
  if (value === undefined) throw usageError(`${source} is ${shape}, and this is no JSON: look for a comma or a quote`)
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw usageError(`${source} is ${shape}. ${result.error.issues.map(describe).join('; ')}`)
}

function describe(issue: z.core.$ZodIssue): string {
  const message = issue.code === 'unrecognized_keys' ? unknownMembers(issue.keys) : issue.message
  if (issue.code === 'invalid_key') return at(issue.path.slice(0, -1), issue.issues[0]?.message ?? message)
  return at(issue.path, message)
}

function at(path: readonly PropertyKey[], message: string): string {
  return path.length === 0 ? message : `${path.join('.')}: ${message}`
}

/** What somebody mistyped has letters only. Anything else may be a secret that got into the wrong place. */
const MEMBER = /^[a-z]{1,30}$/i

function unknownMembers(names: readonly string[]): string {
  return names
    .map((name) => (MEMBER.test(name) ? `there is no ${name} here` : 'there is a member that does not belong here'))
    .join(', ')
}

import { open, readFile, rename } from 'node:fs/promises'
import { z } from 'zod'
import { usageError } from '../cli-error.ts'
import { parseJson } from '../parse-json.ts'

/** How far a backfill has come, as it is kept in a file. */
export interface BackfillState {
  readonly version: 1
  /** Where the events went. */
  readonly host: string
  /** Rows from the beginning of the file that are done: stored, or refused for good. */
  readonly rows: number
  /** The id of the last of them, to notice that the file is another one now. */
  readonly lastRow: string
}

const state: z.ZodType<BackfillState> = z.strictObject({
  version: z.literal(1),
  host: z.string(),
  rows: z.int().min(1),
  lastRow: z.string(),
})

/**
 * Reads the state; undefined when there is none yet.
 *
 * @throws CliError `usage` when the file is no state, or that of a backfill to another host.
 */
export async function readState(file: string, host: string): Promise<BackfillState | undefined> {
  const text = await readIfThere(file)
  if (text === undefined) return undefined
  const result = state.safeParse(parseJson(text))
  if (!result.success) throw usageError(`${file} is no state of a backfill: --restart begins anew`)
  if (result.data.host !== host) {
    throw usageError(`${file} belongs to a backfill to ${result.data.host}: name another --state, or --restart`)
  }
  return result.data
}

/** Writes beside the file first: a kill in between leaves the old state, and never half a one. */
export async function writeState(file: string, content: BackfillState): Promise<void> {
  const fresh = `${file}.tmp`
  const handle = await open(fresh, 'w')
  try {
    await handle.writeFile(`${JSON.stringify(content)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(fresh, file)
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw usageError(`cannot read ${file}: ${error instanceof Error ? error.message : ''}`, { cause: error })
  }
}

import { z } from 'zod'
import { readLines } from '../backfill/read-lines.ts'
import { CliError } from '../cli-error.ts'
import { chunksOf, errorMessage, toCliError } from '../collector-answer.ts'
import type { Connection } from '../connection.ts'
import { parseJson } from '../parse-json.ts'

/** One line of an export; the collector's API describes what each type holds. */
export interface PersonLine {
  readonly type: string
  readonly [field: string]: unknown
}

const personLine: z.ZodType<PersonLine> = z.looseObject({ type: z.string() })

/** An event is 64 KB at most; a person may have many ids, which are one line. */
const MAX_LINE_BYTES = 64_000_000

/**
 * All that a collector knows of the person with this user id or anonymous id, line by line as it is read.
 *
 * @throws CliError `usage` when nobody has the id, `access_denied` when the key may not read, `unavailable` when the
 * collector does not answer or stops before the end.
 */
export async function* personLines({ host, key }: Connection, id: string): AsyncGenerator<PersonLine> {
  let type = ''
  try {
    const response = await fetch(`${host}/v1/people/${encodeURIComponent(id)}/export`, {
      headers: { authorization: `Bearer ${key}` },
      redirect: 'manual',
    })
    if (!response.ok || !response.body) throw await refusal(response)
    for await (const { bytes } of readLines(chunksOf(response.body), MAX_LINE_BYTES)) {
      const line = personLine.parse(parseJson(bytes?.toString() ?? ''))
      type = line.type
      yield line
    }
  } catch (error) {
    throw toCliError(error)
  }
  if (type !== 'end') throw new CliError('unavailable', 'the export was cut off; ask again')
}

async function refusal(response: Response): Promise<CliError> {
  const { status } = response
  const message = await errorMessage(response)
  if (status === 401 || status === 403) return new CliError('access_denied', `the collector refuses: ${message}`)
  if (status === 404 || status === 400) return new CliError('usage', `the collector has no such person: ${message}`)
  return new CliError('unavailable', `the collector answers ${status}: ${message}`)
}

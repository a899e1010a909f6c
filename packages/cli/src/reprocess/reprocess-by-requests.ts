import type { ReprocessProgress } from '@threadline/collector'
import { z } from 'zod'
import { CliError } from '../cli-error.ts'
import { errorMessage, toCliError } from '../collector-answer.ts'
import type { Connection } from '../connection.ts'

export interface ReprocessRequest {
  readonly since?: string
  readonly all?: boolean
  readonly onProgress: (progress: Omit<ReprocessProgress, 'project'>) => void
}

const answer = z.object({ events: z.int(), next: z.string().nullable(), total: z.int().optional() })

/**
 * Has a running collector derive the events of the key's project anew, part by part.
 *
 * @returns how many they were.
 * @throws CliError `access_denied` when the key may not, `unavailable` when the collector does not answer.
 */
export async function reprocessByRequests(
  connection: Connection,
  { since, all = false, onProgress }: ReprocessRequest,
): Promise<number> {
  const query = { since, ...(all && { allUntil: new Date().toISOString() }) }
  let done = 0
  let total = 0
  let after: string | null | undefined
  while (after !== null) {
    const part: z.infer<typeof answer> = await ask(connection, { ...query, after })
    done += part.events
    total = part.total ?? total
    after = part.next
    if (part.events > 0) onProgress({ done, total })
  }
  return done
}

async function ask({ host, key }: Connection, body: object): Promise<z.infer<typeof answer>> {
  const response = await fetch(`${host}/v1/reprocess`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'manual',
  }).catch((error: unknown) => {
    throw toCliError(error)
  })
  if (response.ok) return answer.parse(await response.json())
  const code = response.status === 401 || response.status === 403 ? 'access_denied' : 'unavailable'
  throw new CliError(code, `the collector refuses: ${await errorMessage(response)}`)
}

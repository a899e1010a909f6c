import { createOutgoingFetch, type OutgoingFetch } from '../outgoing-fetch.ts'
import { type Notice, noticeOf, signedHeaders } from './notice.ts'
import { type AlertOptions, readThresholds } from './settings.ts'

/** Whoever takes longer is asked again later, as one who does not answer. */
const TIMEOUT_MS = 10_000

export interface PostOptions {
  readonly fetch: OutgoingFetch
  readonly now: number
  /** Ends it early. */
  readonly signal?: AbortSignal
}

/**
 * Posts a message and tells what went wrong, undefined when it was taken (2xx). Redirects are not followed. Never rejects, and what it
 * says holds neither the address nor the secret.
 */
export async function postNotice(
  notice: Notice,
  { url, secret }: Pick<AlertOptions, 'url' | 'secret'>,
  { fetch, now, signal }: PostOptions,
): Promise<string | undefined> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: signedHeaders(notice, secret, now),
      body: notice.body,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
    })
    await answer.body?.cancel()
    return answer.status >= 200 && answer.status < 300 ? undefined : `it answers ${answer.status}`
  } catch (error) {
    return `no answer (${reasonOf(error)})`
  }
}

/** Only codes: messages repeat addresses. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name
}

/**
 * Posts a message of no meaning, signed as all are.
 *
 * @returns what went wrong; undefined when it was taken (2xx).
 * @throws TypeError when the options are malformed.
 */
export async function sendTestAlert(options: AlertOptions): Promise<string | undefined> {
  readThresholds(options)
  const now = Date.now()
  const notice = noticeOf({
    subject: 'test',
    startedAt: now,
    endedAt: null,
    details: '{}',
    dueAt: now,
    attempts: 0,
    version: 1,
  })
  return await postNotice(notice, options, { fetch: createOutgoingFetch(process.env), now })
}

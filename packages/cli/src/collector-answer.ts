import { z } from 'zod'
import { CliError } from './cli-error.ts'

const errorBody = z.object({ error: z.object({ message: z.string() }) })

/** What the collector says is wrong. Whatever else answers is not quoted. */
export async function errorMessage(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.includes('json')) {
    await response.body?.cancel()
    return 'no reason given'
  }
  const result = errorBody.safeParse(await response.json().catch(() => undefined))
  return result.success ? result.data.error.message.slice(0, 500) : 'no reason given'
}

/** The bytes of a body as they come. Who stops taking them ends the connection. */
export async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Buffer> {
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield Buffer.from(value)
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** An error of this program as it is; any other as a collector that does not answer. */
export function toCliError(error: unknown): CliError {
  return error instanceof CliError ? error : new CliError('unavailable', reasonOf(error), { cause: error })
}

/** `fetch` hides why behind "fetch failed". */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message !== ''
    ? `the collector cannot be reached: ${error.cause.message}`
    : error.message
}

import type { Readable, Writable } from 'node:stream'
import { requestTo } from './ask.ts'

/** Of one message, such as a call with a whole batch. */
const MAX_MESSAGE_BYTES = 10_000_000

/** The longest that an answer may take. Reports end sooner, and whoever asked has given up. */
const ANSWER_TIMEOUT_MS = 60_000

export interface McpOverStdioOptions {
  /** The collector's origin, without a slash at its end. */
  readonly host: string
  /** An `rk_` key, or an `sk_` key, which may capture events as well. */
  readonly key: string
  /** Where messages come from and go to, one a line. */
  readonly stdin: Readable
  readonly stdout: Writable
  /** Ends the server. @defaultValue only the end of `stdin` does */
  readonly signal?: AbortSignal
}

/**
 * Serves the Model Context Protocol over two streams, with tools that ask a running collector. Resolves when `stdin` has ended or
 * `signal` is aborted, once every call that came before is answered.
 */
export async function serveMcpOverStdio(options: McpOverStdioOptions): Promise<void> {
  const { host, key, stdin, stdout, signal } = options
  const [{ StdioServerTransport }, { createMcpServer }, { createUnderWay }] = await Promise.all([
    import('@modelcontextprotocol/sdk/server/stdio.js'),
    import('./mcp-server.ts'),
    import('../under-way.ts'),
  ])
  const calls = createUnderWay()
  const mcp = createMcpServer({
    mayCapture: key.startsWith('sk_'),
    ask: (asked) => fetch(requestTo(host, key, asked), { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) }),
    run: calls.run,
  })
  const ended = new Promise<void>((resolve) => {
    stdin.once('end', resolve)
    stdin.once('close', resolve)
    mcp.server.onclose = resolve
    signal?.addEventListener('abort', () => resolve(), { once: true })
    if (signal?.aborted || stdin.readableEnded || stdin.destroyed) resolve()
  })
  await mcp.connect(new StdioServerTransport(stdin, stdout, { maxBufferSize: MAX_MESSAGE_BYTES }))
  await ended
  await calls.settled()
  // What a call has answered is written before the next turn.
  await new Promise((resolve) => setImmediate(resolve))
  await mcp.close()
}

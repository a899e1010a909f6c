import { serveMcpOverStdio } from '@threadline/collector'
import type { Command } from 'commander'
import { usageError } from '../cli-error.ts'
import { addConnectionOptions, type ConnectionOptions, readConnection } from '../connection.ts'
import { onEndSignal } from '../signals.ts'
import { addJsonOption, type Context, outputFor } from './context.ts'

interface McpOptions extends ConnectionOptions {
  readonly json?: boolean
}

/** `threadline mcp`: the collector's reads as tools for a model, over stdin and stdout. */
export function addMcpCommand(program: Command, context: Context): void {
  const command = program
    .command('mcp')
    .description(
      'Serve a running collector to an MCP client, over stdin and stdout: its reports and people as tools, and with an sk_ key one that captures events.',
    )
  addJsonOption(addConnectionOptions(command)).action(async (options: McpOptions) => {
    // Messages go to stdout, so that nothing else may.
    const { host, key } = await readConnection(options, context.env, outputFor(context, options))
    if (key.startsWith('pk_')) throw usageError('a pk_ key only sends, from pages: give an rk_ or an sk_ key')
    const ended = new AbortController()
    const stopListening = onEndSignal(() => ended.abort())
    try {
      await serveMcpOverStdio({ host, key, stdin: context.stdin, stdout: context.stdout, signal: ended.signal })
    } finally {
      stopListening()
    }
  })
}

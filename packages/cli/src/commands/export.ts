import type { Command } from 'commander'
import { addConnectionOptions, type ConnectionOptions, readConnection } from '../connection.ts'
import { personLines } from '../export/person-lines.ts'
import { addJsonOption, type Context, outputFor } from './context.ts'

interface ExportOptions extends ConnectionOptions {
  readonly json?: boolean
}

/** `threadline export`: all that is known of a person, as NDJSON. */
export function addExportCommand(program: Command, context: Context): void {
  const command = program
    .command('export <id>')
    .description('Print all that is known of a person as NDJSON: by user id or anonymous id, what forgetting removes.')
  addJsonOption(addConnectionOptions(command)).action(async (id: string, options: ExportOptions) => {
    const output = outputFor(context, options)
    const connection = await readConnection(options, context.env, output)
    for await (const line of personLines(connection, id)) await output.result(line, JSON.stringify(line))
  })
}

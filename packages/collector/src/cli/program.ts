import { Command, InvalidArgumentError, Option } from 'commander'
import { collect } from './collect.ts'
import { addKeyCommands } from './keys.ts'
import { tail } from './tail.ts'

/** What the commands need of the world. */
export interface CliContext {
  readonly env: NodeJS.ProcessEnv
  /** Writes one line for whoever, or whatever, reads the output. */
  readonly write: (line: string) => void
  /** Resolves when the user wants the running command to end. */
  readonly stopped: () => Promise<void>
}

/** Where events are kept, for the commands that open the store. */
export interface StoreOptions {
  readonly dataDir: string
  readonly databaseUrl?: string
}

/** The `threadline` command. Its defaults come from the environment, so that a container needs no arguments. */
export function createProgram(context: CliContext): Command {
  const { env } = context
  const program = new Command('threadline').description('A collector for Threadline events, and its tools')

  const command = (name: string, description: string) =>
    program.command(name).description(description).option('--json', 'one JSON object for each line of output', false)

  withStore(command('collect', 'serve a collector until Ctrl-C'), env)
    .addOption(new Option('--port <number>', 'port; without it 4318, or a free one').env('PORT').argParser(toPort))
    .option('--host <address>', 'address to listen on; 0.0.0.0 is every network', '127.0.0.1')
    .option('--retention-days <number>', 'remove events after so many days', toDays)
    .action((options) => collect(options, context))

  addKeyCommands(program, { context, withStore: (sub) => withStore(sub, env) })

  command('tail', 'print events as a collector stores them')
    .requiredOption('--url <origin>', 'the collector', env['THREADLINE_URL'] ?? 'http://127.0.0.1:4318')
    .addOption(new Option('--key <key>', 'an rk_ or sk_ key').env('THREADLINE_KEY').makeOptionMandatory())
    .action((options) => tail(options, context))

  return program
}

function withStore(command: Command, env: NodeJS.ProcessEnv): Command {
  return command
    .option('--data-dir <folder>', 'folder of the embedded database', env['DATA_DIR'] ?? '.threadline')
    .addOption(new Option('--database-url <url>', 'PostgreSQL in place of the embedded database').env('DATABASE_URL'))
}

function toPort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('a port is 0 to 65535')
  return port
}

function toDays(text: string): number {
  const days = Number(text)
  if (!Number.isInteger(days) || days < 1) throw new InvalidArgumentError('a whole number of days, at least 1')
  return days
}

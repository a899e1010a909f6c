import { Command, CommanderError } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { CliError } from './cli-error.ts'
import { addBackfillCommand } from './commands/backfill.ts'
import { addBackupCommand } from './commands/backup.ts'
import { addCollectCommand } from './commands/collect.ts'
import { addCompactCommand } from './commands/compact.ts'
import { type Context, outputFor } from './commands/context.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addExportCommand } from './commands/export.ts'
import { addForwardCommand } from './commands/forward.ts'
import { addKeysCommand } from './commands/keys.ts'
import { addLoginLinkCommand } from './commands/login-link.ts'
import { addMcpCommand } from './commands/mcp.ts'
import { addMigrateCommand } from './commands/migrate.ts'
import { addMoveCommand } from './commands/move.ts'
import { addReprocessCommand } from './commands/reprocess.ts'
import { addRestoreCommand } from './commands/restore.ts'
import { addTailCommand } from './commands/tail.ts'

/** Runs one command line, without the program's own name, and tells the exit code. Never rejects. */
export async function run(args: readonly string[], context: Context): Promise<number> {
  const json = args.includes('--json')
  try {
    await createProgram(context, json).parseAsync([...args], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    const failure = toCliError(error)
    // The parser has explained its own errors already, with a hint, to people.
    if (json || !(error instanceof CommanderError)) outputFor(context, { json }).fail(failure)
    return failure.exitCode
  }
}

function createProgram(context: Context, json: boolean): Command {
  const program = new Command('threadline')
    .description(
      'Runs a Threadline collector, manages its keys, shows events as they arrive, imports files, exports people, and backs up the store.',
    )
    .version(manifest.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => {
        if (!json) context.stderr.write(text)
      },
    })
    .showHelpAfterError('Add --help to see what there is.')
  addCollectCommand(program, context)
  addKeysCommand(program, context)
  addTailCommand(program, context)
  addForwardCommand(program, context)
  addLoginLinkCommand(program, context)
  addMcpCommand(program, context)
  addBackfillCommand(program, context)
  addExportCommand(program, context)
  addBackupCommand(program, context)
  addRestoreCommand(program, context)
  addMigrateCommand(program, context)
  addMoveCommand(program, context)
  addDoctorCommand(program, context)
  addCompactCommand(program, context)
  addReprocessCommand(program, context)
  return program
}

function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error
  if (error instanceof CommanderError) return new CliError('usage', error.message.replace(/^error: /, ''))
  return new CliError('fault', error instanceof Error ? error.message : String(error), { cause: error })
}

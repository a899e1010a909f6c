import type { Readable, Writable } from 'node:stream'
import type { Command } from 'commander'
import { createOutput, type Output } from '../output.ts'

/** The world outside, as an argument. */
export interface Context {
  readonly env: NodeJS.ProcessEnv
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
}

/** Adds `--json`, which every command has. */
export function addJsonOption(command: Command): Command {
  return command.option('--json', 'print JSON, one object a line, for programs')
}

export function outputFor(context: Context, { json = false }: { readonly json?: boolean }): Output {
  return createOutput({ ...context, json })
}

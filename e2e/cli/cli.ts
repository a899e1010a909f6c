import { execa } from 'execa'
import { type Child, startNode } from '../story/child-process.ts'

/** Runs the command from source: what follows the path of Node. */
export const COMMAND = ['--import', 'tsx', '--conditions=@threadline/source', 'packages/cli/src/main.ts']

/** Starts the command and leaves it running. Killed when the test ends. */
export function startCli(args: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  return startNode([...COMMAND, ...args], env)
}

/** How a command ended. */
export interface Ended {
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command to its end. */
export async function runCli(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [...COMMAND, ...args], {
    cwd: new URL('../..', import.meta.url),
    env,
    reject: false,
    stdin: 'ignore',
    timeout: 60_000,
  })
  return { code: exitCode, stdout, stderr }
}

/** The JSON lines of an output, whatever stands between them. */
export function jsonLines<T>(output: string): T[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line): T => JSON.parse(line))
}

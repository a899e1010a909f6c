import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** An app as a process of its own. */
export interface AppProcess {
  /** `http://localhost:<port>` */
  readonly origin: string
  /** Everything it printed so far. */
  output(): string
  /** Asks it to end, as a platform does, and resolves when it has. */
  stop(): Promise<void>
}

interface Command {
  readonly command: string
  readonly args: readonly string[]
  readonly env: { readonly [name: string]: string }
}

export interface AppCommand extends Command {
  /** The example's folder. */
  readonly example: string
}

export interface ProcessCommand extends Command {
  /** What it is called when it does not start. */
  readonly name: string
  readonly cwd: string
}

const examples = fileURLToPath(new URL('../../examples', import.meta.url))

/** How long an app may take to listen, and to end, in milliseconds. */
const PATIENCE_MS = 60_000

/** Starts an example, as {@link startProcess} does. */
export function startApp({ example, env, ...command }: AppCommand): Promise<AppProcess> {
  const cwd = `${examples}/${example}`
  return startProcess({ ...command, name: example, cwd, env: { NODE_ENV: 'production', PORT: '0', ...env } })
}

/** Starts an app and waits until it prints `listening on <origin>`, or `Local: <origin>` as Next, Vite and Astro do. */
export async function startProcess({ name, cwd, command, args, env }: ProcessCommand): Promise<AppProcess> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))

  const origin = await new Promise<string>((resolve, reject) => {
    const fail = (): void => reject(new Error(`${name} did not start:\n${output}`))
    const timer = setTimeout(fail, PATIENCE_MS)
    child.once('close', fail)
    child.once('error', reject)
    child.stdout.on('data', () => {
      const found = /(?:listening on|Local:?) +(http:\/\/[^\s/]+)/i.exec(output)?.[1]
      if (found === undefined) return
      clearTimeout(timer)
      child.off('close', fail)
      resolve(found)
    })
  })
  return { origin, output: () => output, stop: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'close')
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  child.kill('SIGTERM')
  await ended
  clearTimeout(timer)
}

/** `node` on an example's TypeScript, packages read from source. */
export const nodeCommand = (script: string): Pick<AppCommand, 'command' | 'args'> => ({
  command: process.execPath,
  args: ['--import', 'tsx', '--conditions=@threadline/source', script],
})

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Child {
  readonly pid: number
  /** Everything it printed so far. */
  output(): string
  /** Resolves with the first match in what it prints. Rejects when it ends without. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves with how it ended, when it has. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** Sends the signal and resolves with how it ended: the exit code, or the signal's name. */
  stop(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>
}

/**
 * Starts `node` with these arguments at the repository's root, packages read from source. Killed when the test ends.
 *
 * @param node - Another Node's binary; this one's unless given.
 */
export function startNode(args: readonly string[], env: NodeJS.ProcessEnv = {}, node = process.execPath): Child {
  const child = spawn(node, [...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))

  return {
    pid: Number(child.pid),
    ended: endOf(child),
    output: () => output,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output)
          if (match) resolve(match)
        }
        child.stdout.on('data', look)
        child.once('close', () => reject(new Error(`It ended before it printed ${pattern}:\n${output}`)))
        look()
      }),
    async stop(signal) {
      const ended = endOf(child)
      child.kill(signal)
      return await ended
    },
  }
}

async function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  return child.exitCode ?? child.signalCode ?? 'SIGKILL'
}

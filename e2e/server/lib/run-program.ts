import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Milliseconds from its first output to its end: how long it took to start says nothing. */
  readonly ms: number
  readonly output: string
}

export interface Program {
  readonly process: ChildProcess
  /** Resolves when what the program has printed holds `text`. */
  printed(text: string | RegExp): Promise<void>
  /** What the program has printed. */
  output(): string
  readonly ended: Promise<Ended>
}

/** A runtime's executable, and what it needs to run TypeScript from source. */
export interface RuntimeCommand {
  readonly file: string
  readonly args: readonly string[]
}

/** This Node. */
export const NODE: RuntimeCommand = {
  file: process.execPath,
  args: ['--import', 'tsx', '--conditions=@threadline/source'],
}

/** Runs a script of `../programs` in a process of its own, from source; on this Node unless told otherwise. */
export function runProgram(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  runtime: RuntimeCommand = NODE,
): Program {
  const script = fileURLToPath(new URL(`../programs/${name}.ts`, import.meta.url))
  let started = Date.now()
  const child = spawn(runtime.file, [...runtime.args, script, ...args], {
    env: { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const lookouts = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.once('data', () => {
      if (output === '') started = Date.now()
    })
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      for (const look of lookouts) look()
    })
  }
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    for (const look of lookouts) look()
    return { code, signal, ms: Date.now() - started, output }
  })
  return {
    process: child,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (typeof text === 'string' ? output.includes(text) : text.test(output)) resolve()
          else if (child.exitCode !== null) reject(new Error(`${name} ended without printing ${text}:\n${output}`))
          else return
          lookouts.delete(look)
        }
        lookouts.add(look)
        look()
      }),
    output: () => output,
    ended,
  }
}

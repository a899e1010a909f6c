import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The collector under test, in a process of its own. */
export interface CollectorProcess {
  readonly url: string
  /** What it says about itself: its longest stall since the last time, in ms, and the CPU time that it has used, in µs. */
  report(): Promise<{ readonly blocked: number; readonly cpu: number }>
  stop(): Promise<void>
}

/** Starts a built collector on the database that `env` names; resolves when it listens. */
export async function startCollectorProcess(env: NodeJS.ProcessEnv): Promise<CollectorProcess> {
  const script = fileURLToPath(new URL('run-collector.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)

  async function line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const [text] = await once(lines, 'line')
      const match = pattern.exec(String(text))
      if (match) return match
    }
  }

  const [, url = ''] = await line(/listening (\S+)/)
  return {
    url,
    async report() {
      const answer = line(/blocked (\S+) ms, cpu (\d+) us/)
      child.kill('SIGUSR2')
      const [, blocked, cpu] = await answer
      return { blocked: Number(blocked), cpu: Number(cpu) }
    },
    async stop() {
      const stopped = once(child, 'exit')
      child.kill('SIGTERM')
      await stopped
    },
  }
}

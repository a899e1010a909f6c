import { type ChildProcess, spawn } from 'node:child_process'
import { Agent, request as httpRequest } from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { percentiles } from './timing.ts'

/** How a request ended. */
export interface Answer {
  readonly status: number
  readonly ms: number
  readonly retryAfterS: number
}

/**
 * Keeps so many connections busy for `seconds`, each with the next request as soon as the last one is answered; whoever is
 * told to come back later does so, after two seconds at the latest.
 */
export async function keepBusy(
  connections: number,
  seconds: number,
  ask: (agent: Agent, signal: AbortSignal) => Promise<Answer>,
): Promise<Answer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const until = performance.now() + seconds * 1_000
  const answers: Answer[] = []
  async function one(): Promise<void> {
    while (performance.now() < until) {
      const answer = await ask(agent, AbortSignal.timeout(120_000))
      answers.push(answer)
      if (answer.retryAfterS > 0)
        await new Promise((resolve) => setTimeout(resolve, Math.min(2, answer.retryAfterS) * 1_000))
    }
  }
  await Promise.all(Array.from({ length: connections }, one))
  agent.destroy()
  return answers
}

/** One request, ended or not, as an answer. */
export function send(url: string, options: { readonly method: string; readonly key: string; readonly body?: string }) {
  return (agent: Agent, signal: AbortSignal): Promise<Answer> =>
    new Promise((resolve) => {
      const begun = performance.now()
      const headers = { authorization: `Bearer ${options.key}`, 'content-type': 'application/json' }
      const request = httpRequest(url, { method: options.method, agent, headers, signal }, (response) => {
        response.resume()
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            ms: performance.now() - begun,
            retryAfterS: Number(response.headers['retry-after'] ?? 0),
          }),
        )
      })
      // A connection that was idle for long may end as it is used again.
      request.once('error', () => resolve({ status: 0, ms: performance.now() - begun, retryAfterS: 0 }))
      request.end(options.body)
    })
}

/** Prints a line about answers. @returns what was stored a second. */
export function tell(
  what: string,
  answers: readonly Answer[],
  { seconds, perRequest = 1 }: { seconds: number; perRequest?: number },
) {
  const good = answers.filter(({ status }) => status === 200)
  const { p50, p99 } = percentiles(good.map(({ ms }) => ms))
  const others = [...new Set(answers.map(({ status }) => status))].map((status) => {
    const those = answers.filter((answer) => answer.status === status)
    const slowest = Math.max(...those.map(({ ms }) => ms))
    const retries = those.map(({ retryAfterS }) => retryAfterS)
    return `${status}: ${those.length} (slowest ${slowest.toFixed(0)} ms, retry-after ${Math.min(...retries)}..${Math.max(...retries)} s)`
  })
  const rate = (good.length * perRequest) / seconds
  console.log(
    `  ${what.padEnd(34)} ${rate.toFixed(0).padStart(6)}/s, p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms; ${others.join(', ')}`,
  )
  return rate
}

/** Starts the collector of `run-collector.ts`. */
export async function startCollectorProcess(env: NodeJS.ProcessEnv): Promise<{ url: string; child: ChildProcess }> {
  const script = fileURLToPath(new URL('run-collector.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@threadline/source', script], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface(child.stdout)) {
    const url = /listening (\S+)/.exec(line)?.[1]
    if (url !== undefined) return { url, child }
  }
  throw new Error('the collector ended')
}

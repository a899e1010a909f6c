import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openStore, type StoreLocation } from '@threadline/collector'
import { postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { makeEvents } from './events.ts'
import { fill } from './million-events.ts'
import { percentiles } from './timing.ts'

// What ingestion keeps while 40 readers ask for the heaviest reports over a million events, what single events come to, and
// how long an answer takes when more arrives than can be written. On loopback, sender and collector on the same cores.

const SECONDS = 10
const READERS = 40
const REPORTS = [
  '/v1/reports/funnel?steps=$pageview,signup_completed,purchase&windowHours=720&from=2026-01-01&to=2026-01-30',
  '/v1/reports/stages',
  '/v1/people?search=-4000',
  '/v1/reports/revenue?from=2026-01-01&to=2026-01-30',
]

const PARTS = ['single', 'readers', 'overload']
const ENGINES = ['duckdb', 'postgres']

/** Everything, or what the arguments name: parts and databases. */
function asked(name: string): boolean {
  const named = process.argv.slice(2)
  const kind = (PARTS.includes(name) ? PARTS : ENGINES).filter((each) => named.includes(each))
  return kind.length === 0 || kind.includes(name)
}

interface Answer {
  readonly status: number
  readonly ms: number
  readonly retryAfterS: number
}

/**
 * Keeps so many connections busy for `seconds`, each with the next request as soon as the last one is answered; whoever is
 * told to come back later does so, after two seconds at the latest.
 */
async function keepBusy(
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

function send(url: string, options: { readonly method: string; readonly key: string; readonly body?: string }) {
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

const batchOf = (count: number) => JSON.stringify({ sentAt: new Date().toISOString(), events: makeEvents(count) })

/** What is refused is sent again, as every SDK does. */
function ingest(origin: string, perRequest: number) {
  const refused: string[] = []
  return async (agent: Agent, signal: AbortSignal) => {
    const body = refused.pop() ?? batchOf(perRequest)
    const answer = await send(`${origin}/v1/batch`, { method: 'POST', key: 'sk_bench', body })(agent, signal)
    if (answer.status !== 200) refused.push(body)
    return answer
  }
}

function read(origin: string) {
  let next = 0
  return (agent: Agent, signal: AbortSignal) => {
    next += 1
    return send(`${origin}${REPORTS[next % REPORTS.length]}`, { method: 'GET', key: 'rk_bench' })(agent, signal)
  }
}

function tell(
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

async function startCollectorProcess(env: NodeJS.ProcessEnv): Promise<{ url: string; child: ChildProcess }> {
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

async function measure(name: string, location: StoreLocation, env: NodeJS.ProcessEnv): Promise<void> {
  if (asked('readers')) {
    const store = await openStore(location)
    await fill(store)
    await store.close()
  }
  const { url, child } = await startCollectorProcess(env)
  console.log(name)
  if (asked('single')) {
    for (const connections of [1, 16, 64, 256]) {
      const answers = await keepBusy(connections, SECONDS, ingest(url, 1))
      tell(`single events, ${connections} connections`, answers, { seconds: SECONDS })
    }
  }
  if (asked('readers')) await besideReaders(url)
  if (asked('overload')) {
    const answers = await keepBusy(400, SECONDS, ingest(url, 500))
    tell('overload: 400 × 500 events', answers, { seconds: SECONDS, perRequest: 500 })
  }
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

async function besideReaders(url: string): Promise<void> {
  const alone = tell('batches of 50, alone', await keepBusy(16, SECONDS, ingest(url, 50)), {
    seconds: SECONDS,
    perRequest: 50,
  })
  const [beside, reads] = await Promise.all([
    keepBusy(16, SECONDS * 2, ingest(url, 50)),
    keepBusy(READERS, SECONDS * 2, read(url)),
  ])
  const kept = tell(`batches of 50, ${READERS} readers`, beside, { seconds: SECONDS * 2, perRequest: 50 })
  tell(`${READERS} readers beside them`, reads, { seconds: SECONDS * 2 })
  console.log(`  ingestion keeps ${((kept / alone) * 100).toFixed(0)}% of its rate`)
}

if (asked('duckdb')) {
  const folder = mkdtempSync(join(tmpdir(), 'threadline-bench-'))
  await measure('DuckDB', { dataDir: folder }, { DATA_DIR: folder })
  rmSync(folder, { recursive: true })
}

if (asked('postgres') && postgresMissing() === undefined) {
  const server = await startPostgres()
  const databaseUrl = await server.createDatabase()
  await measure('PostgreSQL', { databaseUrl }, { DATABASE_URL: databaseUrl })
  await server.stop()
}

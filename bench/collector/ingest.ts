import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { TrackEvent } from '@threadline/schema'
import { postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { chunk, makeEvents } from './events.ts'
import { straightDuckDb, straightPostgres } from './straight.ts'
import { median, percentiles, type Timing } from './timing.ts'

// Acknowledged, durable events per second over HTTP, beside the same rows put straight into the same database.

const PER_REQUEST = 50
const EVENTS = 20_000
const ROUNDS = 3

/** What group commit makes of concurrent requests; the straight insert gets batches of as many rows. */
const LOADS = [
  { connections: 1, straightBatch: PER_REQUEST },
  { connections: 16, straightBatch: 500 },
  { connections: 64, straightBatch: 500 },
]

interface Engine {
  readonly name: string
  /** Environment of a collector on an empty database. */
  collectorEnv(): Promise<NodeJS.ProcessEnv>
  straight(events: readonly TrackEvent[], perBatch: number): Promise<Timing>
}

interface CollectorProcess {
  readonly url: string
  readonly child: ChildProcess
  line(pattern: RegExp): Promise<RegExpExecArray>
}

async function startCollectorProcess(env: NodeJS.ProcessEnv): Promise<CollectorProcess> {
  const script = fileURLToPath(new URL('run-collector.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@threadline/source', script], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface(child.stdout)
  const line = async (pattern: RegExp) => {
    for (;;) {
      const [text] = await once(lines, 'line')
      const match = pattern.exec(String(text))
      if (match) return match
    }
  }
  const [, url = ''] = await line(/listening (\S+)/)
  return { url, child, line }
}

async function send(url: string, agent: Agent, events: readonly TrackEvent[]): Promise<void> {
  const body = JSON.stringify({ sentAt: new Date().toISOString(), events })
  const post = request(`${url}/v1/batch`, {
    method: 'POST',
    agent,
    headers: {
      authorization: 'Bearer sk_bench',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    },
  })
  post.end(body)
  const [response] = await once(post, 'response')
  let text = ''
  for await (const part of response) text += part
  const { stored } = JSON.parse(text)
  if (response.statusCode !== 200 || stored !== events.length) throw new Error(`${response.statusCode} ${text}`)
}

async function load(
  { url, child, line }: CollectorProcess,
  connections: number,
): Promise<Timing & { blocked: number }> {
  const cpuBefore = (await report(child, line)).cpu
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const batches = chunk(makeEvents(EVENTS), PER_REQUEST)
  const times: number[] = []
  const start = performance.now()
  async function sender(): Promise<void> {
    for (let batch = batches.pop(); batch; batch = batches.pop()) {
      const before = performance.now()
      await send(url, agent, batch)
      times.push(performance.now() - before)
    }
  }
  await Promise.all(Array.from({ length: connections }, sender))
  const seconds = (performance.now() - start) / 1_000
  agent.destroy()
  const { cpu, blocked } = await report(child, line)
  return { perSecond: EVENTS / seconds, ...percentiles(times), cpuPerEvent: (cpu - cpuBefore) / EVENTS, blocked }
}

async function measure(engine: Engine): Promise<void> {
  for (const { connections, straightBatch } of LOADS) {
    const collector = await startCollectorProcess(await engine.collectorEnv())
    await load(collector, connections)
    const [over, straight]: [(Timing & { blocked: number })[], Timing[]] = [[], []]
    // Side by side, so that both meet the same moods of the machine.
    for (let round = 0; round < ROUNDS; round += 1) {
      over.push(await load(collector, connections))
      straight.push(await engine.straight(makeEvents(EVENTS), straightBatch))
    }
    const blocked = Math.max(...over.map((timing) => timing.blocked))
    const stopped = once(collector.child, 'exit')
    collector.child.kill('SIGTERM')
    await stopped
    print({
      engine: engine.name,
      connections,
      over: median(over),
      straight: median(straight),
      blocked,
    })
  }
}

/** What the collector says about itself. */
async function report(
  child: ChildProcess,
  line: CollectorProcess['line'],
): Promise<{ readonly blocked: number; readonly cpu: number }> {
  const answer = line(/blocked (\S+) ms, cpu (\d+) us/)
  child.kill('SIGUSR2')
  const [, blocked, cpu] = await answer
  return { blocked: Number(blocked), cpu: Number(cpu) }
}

interface Result {
  readonly engine: string
  readonly connections: number
  readonly over: Timing
  readonly straight: Timing
  readonly blocked: number
}

function print({ engine, connections, over, straight, blocked }: Result): void {
  const ratio = (straight.perSecond / over.perSecond).toFixed(2)
  console.log(
    `${engine.padEnd(10)} ${String(connections).padStart(2)} connections: ${over.perSecond.toFixed(0).padStart(6)} events/s, ` +
      `p50 ${over.p50.toFixed(1)} ms, p99 ${over.p99.toFixed(1)} ms, loop blocked at most ${blocked.toFixed(0)} ms; ` +
      `straight ${straight.perSecond.toFixed(0).padStart(6)} events/s (${ratio}x); ` +
      `CPU per event ${over.cpuPerEvent.toFixed(0)} us, straight ${straight.cpuPerEvent.toFixed(0)} us`,
  )
}

const folders: string[] = []
await measure({
  name: 'DuckDB',
  collectorEnv() {
    const folder = mkdtempSync(join(tmpdir(), 'threadline-bench-'))
    folders.push(folder)
    return Promise.resolve({ DATA_DIR: folder })
  },
  straight: straightDuckDb,
})
for (const folder of folders) rmSync(folder, { recursive: true })

if (postgresMissing() === undefined) {
  const server = await startPostgres()
  await measure({
    name: 'PostgreSQL',
    collectorEnv: async () => ({ DATABASE_URL: await server.createDatabase() }),
    straight: async (events, perBatch) => straightPostgres(await server.createDatabase(), events, perBatch),
  })
  await server.stop()
}

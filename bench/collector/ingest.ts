import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { type CollectorProcess, startCollectorProcess } from './collector-process.ts'
import { chunk, makeEvents } from './events.ts'
import { sendAll, toRequest } from './http-load.ts'
import { openStraightDuckDb, openStraightPostgres, type StraightInserts, timeStraight } from './straight.ts'
import { median, percentiles, type Timing } from './timing.ts'

// Acknowledged, durable events per second over HTTP, beside the same rows put straight into the same database.

const PER_REQUEST = 50
const EVENTS = 20_000
const ROUNDS = 5

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
  /** Inserts into an empty database that is kept, as the collector's is. */
  straight(): Promise<StraightInserts>
}

/** Bodies are made before the clock starts, as a site's many browsers make them, and not on the collector's cores. */
async function load(
  { url, report }: CollectorProcess,
  connections: number,
): Promise<Timing & { readonly blocked: number }> {
  const requests = chunk(makeEvents(EVENTS), PER_REQUEST).map((events) =>
    toRequest(JSON.stringify({ sentAt: new Date().toISOString(), events })),
  )
  const cpuBefore = (await report()).cpu
  const start = performance.now()
  const times = await sendAll(url, requests, connections)
  const seconds = (performance.now() - start) / 1_000
  const { cpu, blocked } = await report()
  return { perSecond: EVENTS / seconds, ...percentiles(times), cpuPerEvent: (cpu - cpuBefore) / EVENTS, blocked }
}

async function measure(engine: Engine): Promise<void> {
  for (const { connections, straightBatch } of LOADS) {
    const collector = await startCollectorProcess(await engine.collectorEnv())
    const inserts = await engine.straight()
    await load(collector, connections)
    await timeStraight(inserts, makeEvents(EVENTS), straightBatch)
    const [over, straight]: [(Timing & { blocked: number })[], Timing[]] = [[], []]
    // Side by side, so that both meet the same moods of the machine.
    for (let round = 0; round < ROUNDS; round += 1) {
      over.push(await load(collector, connections))
      straight.push(await timeStraight(inserts, makeEvents(EVENTS), straightBatch))
    }
    await collector.stop()
    await inserts.close()
    print({
      engine: engine.name,
      connections,
      over: median(over),
      straight: median(straight),
      blocked: over.map((timing) => timing.blocked),
      ratios: over.map(({ perSecond }, round) => (straight[round]?.perSecond ?? 0) / perSecond),
    })
  }
}

interface Result {
  readonly engine: string
  readonly connections: number
  readonly over: Timing
  readonly straight: Timing
  /** Longest stall of each round, in ms. */
  readonly blocked: readonly number[]
  /** Straight against collector, round by round. */
  readonly ratios: readonly number[]
}

function print({ engine, connections, over, straight, blocked, ratios }: Result): void {
  const list = (numbers: readonly number[], digits: number) =>
    [...numbers]
      .sort((a, b) => a - b)
      .map((number) => number.toFixed(digits))
      .join(' ')
  console.log(
    `${engine.padEnd(10)} ${String(connections).padStart(2)} connections: ${over.perSecond.toFixed(0).padStart(6)} events/s, ` +
      `p50 ${over.p50.toFixed(1)} ms, p99 ${over.p99.toFixed(1)} ms; ` +
      `straight ${straight.perSecond.toFixed(0).padStart(6)} events/s, p50 ${straight.p50.toFixed(1)} ms; ` +
      `straight / collector ${list(ratios, 2)}; loop blocked at most ${list(blocked, 0)} ms; ` +
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
  straight: openStraightDuckDb,
})
for (const folder of folders) rmSync(folder, { recursive: true })

if (postgresMissing() === undefined) {
  const server = await startPostgres()
  await measure({
    name: 'PostgreSQL',
    collectorEnv: async () => ({ DATABASE_URL: await server.createDatabase() }),
    straight: async () => openStraightPostgres(await server.createDatabase()),
  })
  await server.stop()
}

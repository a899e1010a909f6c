import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, type StoreLocation } from '@threadline/collector'
import { postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { makeEvents } from './events.ts'
import { besideHostileTenants } from './hostile.ts'
import { keepBusy, send, startCollectorProcess, tell } from './load.ts'
import { fill } from './million-events.ts'

// What ingestion keeps while 40 readers ask for the heaviest reports over a million events, what single events come to, and
// how long an answer takes when more arrives than can be written, and what is left to an honest tenant beside hostile ones. On loopback, sender and collector on the same cores.

const SECONDS = 10
const READERS = 40
const REPORTS = [
  '/v1/reports/funnel?steps=$pageview,signup_completed,purchase&windowHours=720&from=2026-01-01&to=2026-01-30',
  '/v1/reports/stages',
  '/v1/people?search=-4000',
  '/v1/reports/revenue?from=2026-01-01&to=2026-01-30',
]

const PARTS = ['single', 'readers', 'overload', 'hostile']
const ENGINES = ['duckdb', 'postgres']

/** Everything, or what the arguments name: parts and databases. */
function asked(name: string): boolean {
  const named = process.argv.slice(2)
  const kind = (PARTS.includes(name) ? PARTS : ENGINES).filter((each) => named.includes(each))
  return kind.length === 0 || kind.includes(name)
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

async function measure(name: string, location: StoreLocation, env: NodeJS.ProcessEnv): Promise<void> {
  if (asked('readers') || asked('hostile')) {
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
  if (asked('hostile')) await besideHostileTenants(url)
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

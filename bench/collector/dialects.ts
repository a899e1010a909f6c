import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { posthog, segment, threadline } from '@threadline/destinations'
import type { TrackEvent } from '@threadline/schema'
import { postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { chunk, makeEvents } from './events.ts'
import { sendAll, toRequest } from './http-load.ts'

// Acknowledged, durable events per second of batches in other services' languages, beside native ones with the same events,
// round by round. Each request is what our own destination for that service makes of them.

const PER_REQUEST = 50
const EVENTS = 20_000
const ROUNDS = 5
const CONNECTIONS = 16

/** No port: the collector's is known when it has started, and requests are written to bare sockets. */
const baseUrl = 'http://127.0.0.1'

const LANGUAGES = {
  native: threadline({ key: 'sk_bench', host: baseUrl }),
  Segment: segment({ writeKey: 'sk_bench', baseUrl }),
  PostHog: posthog({ key: 'sk_bench', baseUrl }),
} as const

type Language = keyof typeof LANGUAGES

const FOREIGN = ['Segment', 'PostHog'] as const satisfies readonly Language[]

function requestOf(language: Language, events: readonly TrackEvent[]): Buffer {
  const destination = LANGUAGES[language]
  const batch = events.map((event) => {
    const encoding = destination.encode(event)
    if (!('body' in encoding)) throw new Error(`${language} refuses an event: ${encoding.message}`)
    return { eventId: event.eventId, body: encoding.body }
  })
  const { url, headers, body } = destination.request(batch, { now: Date.now(), attempt: 1 })
  return toRequest(body, { path: new URL(url).pathname, headers })
}

/** Bodies are made before the clock starts, as many clients make them, and not on the collector's cores. */
async function perSecond(url: string, language: Language): Promise<number> {
  const requests = chunk(makeEvents(EVENTS), PER_REQUEST).map((events) => requestOf(language, events))
  const start = performance.now()
  await sendAll(url, requests, CONNECTIONS)
  return (EVENTS * 1_000) / (performance.now() - start)
}

async function startCollectorProcess(
  env: NodeJS.ProcessEnv,
): Promise<{ readonly url: string; readonly child: ChildProcess }> {
  const script = fileURLToPath(new URL('run-collector.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface(child.stdout), 'line')
  return { url: String(line).replace('listening ', ''), child }
}

function middle(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** Every language has a database of its own, so that none meets a larger one than the others. */
async function measure(engine: string, collectorEnv: () => Promise<NodeJS.ProcessEnv>): Promise<void> {
  for (const language of FOREIGN) {
    const [native, foreign] = [
      await startCollectorProcess(await collectorEnv()),
      await startCollectorProcess(await collectorEnv()),
    ]
    const [ratios, rates]: [number[], number[]] = [[], []]
    await perSecond(native.url, 'native')
    await perSecond(foreign.url, language)
    for (let round = 0; round < ROUNDS; round += 1) {
      const own = await perSecond(native.url, 'native')
      const theirs = await perSecond(foreign.url, language)
      ratios.push(theirs / own)
      rates.push(theirs)
    }
    for (const { child } of [native, foreign]) {
      const stopped = once(child, 'exit')
      child.kill('SIGTERM')
      await stopped
    }
    const all = [...ratios].sort((a, b) => a - b).map((ratio) => ratio.toFixed(2))
    console.log(
      `${engine.padEnd(10)} ${language.padEnd(8)} ${middle(rates).toFixed(0).padStart(6)} events/s, ` +
        `${middle(ratios).toFixed(2)} of native (${all.join(' ')})`,
    )
  }
}

const folders: string[] = []
await measure('DuckDB', () => {
  const folder = mkdtempSync(join(tmpdir(), 'threadline-bench-'))
  folders.push(folder)
  return Promise.resolve({ DATA_DIR: folder })
})
for (const folder of folders) rmSync(folder, { recursive: true })

if (postgresMissing() === undefined) {
  const server = await startPostgres()
  await measure('PostgreSQL', async () => ({ DATABASE_URL: await server.createDatabase() }))
  await server.stop()
}

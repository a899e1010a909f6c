import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { posthog, segment, threadline } from '@threadline/destinations'
import type { TrackEvent } from '@threadline/schema'
import { postgresMissing, startPostgres } from '../../packages/collector/test/postgres-server.ts'
import { type CollectorProcess, startCollectorProcess } from './collector-process.ts'
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

interface Load {
  readonly perSecond: number
  /** CPU time of the collector, in microseconds: what the clock says belongs to the whole machine. */
  readonly cpuPerEvent: number
}

/** Bodies are made before the clock starts, as many clients make them, and not on the collector's cores. */
async function load({ url, report }: CollectorProcess, language: Language): Promise<Load> {
  const requests = chunk(makeEvents(EVENTS), PER_REQUEST).map((events) => requestOf(language, events))
  const { cpu: before } = await report()
  const start = performance.now()
  await sendAll(url, requests, CONNECTIONS)
  const seconds = (performance.now() - start) / 1_000
  const { cpu } = await report()
  return { perSecond: EVENTS / seconds, cpuPerEvent: (cpu - before) / EVENTS }
}

/** The median, and all of them. */
function summary(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((a, b) => a - b).map((number) => number.toFixed(2))
  return `${sorted[Math.floor(sorted.length / 2)]} (${sorted.join(' ')})`
}

/** Every language has a database of its own, so that none meets a larger one than the others. */
async function measure(engine: string, collectorEnv: () => Promise<NodeJS.ProcessEnv>): Promise<void> {
  for (const language of FOREIGN) {
    const native = await startCollectorProcess(await collectorEnv())
    const foreign = await startCollectorProcess(await collectorEnv())
    await load(native, 'native')
    await load(foreign, language)
    const [rates, cpu]: [number[], number[]] = [[], []]
    for (let round = 0; round < ROUNDS; round += 1) {
      const own = await load(native, 'native')
      const theirs = await load(foreign, language)
      rates.push(theirs.perSecond / own.perSecond)
      cpu.push(theirs.cpuPerEvent / own.cpuPerEvent)
      console.log(
        `${engine} ${language}: ${theirs.perSecond.toFixed(0)} events/s, native ${own.perSecond.toFixed(0)}; ` +
          `CPU per event ${theirs.cpuPerEvent.toFixed(0)} us, native ${own.cpuPerEvent.toFixed(0)} us`,
      )
    }
    await native.stop()
    await foreign.stop()
    console.log(`${engine} ${language}: rate ${summary(rates)} of native, CPU per event ${summary(cpu)}`)
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

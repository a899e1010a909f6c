// Ten minutes of requests, each with a scope of its own that captures and flushes. Prints the heap each minute.
//
// `soak.ts SECONDS` for another length.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createServerClient } from '@threadline/server'
import { eventOf } from './event.ts'
import { printTable } from './table.ts'

const seconds = Number(process.argv[2] ?? 600)
/** Requests served at the same time. */
const CONCURRENCY = 8

const sink = fork(fileURLToPath(new URL('sink.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] })
const [port] = await once(sink, 'message')
const client = createServerClient({ key: 'sk_bench', host: `http://127.0.0.1:${port}` })

let requests = 0

async function serve(): Promise<void> {
  const id = `visitor_${requests}_0190f7e6`
  requests += 1
  const work: Promise<unknown>[] = []
  // Every second request has queues of its own, as on Workers; the others share the client's.
  const options = requests % 2 === 0 ? { waitUntil: (promise: Promise<unknown>) => work.push(promise) } : {}
  const scope = client.scope({ headers: { cookie: `tl_id=${id}`, 'user-agent': 'soak' } }, options)
  const { event, properties } = eventOf(requests)
  scope.capture({ event, properties })
  scope.capture({ event, properties })
  await scope.flush()
  await Promise.all(work)
}

async function serveUntil(end: number): Promise<void> {
  while (performance.now() < end) await serve()
}

function heapMb(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 1_048_576
}

const rows: string[][] = []
const steps = 10
for (let step = 1; step <= steps; step += 1) {
  const end = performance.now() + (seconds * 1_000) / steps
  await Promise.all(Array.from({ length: CONCURRENCY }, () => serveUntil(end)))
  rows.push([String(Math.round((seconds * step) / steps)), String(requests), heapMb().toFixed(2)])
}
printTable('scopes that capture twice and flush', ['second', 'requests', 'heap MB'], rows)
await client.shutdown()
sink.kill()

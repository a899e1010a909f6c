import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { createServerClient } from '@threadline/server'
import { eventOf } from './event.ts'
import { printTable } from './table.ts'

const SECONDS = 60
const PER_SECOND = 5_000
/** Reached after ten seconds; from there on memory has to be flat. */
const BOUND = 50_000
/** Between two samples, in seconds. */
const STEP = 10

/** Captures for a minute while the server answers 503, and prints what the process holds. */
export async function measureOutage(origin: string): Promise<void> {
  await (await fetch(`${origin}/reset/down`)).text()
  const client = createServerClient({
    key: 'sk_bench',
    host: origin,
    maxQueueEvents: BOUND,
    onError: () => undefined,
    flushOnExit: false,
  })
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const rows: string[][] = []
  let captured = 0
  const started = performance.now()
  for (let tick = 1; tick <= SECONDS * 100; tick += 1) {
    for (let count = PER_SECOND / 100; count > 0; count -= 1) {
      client.capture(eventOf(captured))
      captured += 1
    }
    await sleep(Math.max(0, started + tick * 10 - performance.now()))
    if (tick % (STEP * 100) !== 0) continue
    // The full collection of a sample is no stall of the client's.
    delay.disable()
    rows.push(sample(tick / 100, client.stats()))
    await sleep(1)
    delay.enable()
  }
  delay.disable()
  printTable(
    `memory while the server is down: ${PER_SECOND} events/s, at most ${BOUND} held; longest stall ${(delay.max / 1e6).toFixed(1)} ms`,
    ['second', 'held', 'dropped and reported', 'heap MB', 'resident MB'],
    rows,
  )
  await client.shutdown({ timeoutMs: 1 })
}

function sample(second: number, stats: { pending: number; dropped: { queue_overflow?: number } }): string[] {
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  const inMb = (bytes: number): string => (bytes / 1_048_576).toFixed(1)
  return [String(second), String(stats.pending), String(stats.dropped.queue_overflow ?? 0), inMb(heapUsed), inMb(rss)]
}

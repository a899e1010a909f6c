import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
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

/**
 * Captures for a minute while the server answers 503, and prints what the process holds and how long its event loop stood
 * still; beside it the same minute without a client, which is what the machine itself held up.
 */
export async function measureOutage(origin: string): Promise<void> {
  await (await fetch(`${origin}/reset/down`)).text()
  const machine = await minute(eventOf, () => [])
  const client = createServerClient({
    key: 'sk_bench',
    host: origin,
    maxQueueEvents: BOUND,
    onError: () => undefined,
    flushOnExit: false,
  })
  const { rows, stallMs } = await minute(
    (index) => client.capture(eventOf(index)),
    (second) => sample(second, client.stats()),
  )
  printTable(
    `memory while the server is down: ${PER_SECOND} events/s, at most ${BOUND} held; longest stall ${stallMs.toFixed(1)} ms, ${machine.stallMs.toFixed(1)} ms without a client`,
    ['second', 'held', 'dropped and reported', 'heap MB', 'resident MB'],
    rows,
  )
  await client.shutdown({ timeoutMs: 1 })
}

interface Minute {
  readonly rows: readonly (readonly string[])[]
  /** Longest that the event loop stood still, in milliseconds. */
  readonly stallMs: number
}

/** Calls `act` at the rate of the traffic, and `look` between stretches of it. */
async function minute(act: (index: number) => unknown, look: (second: number) => readonly string[]): Promise<Minute> {
  const rows: (readonly string[])[] = []
  let delay = watchLoop()
  let stallMs = 0
  let acted = 0
  const started = performance.now()
  for (let tick = 1; tick <= SECONDS * 100; tick += 1) {
    for (let count = PER_SECOND / 100; count > 0; count -= 1) {
      act(acted)
      acted += 1
    }
    await sleep(Math.max(0, started + tick * 10 - performance.now()))
    if (tick % (STEP * 100) !== 0) continue
    // The full collection of a sample is no stall of the client's. A monitor that is only disabled meanwhile counts it
    // all the same, as the time between two of its ticks: so the next stretch gets a new one.
    delay.disable()
    stallMs = Math.max(stallMs, delay.max / 1e6)
    rows.push(look(tick / 100))
    delay = watchLoop()
  }
  delay.disable()
  return { rows, stallMs }
}

function watchLoop(): IntervalHistogram {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  return delay
}

function sample(second: number, stats: { pending: number; dropped: { queue_overflow?: number } }): string[] {
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  const inMb = (bytes: number): string => (bytes / 1_048_576).toFixed(1)
  return [String(second), String(stats.pending), String(stats.dropped.queue_overflow ?? 0), inMb(heapUsed), inMb(rss)]
}

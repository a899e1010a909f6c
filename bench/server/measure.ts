// Measures one subject in a process of its own: `measure.ts NAME ORIGIN EVENTS [steadily]`. Prints one line of JSON.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BenchEvent, eventOf, wireEventOf } from './event.ts'
import type { Subject } from './subject.ts'
import { SUBJECTS } from './subjects/index.ts'

export interface Measurement {
  /** CPU nanoseconds of one `capture` call, the median of the rounds; absent where there is no such call. */
  readonly captureNs: number | undefined
  /** The same for `JSON.stringify` of the same event, round by round beside it. */
  readonly stringifyNs: number
  /** CPU microseconds for each event, from capture to acknowledgement, threads included. */
  readonly cpuUs: number
  /** Events acknowledged in a second of wall time. */
  readonly perSecond: number
  /** CPU microseconds for each event when they come steadily; absent where there is no such call. */
  readonly steadyUs: number | undefined
  /** Longest that the event loop stood still, in milliseconds. */
  readonly stallMs: number
}

const ROUNDS = 25
const CALLS = 1_000
/** Events captured before the event loop gets a turn, as one request handler after the other would. */
const BURST = 100
const WARM_UP = 10_000
/** The steady part: so many events a second for so long, in ticks of 10 ms. */
const STEADY_PER_SECOND = 2_000
const STEADY_SECONDS = 20
const TICK_MS = 10

const [name = '', origin = '', count = '100000', steadily = ''] = process.argv.slice(2)
const total = Number(count)

function cpuUs(since?: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since)
  return user + system
}

async function reset(): Promise<void> {
  await (await fetch(`${origin}/reset/up`)).text()
}

/** Flushes until the sink has got that many: some peers' flush sends only a part, and some never comes back. */
async function arrived(subject: Subject, events: number): Promise<void> {
  let done = false
  const waiting = fetch(`${origin}/wait/${events}`).then(async (response) => {
    await response.text()
    done = true
  })
  while (!done) {
    const flushed = subject.flush().catch(() => undefined)
    await Promise.race([waiting, flushed.then(() => sleep(20)), sleep(1_000)])
  }
}

function events(from: number, to: number): BenchEvent[] {
  return Array.from({ length: to - from }, (_, index) => eventOf(from + index))
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

/** CPU nanoseconds of one call of `run`, over a list of inputs. */
function nsPerCall<T>(inputs: readonly T[], run: (input: T) => unknown): number {
  const start = process.cpuUsage()
  for (const input of inputs) run(input)
  return (cpuUs(start) * 1_000) / inputs.length
}

async function measureCapture(subject: Subject): Promise<Pick<Measurement, 'captureNs' | 'stringifyNs'>> {
  const captures: number[] = []
  const stringifies: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const wire = Array.from({ length: CALLS }, (_, index) => wireEventOf(index))
    stringifies.push(nsPerCall(wire, JSON.stringify))
    if (!subject.capture) continue
    await reset()
    captures.push(nsPerCall(events(0, CALLS), subject.capture))
    await arrived(subject, CALLS)
  }
  return { captureNs: captures.length > 0 ? median(captures) : undefined, stringifyNs: median(stringifies) }
}

async function feed(subject: Subject, total: number): Promise<void> {
  if (subject.captureAll) {
    // Made in pieces, as the others get theirs.
    for (let from = 0; from < total; from += 10_000)
      await subject.captureAll(events(from, Math.min(from + 10_000, total)))
    return
  }
  for (let index = 0; index < total; index += 1) {
    subject.capture?.(eventOf(index))
    if (index % BURST === BURST - 1) await new Promise((resolve) => setImmediate(resolve))
  }
}

/** CPU of a process that captures at a steady rate, less that of its loop alone. */
async function measureSteady({ capture, ...subject }: Subject): Promise<number | undefined> {
  if (!capture) return undefined
  const idle = await steadyCpuUs(() => undefined)
  await reset()
  const busy = await steadyCpuUs(capture)
  const events = STEADY_PER_SECOND * STEADY_SECONDS
  await arrived(subject, events)
  return (busy - idle) / events
}

async function steadyCpuUs(act: (event: BenchEvent) => void): Promise<number> {
  const cpu = process.cpuUsage()
  const started = performance.now()
  let index = 0
  for (let tick = 1; tick <= (STEADY_SECONDS * 1_000) / TICK_MS; tick += 1) {
    for (let count = (STEADY_PER_SECOND / 1_000) * TICK_MS; count > 0; count -= 1) {
      act(eventOf(index))
      index += 1
    }
    await sleep(Math.max(0, started + tick * TICK_MS - performance.now()))
  }
  return cpuUs(cpu)
}

async function measureDrain(subject: Subject): Promise<Pick<Measurement, 'cpuUs' | 'perSecond' | 'stallMs'>> {
  // Warm: what is measured is the running process, not its compiler.
  await reset()
  const warmUp = Math.min(WARM_UP, total)
  await feed(subject, warmUp)
  await arrived(subject, warmUp)
  await reset()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const cpu = process.cpuUsage()
  const started = performance.now()
  delay.enable()
  await feed(subject, total)
  await arrived(subject, total)
  const wallMs = performance.now() - started
  delay.disable()
  return {
    cpuUs: cpuUs(cpu) / total,
    perSecond: (total / wallMs) * 1_000,
    stallMs: delay.max / 1e6,
  }
}

const create = SUBJECTS[name]
if (!create) throw new Error(`no such subject: ${name}`)
const subject = await create({ origin })
const measurement: Measurement = {
  ...(await measureCapture(subject)),
  ...(await measureDrain(subject)),
  steadyUs: steadily === 'steadily' ? await measureSteady(subject) : undefined,
}
process.stdout.write(JSON.stringify(measurement), () => process.exit())

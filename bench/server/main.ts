// Compares the server client with its peers and with the floors, in one run, and prints tables with ratios.
//
// Each subject runs in a process of its own against one sink in another. CPU time is what is compared where it can be:
// on a machine that does other things as well, it is steadier than the clock.

import { type ChildProcess, execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { measureImports } from './import-time.ts'
import type { Measurement } from './measure.ts'
import { measureOutage } from './outage.ts'
import { installPeers } from './peers.ts'
import { eventsFor, SUBJECTS } from './subjects/index.ts'
import { printTable } from './table.ts'

const run = promisify(execFile)

/** Whole rounds over all subjects: a busy minute hits all of them, and the best of each is kept. */
const ROUNDS = 3

/** The steady part takes 40 s a subject: one round more than one, so that a disturbance in it shows. */
const STEADY_ROUNDS = 2

function file(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}

async function startSink(): Promise<{ readonly origin: string; readonly process: ChildProcess }> {
  const child = fork(file('sink.ts'), { execArgv: ['--import', 'tsx'] })
  const [port] = await once(child, 'message')
  return { origin: `http://127.0.0.1:${port}`, process: child }
}

async function measure(name: string, origin: string, steadily: boolean): Promise<Measurement> {
  const { stdout } = await run(
    process.execPath,
    ['--import', 'tsx', file('measure.ts'), name, origin, String(eventsFor(name)), ...(steadily ? ['steadily'] : [])],
    {
      env: { ...process.env, NODE_ENV: 'production' },
      timeout: 300_000,
    },
  )
  return JSON.parse(stdout) as Measurement
}

/** The better of two: what a subject can do, not what the machine let it do. */
function better(a: Measurement | undefined, b: Measurement): Measurement {
  if (!a) return b
  return {
    captureNs: a.captureNs === undefined || b.captureNs === undefined ? undefined : Math.min(a.captureNs, b.captureNs),
    stringifyNs: Math.min(a.stringifyNs, b.stringifyNs),
    cpuUs: Math.min(a.cpuUs, b.cpuUs),
    steadyUs:
      a.steadyUs === undefined || b.steadyUs === undefined
        ? (a.steadyUs ?? b.steadyUs)
        : Math.min(a.steadyUs, b.steadyUs),
    perSecond: Math.max(a.perSecond, b.perSecond),
    stallMs: Math.min(a.stallMs, b.stallMs),
  }
}

function ratio(value: number | undefined, to: number | undefined): string {
  return value === undefined || to === undefined ? '–' : `${(value / to).toFixed(2)}×`
}

installPeers()
const sink = await startSink()
try {
  const results = new Map<string, Measurement>()
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of Object.keys(SUBJECTS)) {
      process.stderr.write(`round ${round + 1} of ${ROUNDS}: ${name}\n`)
      results.set(name, better(results.get(name), await measure(name, sink.origin, round < STEADY_ROUNDS)))
    }
  }
  const ours = results.get('threadline')
  printTable(
    'capture to acknowledgement at a local sink, in a burst and at 2 000 events a second for 20 s; ratios are to threadline, and of capture to JSON.stringify beside it',
    [
      '',
      'events',
      'capture ns',
      '',
      'to stringify',
      'CPU µs/event',
      '',
      'CPU µs, steady',
      '',
      'events/s',
      '',
      'stall ms',
    ],
    [...results].map(([name, { captureNs, stringifyNs, cpuUs, steadyUs, perSecond, stallMs }]) => [
      name,
      String(eventsFor(name)),
      captureNs === undefined ? '–' : String(Math.round(captureNs)),
      ratio(captureNs, ours?.captureNs),
      ratio(captureNs, stringifyNs),
      cpuUs.toFixed(2),
      ratio(cpuUs, ours?.cpuUs),
      steadyUs === undefined ? '–' : steadyUs.toFixed(2),
      ratio(steadyUs, ours?.steadyUs),
      String(Math.round(perSecond)),
      ratio(perSecond, ours?.perSecond),
      stallMs.toFixed(1),
    ]),
  )
  await measureImports()
  await measureOutage(sink.origin)
} finally {
  sink.process.kill()
}

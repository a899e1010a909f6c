// What an SDK costs the page that loads it, beside four others: one run over all of them, one table.
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { CHROMIUM_ARGS } from '../../e2e/browser/chromium-args.ts'
import { printTable } from '../server/table.ts'
import { startSink } from './sink.ts'
import { SUBJECTS, type Subject } from './subjects.ts'
import { CAPTURES, SLOWDOWN, type Visit, visitTwice } from './visit.ts'

/** A visitor's first and second visit. */
type Visitor = readonly [first: Visit, later: Visit]

interface Row {
  readonly title: string
  readonly of: (visitor: Visitor) => number
  readonly digits: number
}

const ROWS: readonly Row[] = [
  { title: '`init`, first visit, ms', of: ([{ initMs }]) => initMs, digits: 1 },
  { title: '`init`, later visit, ms', of: ([, { initMs }]) => initMs, digits: 1 },
  { title: '`capture`, first visit, µs', of: ([{ captureUs }]) => captureUs, digits: 0 },
  { title: '`capture`, later visit, µs', of: ([, { captureUs }]) => captureUs, digits: 0 },
  { title: 'first event on the wire, first visit, ms', of: ([{ firstEventMs }]) => firstEventMs, digits: 0 },
  { title: 'first event on the wire, later visit, ms', of: ([, { firstEventMs }]) => firstEventMs, digits: 0 },
  { title: 'main thread until then, first visit, ms', of: ([{ firstEventBusyMs }]) => firstEventBusyMs, digits: 0 },
  { title: 'main thread until then, later visit, ms', of: ([, { firstEventBusyMs }]) => firstEventBusyMs, digits: 0 },
  { title: 'main thread for each event of the burst, µs', of: ([{ deliveryBusyUs }]) => deliveryBusyUs, digits: 0 },
  { title: 'requests for the burst', of: ([{ requests }]) => requests, digits: 0 },
  { title: 'long tasks before the burst', of: ([{ longTasks }]) => longTasks, digits: 0 },
  { title: 'layouts', of: ([{ layouts }]) => layouts, digits: 0 },
]

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } })
const rounds = Number(options.rounds)

async function bundle({ page }: Subject): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [new URL(`pages/${page}.ts`, import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: 'iife',
    globalName: 'subject',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@threadline/source'],
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}

/** One measure of all subjects. A star marks the cheapest of those that can be compared. */
function toLine({ title, of, digits }: Row, visitors: ReadonlyMap<Subject, readonly Visitor[]>): string[] {
  const medians = [...visitors].map(([subject, seen]) => ({ subject, value: median(seen.map(of)) }))
  const least = Math.min(...medians.filter(({ subject }) => subject.hasIdsAndQueue).map(({ value }) => value))
  const cells = medians.map(({ subject, value }) => {
    const star = subject.hasIdsAndQueue && value === least ? '* ' : ''
    return `${star}${value.toFixed(digits)}`
  })
  return [title, ...cells]
}

const scripts = new Map<string, string>()
for (const subject of SUBJECTS) scripts.set(subject.page, await bundle(subject))
const sink = await startSink(scripts)
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  // Some of them count no visitor that is automated.
  args: [...CHROMIUM_ARGS, '--disable-blink-features=AutomationControlled'],
})
try {
  const visitors = new Map<Subject, Visitor[]>(SUBJECTS.map((subject) => [subject, []]))
  for (let round = 0; round < rounds; round += 1) {
    process.stderr.write(`round ${round + 1} of ${rounds}\n`)
    for (const [subject, seen] of visitors) seen.push(await visitTwice(browser, sink, subject))
  }
  printTable(
    `Chromium ${browser.version()}, CPU slowed down ${SLOWDOWN} times, a burst of ${CAPTURES} events; medians of ${rounds} ` +
      `visitors.\n* is the cheapest of those with ids and a queue; the last has neither.`,
    ['', ...SUBJECTS.map(({ name }) => name)],
    ROWS.map((row) => toLine(row, visitors)),
  )
} finally {
  await browser.close()
  sink.close()
}

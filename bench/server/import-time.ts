import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { peerPath } from './peers.ts'
import { printTable } from './table.ts'

const RUNS = 15

const MODULES: { readonly [name: string]: () => string } = {
  // What an import costs that brings nothing.
  nothing: () => 'data:text/javascript,',
  '@threadline/server': () => fileURLToPath(import.meta.resolve('@threadline/server')),
  'posthog-node': () => peerPath('posthog-node'),
  '@segment/analytics-node': () => peerPath('@segment/analytics-node'),
  '@rudderstack/rudder-sdk-node': () => peerPath('@rudderstack/rudder-sdk-node'),
  '@amplitude/analytics-node': () => peerPath('@amplitude/analytics-node'),
  '@snowplow/node-tracker': () => peerPath('@snowplow/node-tracker'),
  mixpanel: () => peerPath('mixpanel'),
}

/** Milliseconds that a fresh process takes to import a module, by its own clock: the fastest and the median of some runs. */
function importMs(path: string): readonly [fastest: number, median: number] {
  const script = `const t = performance.now(); await import(${JSON.stringify(path)}); console.log(performance.now() - t)`
  const times = Array.from({ length: RUNS }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })),
  )
  times.sort((a, b) => a - b)
  return [times[0] ?? Number.NaN, times[RUNS >> 1] ?? Number.NaN]
}

/** Prints what importing each package adds to the start of a bare Node. */
export async function measureImports(): Promise<void> {
  const rows = Object.entries(MODULES).map(([name, path]) => [name, ...importMs(path()).map((ms) => ms.toFixed(1))])
  printTable(`cold import, ms, of ${RUNS} runs`, ['', 'fastest', 'median'], rows)
  await Promise.resolve()
}

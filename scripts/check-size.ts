// What a page downloads, measured from the built packages, held to its limits and printed beside the peers' sizes.
// `--write` puts our sizes into the README. `--peers` installs and measures the peers anew; otherwise their last
// committed measurement is shown.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleForBrowser, inputsFrom } from './lib/bundle.ts'
import { root } from './lib/packages.ts'
import { knownPeerSizes, measurePeers } from './lib/peers.ts'
import { type MeasuredBundle, withSizes } from './lib/readme-sizes.ts'
import { BUDGETS, type Budget } from './size-budgets.ts'

const { values: options } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    before: { type: 'string', default: '2026-09-01' },
  },
})

const problems: string[] = []
const rows = [['bundle', 'min', 'min+brotli', 'limit']]
const measured: MeasuredBundle[] = []
for (const budget of BUDGETS) await measure(budget)
const { measured: day, peers } = options.peers ? await measurePeers(options.before) : knownPeerSizes()
for (const { name, version, minBytes, brotliBytes } of peers) {
  rows.push([`${name} ${version}`, `${minBytes}`, `${brotliBytes}`, ''])
}
print(rows)
console.log(`bytes; the peers were measured on ${day}`)
if (problems.length === 0) compareReadme()
for (const problem of problems) console.error(`FAIL ${problem}`)
process.exitCode = problems.length > 0 ? 1 : 0

/** Adds a row, and what is wrong with it. The end-to-end tests' folder resolves every package, since they depend on all. */
async function measure({ name, code, beside, limitBytes }: Budget): Promise<void> {
  try {
    const whole = await bundleForBrowser(code, join(root, 'e2e'))
    const base =
      beside === undefined ? { minBytes: 0, brotliBytes: 0 } : await bundleForBrowser(beside, join(root, 'e2e'))
    const { inputs } = whole
    const minBytes = whole.minBytes - base.minBytes
    const brotliBytes = whole.brotliBytes - base.brotliBytes
    rows.push([name, `${minBytes}`, `${brotliBytes}`, `${limitBytes}`])
    measured.push({ name, brotliBytes, limitBytes })
    if (brotliBytes > limitBytes) problems.push(`${name}: ${brotliBytes} bytes are over the limit of ${limitBytes}`)
    const [zod] = inputsFrom(inputs, ['zod'])
    if (zod !== undefined) problems.push(`${name}: contains zod (${zod})`)
  } catch (error) {
    problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function compareReadme(): void {
  const file = join(root, 'README.md')
  const readme = readFileSync(file, 'utf8')
  const current = withSizes(readme, measured)
  if (options.write) writeFileSync(file, current)
  else if (current !== readme) problems.push('the sizes in README.md are not these: run `pnpm size --write`')
}

function print(table: readonly (readonly string[])[]): void {
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  for (const [first = '', ...rest] of table) {
    console.log([first.padEnd(widths[0] ?? 0), ...rest.map((cell, i) => cell.padStart(widths[i + 1] ?? 0))].join('  '))
  }
}

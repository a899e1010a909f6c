// What a page downloads, measured from the built packages, held to its limits and printed beside the peers' sizes.
// `--peers` installs and measures the peers anew; otherwise their last committed measurement is shown.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleForBrowser, inputsFrom } from './lib/bundle.ts'
import { root } from './lib/packages.ts'
import { knownPeerSizes, measurePeers } from './lib/peers.ts'
import { BUDGETS, type Budget } from './size-budgets.ts'

const { values } = parseArgs({
  options: { peers: { type: 'boolean', default: false }, before: { type: 'string', default: '2026-09-01' } },
})

const problems: string[] = []
const rows = [['bundle', 'min', 'min+brotli', 'limit']]
for (const budget of BUDGETS) rows.push([budget.name, ...(await measure(budget)), `${budget.limitBytes}`])

const { measured, peers } = values.peers ? await measurePeers(values.before) : knownPeerSizes()
for (const { name, version, minBytes, brotliBytes } of peers) {
  rows.push([`${name} ${version}`, `${minBytes}`, `${brotliBytes}`, ''])
}
print(rows)
console.log(`bytes; the peers were measured on ${measured}`)
for (const problem of problems) console.error(`FAIL ${problem}`)
process.exitCode = problems.length > 0 ? 1 : 0

// The end-to-end tests depend on every package, so every package resolves from their folder.
async function measure({ name, code, limitBytes }: Budget): Promise<[string, string]> {
  try {
    const { minBytes, brotliBytes, inputs } = await bundleForBrowser(code, join(root, 'e2e'))
    if (brotliBytes > limitBytes) problems.push(`${name}: ${brotliBytes} bytes are over the limit of ${limitBytes}`)
    const [zod] = inputsFrom(inputs, ['zod'])
    if (zod !== undefined) problems.push(`${name}: contains zod (${zod})`)
    return [`${minBytes}`, `${brotliBytes}`]
  } catch (error) {
    problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    return ['-', '-']
  }
}

function print(table: readonly (readonly string[])[]): void {
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  for (const [first = '', ...rest] of table) {
    console.log([first.padEnd(widths[0] ?? 0), ...rest.map((cell, i) => cell.padStart(widths[i + 1] ?? 0))].join('  '))
  }
}

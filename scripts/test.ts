// `pnpm test`: every check and every test, one after another, each timed. A failure does not stop the rest, so that one
// run shows all there is to mend. The last line counts: a check is one test.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './lib/packages.ts'
import { type Counts, countTests, type VitestReport } from './lib/test-counts.ts'

const CHECKS = ['build', 'lint', 'typecheck', 'knip', 'check:boundaries', 'check:packages', 'size', 'docs']

const timings: string[] = []

/** Runs a script of the root package.json and tells whether it passed. */
function run(script: string, ...options: string[]): boolean {
  console.log(`\n> ${script}`)
  const started = performance.now()
  const { status } = spawnSync('pnpm', ['run', script, ...options], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  timings.push(`${seconds.padStart(7)} s  ${script}${status === 0 ? '' : '  FAILED'}`)
  return status === 0
}

function runVitest(): Counts {
  const file = join(root, 'node_modules/.cache/vitest-report.json')
  rmSync(file, { force: true })
  const passed = run('test:all', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`)
  const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as VitestReport) : { testResults: [] }
  return countTests(report, passed)
}

const checks = CHECKS.map((script) => run(script))
const tests = runVitest()
const passed = tests.passed + checks.filter((ok) => ok).length
const failed = tests.failed + checks.filter((ok) => !ok).length

for (const name of tests.skipped) console.log(`skipped: ${name}`)
console.log(`\n${timings.join('\n')}\n`)
console.log(`${passed} passed, ${failed} failed, ${tests.skipped.length} skipped`)
process.exitCode = failed === 0 ? 0 : 1

import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packAll } from '../../scripts/lib/pack.ts'

// Sample projects of test runners, with the packages as a user installs them. Jest runs CommonJS and ES modules in realms
// of its own.

const PROJECTS = ['jest-commonjs', 'jest-esm', 'vitest', 'node-test']
const NEEDED = /^@threadline\/(schema|core|destinations|server)$/

let folder: string
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'threadline-runners-')))
  const packed = packAll(join(folder, 'tarballs')).filter(({ manifest }) => NEEDED.test(manifest.name))
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const runners = PROJECTS.flatMap((project) => Object.entries(manifestOf(project).devDependencies ?? {}))
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  execFileSync(
    'npm',
    [...install, ...packed.map(({ tarball }) => tarball), ...runners.map(([name, version]) => `${name}@${version}`)],
    {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface ProjectManifest {
  readonly scripts: { readonly test: string }
  readonly devDependencies?: { readonly [name: string]: string }
}

function manifestOf(project: string): ProjectManifest {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'test-runners', project, 'package.json'), 'utf8'))
}

/** Runs a sample project's tests, as `npm test` does there. */
async function runTests(project: string): Promise<string> {
  const target = join(folder, project)
  cpSync(join(import.meta.dirname, 'test-runners', project), target, { recursive: true })
  const { exitCode, all } = await execa(manifestOf(project).scripts.test, {
    cwd: target,
    all: true,
    reject: false,
    shell: true,
    timeout: 110_000,
    localDir: folder,
    preferLocal: true,
    // Not of the runner that runs this test.
    env: { CI: 'true', NODE_OPTIONS: '', NODE_ENV: undefined, VITEST: undefined },
  })
  expect(exitCode, all).toBe(0)
  return stripVTControlCharacters(all)
}

test.each([
  ['Jest with CommonJS', 'jest-commonjs', /Tests: +6 passed, 6 total/],
  ['Jest with ES modules', 'jest-esm', /Tests: +6 passed, 6 total/],
  ['vitest', 'vitest', /Tests +6 passed/],
  ['node:test', 'node-test', /# pass 6\n/],
])('%s', async (_, project, summary) => {
  expect(await runTests(project)).toMatch(summary)
})

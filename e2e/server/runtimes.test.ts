import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseResult } from './lib/runtime-suite.ts'
import { type Sink, startSink } from './lib/start-sink.ts'

const run = promisify(execFile)
const require = createRequire(import.meta.url)

/** The folder of an installed package. */
function packageOf(name: string): string {
  return dirname(require.resolve(`${name}/package.json`))
}

function source(file: string): string {
  return fileURLToPath(new URL(`./programs/${file}`, import.meta.url))
}

let sink: Sink
let origin: string
let folder: string
beforeAll(async () => {
  sink = await startSink()
  origin = new URL(sink.tenant().host).origin
  folder = mkdtempSync(join(tmpdir(), 'runtimes-'))
})
afterAll(() => {
  sink.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** One file for a runtime, resolved by that runtime's own export conditions. */
async function bundle(entry: string, conditions: readonly string[]): Promise<string> {
  const outfile = join(folder, `${conditions[0]}.mjs`)
  await build({
    entryPoints: [source(entry)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['@threadline/source', ...conditions, 'import'],
  })
  return outfile
}

function expectAllPassed(output: string): void {
  const results = JSON.parse(output.trim().split('\n').at(-1) ?? '') as CaseResult[]
  expect(results.filter(({ failure }) => failure !== undefined)).toEqual([])
  expect(results).toHaveLength(11)
}

const fromSource = ['--import', 'tsx', '--conditions=@threadline/source', source('runs-suite.ts')]

describe.concurrent('the same suite passes on', () => {
  test.each([
    ['Node 20', () => process.execPath, /^v20\./],
    ['Node 22', () => join(packageOf('node-22'), 'bin/node'), /^v22\./],
    ['Node 24', () => join(packageOf('node-24'), 'bin/node'), /^v24\./],
  ])('%s', async (name, binary, version) => {
    const env = { ...process.env, NODE_OPTIONS: '' }
    expect((await run(binary(), ['--version'])).stdout).toMatch(version)
    const { stdout } = await run(binary(), [...fromSource, origin, name.replace(' ', '')], { env })
    expectAllPassed(stdout)
  })

  test('Bun', async () => {
    const args = ['--conditions=@threadline/source', source('runs-suite.ts'), origin, 'bun']
    const { stdout } = await run(join(packageOf('bun'), 'bin/bun.exe'), args)
    expectAllPassed(stdout)
  })

  test('Deno', async () => {
    const file = await bundle('runs-suite.ts', ['deno'])
    const args = ['run', '--no-lock', '--no-config', '--allow-net', '--allow-env', file, origin, 'deno']
    const { stdout } = await run(join(packageOf('deno'), 'deno'), args, { cwd: folder })
    expectAllPassed(stdout)
  })

  test('workerd, where requests share a client but no promise', async ({ expect }) => {
    await bundle('worker.ts', ['workerd'])
    const worker = await startWorker()
    try {
      const suite = await fetch(`${worker.origin}/suite?origin=${encodeURIComponent(origin)}`)
      expectAllPassed(await suite.text())

      const tenant = sink.tenant()
      await tenant.order({ delayMs: 100 })
      const name = new URL(tenant.host).pathname.slice(1)
      const eventIds = Array.from({ length: 200 }, (_, index) => `request_${index}`)
      const answers = await Promise.all(
        eventIds.map(async (eventId, index) => {
          const query = new URLSearchParams({ origin, tenant: name, eventId })
          const answer = await fetch(`${worker.origin}/${index % 10 === 0 ? 'now' : ''}?${query}`)
          return await answer.text()
        }),
      )
      expect(answers.filter((answer) => answer === 'captured')).toHaveLength(180)
      expect(answers.filter((answer) => answer === 'delivered')).toHaveLength(20)
      await expect.poll(async () => (await tenant.state()).stored.length, { timeout: 60_000 }).toBe(200)
      const { stored, received, requests, mostOpen } = await tenant.state()
      expect([...stored].sort()).toEqual([...eventIds].sort())
      expect(Object.values(received).every((times) => times === 1)).toBe(true)
      // They share the sending: fewer requests than events, and not more connections than the client's concurrency.
      expect(mostOpen).toBeLessThanOrEqual(4)
      expect(requests).toBeLessThan(150)

      // What one request could not deliver, another one does, or itself when it looks again.
      const failing = sink.tenant()
      await failing.order({ faults: [{ kind: 'status', status: 503 }, { kind: 'reset' }] })
      const ids = eventIds.slice(0, 20)
      for (const eventId of ids) {
        const query = new URLSearchParams({ origin, tenant: new URL(failing.host).pathname.slice(1), eventId })
        await (await fetch(`${worker.origin}/?${query}`)).text()
      }
      await expect.poll(async () => (await failing.state()).stored.length, { timeout: 60_000 }).toBe(20)
    } finally {
      worker.stop()
    }
  })

  test('workerd, without scopes', async ({ expect }) => {
    await bundle('worker.ts', ['workerd'])
    const worker = await startWorker()
    const tenant = sink.tenant()
    await tenant.order({ delayMs: 100 })
    const name = new URL(tenant.host).pathname.slice(1)
    const ask = async (path: string, eventId: string): Promise<string> => {
      const query = new URLSearchParams({ origin, tenant: name, eventId })
      return await (await fetch(`${worker.origin}/bare/${path}?${query}`)).text()
    }
    try {
      // Nobody waits for what it captured, but it is there for long enough.
      expect(await ask('stays', 'stayed')).toBe('captured')
      await expect.poll(async () => (await tenant.state()).stored, { timeout: 60_000 }).toEqual(['stayed'])
      // Requests that are gone at once leave what they captured to whoever comes next.
      for (const eventId of ['left_0', 'left_1', 'left_2']) await ask('leaves', eventId)
      const ways = ['background', 'now', 'flush', 'leaves'] as const
      const eventIds = Array.from({ length: 200 }, (_, index) => `request_${index}`)
      const answers = await Promise.all(
        eventIds.map((eventId, index) => ask(ways[index % ways.length] ?? 'leaves', eventId)),
      )
      expect(answers.filter((answer) => answer === 'captured')).toHaveLength(150)
      expect(answers.filter((answer) => answer === 'delivered')).toHaveLength(50)
      expect(await ask('now', 'last')).toBe('delivered')
      await ask('flush', 'very_last')
      const { stored } = await tenant.state()
      const all = ['stayed', 'left_0', 'left_1', 'left_2', ...eventIds, 'last', 'very_last']
      expect([...stored].sort()).toEqual(all.sort())
    } finally {
      worker.stop()
    }
  })
})

const WORKERD_CONFIG = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "workerd.mjs")],
  compatibilityDate = "2025-08-01",
);
`

async function startWorker(): Promise<{ origin: string; stop: () => void }> {
  const config = join(folder, 'config.capnp')
  writeFileSync(config, WORKERD_CONFIG)
  const { default: binary }: { default: string } = require('workerd')
  const child = spawn(binary, ['serve', '--control-fd=3', config], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`workerd ended with ${code}`)))
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      const listening = /"event":"listen".*"port":(\d+)/.exec(chunk.toString())
      if (listening) resolve(Number(listening[1]))
    })
  })
  return { origin: `http://127.0.0.1:${port}`, stop: () => child.kill('SIGKILL') }
}

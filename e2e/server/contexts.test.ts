import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from './lib/run-program.ts'
import { type Sink, startSink } from './lib/start-sink.ts'

let sink: Sink
let folder: string
beforeAll(async () => {
  sink = await startSink()
  folder = mkdtempSync(join(tmpdir(), 'contexts-'))
})
afterAll(() => {
  sink.stop()
  rmSync(folder, { recursive: true, force: true })
})

const require = createRequire(import.meta.url)
const args = ['--expose-gc', '--import', 'tsx', '--conditions=@threadline/source']
const NODE_20 = { file: process.execPath, args }
const NODE_24 = { file: join(dirname(require.resolve('node-24/package.json')), 'bin/node'), args }
const BUN = {
  file: join(dirname(require.resolve('bun/package.json')), 'bin/bun.exe'),
  args: ['--expose-gc', '--conditions=@threadline/source'],
}

test.concurrent.each([
  ['count', 'Node 20', NODE_20],
  ['interval', 'Node 20', NODE_20],
  ['flush', 'Node 20', NODE_20],
  ['scope', 'Node 20', NODE_20],
  ['count', 'Node 24', NODE_24],
  ['interval', 'Node 24', NODE_24],
  ['count', 'Bun', BUN],
] as const)(
  'a batch sent by its %s belongs to no request, on %s, and keeps none of their stores alive',
  async (trigger, _name, runtime) => {
    const tenant = sink.tenant()
    await tenant.order({ faults: [{ kind: 'status', status: 503, retryAfter: '3' }] })
    const { code, output } = await runProgram('contexts', [tenant.host, trigger], {}, runtime).ended
    expect([code, output]).toEqual([0, expect.stringContaining('seen')])
    expect(JSON.parse(output)).toMatchObject({
      seen: { 'onCapture first': 'first', 'onCapture second': 'second', onError: 'nobody', onDelivered: 'nobody' },
      left: 0,
    })
  },
)

test.concurrent.each(['count', 'interval', 'flush', 'scope'])(
  'a batch sent by its %s belongs to no request, on Deno',
  async (trigger) => {
    const outfile = join(folder, `${trigger}.mjs`)
    await build({
      entryPoints: [fileURLToPath(new URL('./programs/contexts.ts', import.meta.url))],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      external: ['node:*'],
      conditions: ['@threadline/source', 'deno', 'import'],
    })
    const tenant = sink.tenant()
    await tenant.order({ faults: [{ kind: 'status', status: 503, retryAfter: '3' }] })
    const deno = join(dirname(require.resolve('deno/package.json')), 'deno')
    const flags = ['--no-lock', '--no-config', '--allow-net', '--allow-env', '--v8-flags=--expose-gc']
    const { stdout } = await execa(deno, ['run', ...flags, outfile, tenant.host, trigger], {
      cwd: folder,
      env: { NODE_ENV: 'production' },
    })
    expect(JSON.parse(stdout)).toMatchObject({
      seen: { 'onCapture first': 'first', 'onCapture second': 'second', onError: 'nobody', onDelivered: 'nobody' },
      left: 0,
    })
  },
)

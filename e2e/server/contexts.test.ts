import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from './lib/run-program.ts'
import { type Sink, startSink } from './lib/start-sink.ts'

let sink: Sink
beforeAll(async () => {
  sink = await startSink()
})
afterAll(() => sink.stop())

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

import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from './lib/run-program.ts'
import { type Sink, startSink } from './lib/start-sink.ts'

let sink: Sink
beforeAll(async () => {
  sink = await startSink()
})
afterAll(() => sink.stop())

const STARVED = {
  file: 'sh',
  args: [
    '-c',
    'ulimit -n 64 && exec "$0" "$@"',
    process.execPath,
    '--import',
    'tsx',
    '--conditions=@threadline/source',
  ],
}

test.each([
  ['directly', {}],
  // The index of undici, which a proxy needs, is another file that cannot be opened.
  ['with a proxy in the environment', { HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' }],
])('a client whose first request met no free file descriptor delivers with the next: %s', async (_way, env) => {
  const tenant = sink.tenant()
  const { output } = await runProgram('starved-of-files', [tenant.host], env, STARVED).ended
  const { starved, delivered, errors } = JSON.parse(output) as { starved: number; delivered: number; errors: string[] }
  expect([starved, delivered]).toEqual([1, 1])
  expect(errors).toEqual([expect.stringMatching(/EMFILE \(this process is out of file descriptors/)])
  expect((await tenant.state()).stored).toEqual(['event_0'])
})

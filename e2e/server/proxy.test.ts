import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from './lib/run-program.ts'
import { type Sink, startSink } from './lib/start-sink.ts'

let sink: Sink
beforeAll(async () => {
  sink = await startSink()
})
afterAll(() => sink.stop())

test('requests go through the proxy that the environment names, unless NO_PROXY excepts them', async () => {
  const tenant = sink.tenant()
  const { port, pathname } = new URL(tenant.host)
  const asked: (string | undefined)[] = []
  const proxy = createServer((incoming, answer) => {
    asked.push(incoming.headers.host)
    const { pathname: path } = new URL(incoming.url ?? '')
    const { method, headers } = incoming
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    incoming.pipe(outgoing)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => proxy.once('listening', resolve))
  const HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  try {
    const through = await runProgram('captures-through-proxy', [`http://collector.test${pathname}`], { HTTP_PROXY })
      .ended
    expect(JSON.parse(through.output)).toMatchObject({ delivered: 1 })
    expect(asked).toEqual(['collector.test'])
    expect((await tenant.state()).stored).toEqual(['event_0'])

    const env = { HTTP_PROXY, NO_PROXY: '127.0.0.1' }
    const direct = await runProgram('captures-through-proxy', [sink.tenant().host], env).ended
    expect(JSON.parse(direct.output)).toMatchObject({ delivered: 1 })
    expect(asked).toHaveLength(1)
  } finally {
    proxy.closeAllConnections()
    proxy.close()
  }
})

import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
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
  const tunnels: (string | undefined)[] = []
  const proxy = createServer().listen(0, '127.0.0.1')
  proxy.on('connect', ({ url }, socket) => {
    tunnels.push(url)
    const upstream = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(upstream).pipe(socket)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
  })
  await new Promise((resolve) => proxy.once('listening', resolve))
  const HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  try {
    const through = await runProgram('captures-through-proxy', [`http://collector.test${pathname}`], { HTTP_PROXY })
      .ended
    expect(JSON.parse(through.output)).toMatchObject({ delivered: 1 })
    expect(tunnels).toEqual(['collector.test:80'])
    expect((await tenant.state()).stored).toEqual(['event_0'])

    const env = { HTTP_PROXY, NO_PROXY: '127.0.0.1' }
    const direct = await runProgram('captures-through-proxy', [sink.tenant().host], env).ended
    expect(JSON.parse(direct.output)).toMatchObject({ delivered: 1 })
    expect(tunnels).toHaveLength(1)
  } finally {
    proxy.closeAllConnections()
    proxy.close()
  }
})

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startConnectProxy } from './lib/connect-proxy.ts'
import { runProgram } from './lib/run-program.ts'

/** Takes every batch, and remembers which requests came with the header of a trace, by path. */
const withTrace = new Set<string>()
const server = createServer((request, response) => {
  if (request.headers['traceparent'] !== undefined) withTrace.add(request.url ?? '')
  request.resume().on('end', () => response.end('{"stored":1,"duplicates":[],"invalid":[]}'))
})

let host = ''
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const OWN_REQUESTS = ['/asked', '/told', '/told']

test.each([
  ['its own transport', 'own'],
  ['fetch', 'fetch'],
  ['a transport of the app on node:http', 'http'],
])(
  'OpenTelemetry makes no span of the client’s requests by %s, and one of each of the app’s own',
  async (_, transport) => {
    const path = `/by-${transport}`
    const { code, output } = await runProgram('traced-app', [host + path, transport, host + path]).ended
    expect([code, output]).toEqual([0, expect.stringContaining('traced')])
    const own = OWN_REQUESTS.map((name) => path + name)
    const { delivered, traced } = JSON.parse(output)
    expect({ delivered, traced: traced.sort() }).toEqual({ delivered: 3, traced: own })
    expect([...withTrace].filter((each) => each.startsWith(path)).sort()).toEqual([...new Set(own)])
  },
)

test('nor of those through a proxy', async () => {
  const proxy = await startConnectProxy(Number(new URL(host).port))
  try {
    const env = { HTTP_PROXY: proxy.url }
    const { code, output } = await runProgram(
      'traced-app',
      ['http://collector.test/proxied', 'own', `${host}/app`],
      env,
    ).ended
    expect([code, output]).toEqual([0, expect.stringContaining('traced')])
    const { delivered, traced } = JSON.parse(output)
    expect({ delivered, traced: traced.sort() }).toEqual({
      delivered: 3,
      traced: OWN_REQUESTS.map((name) => `/app${name}`),
    })
    expect(proxy.tunnels).toContain('collector.test:80')
  } finally {
    await proxy.stop()
  }
})

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createOutgoingFetch, type OutgoingRequest } from './outgoing-fetch.ts'

const REQUEST: OutgoingRequest = {
  method: 'POST',
  headers: { 'content-type': 'text/plain' },
  body: 'hello',
  redirect: 'manual',
  signal: AbortSignal.timeout(60_000),
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port }: AddressInfo = server.address() as AddressInfo
  return port
}

/** A service, and a proxy that leads every tunnel to it, whatever that asks for. */
async function setup() {
  const tunnels: (string | undefined)[] = []
  const service = createServer((request, response) => {
    response.writeHead(202, { 'x-method': request.method ?? '' })
    request.pipe(response)
  })
  const servicePort = await listen(service)
  const proxy = createServer()
  proxy.on('connect', ({ url }, socket) => {
    tunnels.push(url)
    const upstream = connect(servicePort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(upstream).pipe(socket)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
  })
  return { tunnels, service: `http://127.0.0.1:${servicePort}`, proxy: `http://127.0.0.1:${await listen(proxy)}` }
}

test('what the collector asks of others goes through the proxy that the environment names', async () => {
  const { tunnels, proxy } = await setup()
  const fetch = createOutgoingFetch({ HTTPS_PROXY: proxy, HTTP_PROXY: proxy })
  const answer = await fetch('http://service.example/events', REQUEST)
  expect([answer.status, answer.headers.get('x-method')]).toEqual([202, 'POST'])
  const { value } = (await answer.body?.getReader().read()) ?? {}
  expect(Buffer.from(value ?? []).toString()).toBe('hello')
  expect(tunnels).toEqual(['service.example:80'])
}, 60_000)

test.each([
  ['there is none', {}],
  ['the service is excepted', { NO_PROXY: '127.0.0.1' }],
])(
  'it goes directly where %s',
  async (_, env) => {
    const { tunnels, service, proxy } = await setup()
    const fetch = createOutgoingFetch('NO_PROXY' in env ? { HTTP_PROXY: proxy, ...env } : env)
    expect((await fetch(service, REQUEST)).status).toBe(202)
    expect(tunnels).toEqual([])
  },
  60_000,
)

test('an address that is none fails each request, and is not repeated', async () => {
  const fetch = createOutgoingFetch({ HTTPS_PROXY: 'socks5://sam:hunter2@proxy.example' })
  for (let count = 0; count < 2; count += 1) {
    const error = await fetch('http://127.0.0.1:9', REQUEST).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'ERR_INVALID_PROXY', message: expect.stringContaining('HTTPS_PROXY') })
    expect(String(error)).not.toContain('hunter2')
  }
})

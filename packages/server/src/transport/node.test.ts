import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { failureOf } from '@threadline/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { nodeTransport } from './node.ts'

/** What a person is told when a request through the proxy of the environment fails. */
async function failureThrough(proxy: string): Promise<string | undefined> {
  vi.stubEnv('HTTPS_PROXY', proxy)
  vi.stubEnv('NO_PROXY', '')
  onTestFinished(() => void vi.unstubAllEnvs())
  const url = 'https://collector.invalid/v1/batch'
  const { signal } = new AbortController()
  const request = { url, method: 'POST', headers: {}, body: 'event', signal, gzip: false } as const
  const error: unknown = await nodeTransport()(request).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return failureOf(error, url).message
}

test('a proxy that opens no connection is told as that, with its answer', async () => {
  const proxy = createServer()
  proxy.on('connect', (_request, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'))
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void proxy.close())
  const { port } = proxy.address() as AddressInfo
  expect(await failureThrough(`http://127.0.0.1:${port}`)).toMatch(
    /collector\.invalid: the proxy answered 407 \(it wants/,
  )
})

test('so is one that cannot be reached, and one whose address is none', async () => {
  expect(await failureThrough('http://127.0.0.1:9')).toMatch(/collector\.invalid through 127\.0\.0\.1:9: ECONNREFUSED/)
  expect(await failureThrough('http://proxy.invalid:3128')).toMatch(/collector\.invalid through proxy\.invalid: E/)
  expect(await failureThrough('socks5://proxy.invalid:1080')).toContain('HTTPS_PROXY or HTTP_PROXY is no address')
})

test('delivers with an undici that has moved the one file of it that is loaded', async () => {
  vi.doMock('undici/lib/dispatcher/agent.js', () => {
    throw new Error('not found')
  })
  const server = createServer((_request, response) => response.end('taken'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
    vi.doUnmock('undici/lib/dispatcher/agent.js')
  })
  const { port } = server.address() as AddressInfo
  const answer = await nodeTransport()({
    url: `http://127.0.0.1:${port}/`,
    method: 'POST',
    headers: {},
    body: 'event',
    signal: new AbortController().signal,
    gzip: false,
  })
  expect(answer).toMatchObject({ status: 200, body: 'taken' })
})

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { nodeTransport } from './node.ts'

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

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export interface StubRequest {
  readonly method: string
  readonly url: string
  readonly headers: { readonly [name: string]: string | string[] | undefined }
  readonly body: Buffer
}

export interface StubAnswer {
  readonly status: number
  readonly body: string
}

/** A server on a free port whose answers are a function's. */
export async function startStub(
  answer: (request: StubRequest) => StubAnswer | Promise<StubAnswer>,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const { status, body } = await answer({ method, url, headers, body: await buffer(request) })
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

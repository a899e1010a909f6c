import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { gunzipSync } from 'node:zlib'
import type { TrackEvent } from '@threadline/schema'
import { onTestFinished } from 'vitest'

/** One request that the service got. */
export interface Received {
  readonly events: readonly TrackEvent[]
  /** In ms since the epoch. */
  readonly at: number
}

/** A service on a real socket that takes events as a collector does, and answers as a test wants. */
export interface FakeService {
  readonly url: string
  /** Every request, also those that were refused. */
  readonly requests: readonly Received[]
  /** Ids of the events that it acknowledged, as often as it did. */
  readonly acknowledged: readonly string[]
  /** The status of the next answers; events are acknowledged by 200 alone. */
  answer: (events: readonly TrackEvent[]) => number | Promise<number>
  /** Takes no connections any more, until `listen`. */
  close(): Promise<void>
  listen(): Promise<void>
}

/** Starts it on a free port of the loopback interface. Closed when the test ends. */
export async function startFakeService(): Promise<FakeService> {
  const requests: Received[] = []
  const acknowledged: string[] = []
  let server: Server
  let port = 0

  async function listen(): Promise<void> {
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', async () => {
        const body = Buffer.concat(chunks)
        const { events } = JSON.parse(String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body))
        requests.push({ events, at: Date.now() })
        const status = await service.answer(events)
        if (status === 200) acknowledged.push(...events.map(({ eventId }: TrackEvent) => eventId))
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(status === 200 ? { stored: events.length, duplicates: [], invalid: [] } : {}))
      })
    }).listen(port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    port = address.port
  }

  async function close(): Promise<void> {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }

  const service: FakeService = {
    get url() {
      return `http://127.0.0.1:${port}`
    },
    requests,
    acknowledged,
    answer: () => 200,
    close,
    listen,
  }
  await listen()
  onTestFinished(close)
  return service
}

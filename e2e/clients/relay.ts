import { once } from 'node:events'
import { createServer, type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'

/** A request that came by, with what was answered. */
export interface Passage {
  readonly method: string
  readonly path: string
  /** Text of the body, decompressed. */
  readonly body: string
  /** `lost` when the client saw no answer: nothing was reached, or the answer was cut off. */
  readonly status: number | 'lost'
}

/** What a client is pointed at: an address that stays while the collector behind it comes and goes. */
export interface Relay {
  readonly url: string
  readonly passages: readonly Passage[]
  /** Where requests go from now on; nowhere: their connections are cut. */
  leadTo(target: string | undefined): void
  /** Passes the next `POST` on and cuts the connection in place of the answer. */
  loseNext(): void
  /** Ids of the messages that came again after an answer that took them. */
  resent(idMember: string): readonly string[]
}

interface Answer {
  readonly head: IncomingMessage
  readonly body: Buffer
}

function textOf(bytes: Buffer): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  return (isGzip ? gunzipSync(bytes) : bytes).toString()
}

/** The request as it came, its `Host` included, sent on to `target`. */
async function forward(target: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  const outgoing = openRequest(new URL(url ?? '/', target), { ...(method && { method }), headers, agent: false })
  outgoing.end(body)
  const [head]: [IncomingMessage] = (await once(outgoing, 'response')) as [IncomingMessage]
  return { head, body: Buffer.concat(await head.toArray()) }
}

/** Opens a relay; closed when the test ends. */
export async function openRelay(): Promise<Relay> {
  const passages: Passage[] = []
  let target: string | undefined
  let losing = false

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = Buffer.concat(await request.toArray())
    const { method = 'GET', url = '/' } = request
    const note = (status: Passage['status']) => passages.push({ method, path: url, body: textOf(bytes), status })
    const answer = target === undefined ? undefined : await forward(target, request, bytes).catch(() => undefined)
    const isLost = losing && method === 'POST'
    if (isLost) losing = false
    if (!answer || isLost) {
      note('lost')
      request.socket.destroy()
      return
    }
    const status = answer.head.statusCode ?? 502
    note(status)
    response.writeHead(status, answer.head.headers)
    response.end(answer.body)
  }

  const server = createServer((request, response) => {
    pass(request, response).catch(() => request.socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the relay listens on no port')

  return {
    url: `http://127.0.0.1:${address.port}`,
    passages,
    leadTo(next) {
      target = next
    },
    loseNext() {
      losing = true
    },
    resent(idMember) {
      const pattern = new RegExp(`"${idMember}":"([^"]+)"`, 'g')
      const taken = new Set<string>()
      const again: string[] = []
      for (const { body, status } of passages) {
        const ids = [...body.matchAll(pattern)].map(([, id = '']) => id)
        again.push(...ids.filter((id) => taken.has(id)))
        if (status !== 'lost' && status < 300) for (const id of ids) taken.add(id)
      }
      return again
    },
  }
}

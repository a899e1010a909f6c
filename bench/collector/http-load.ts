import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'

// The least that can send a batch and read its answer: what the sender costs is taken from the same two cores.

/** Where a request goes, and what says whose it is and what it holds. */
export interface RequestHead {
  readonly path: string
  readonly headers: { readonly [name: string]: string }
}

const NATIVE: RequestHead = {
  path: '/v1/batch',
  headers: { authorization: 'Bearer sk_bench', 'content-type': 'application/json' },
}

/** A request, ready to be written. */
export function toRequest(body: string, { path, headers }: RequestHead = NATIVE): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** Sends the requests over so many connections at once and gives the answers' times in ms. */
export async function sendAll(url: string, requests: readonly Buffer[], connections: number): Promise<number[]> {
  const { hostname, port } = new URL(url)
  const waiting = [...requests]
  const times: number[] = []
  async function sender(): Promise<void> {
    const socket = createConnection({ host: hostname, port: Number(port), noDelay: true })
    await once(socket, 'connect')
    for (let request = waiting.pop(); request; request = waiting.pop()) {
      const before = performance.now()
      socket.write(request)
      await answerOf(socket)
      times.push(performance.now() - before)
    }
    socket.destroy()
  }
  await Promise.all(Array.from({ length: connections }, sender))
  return times
}

/** What a collector says, natively or in another service's words, of a batch that is stored whole. */
const STORED = /^HTTP\/1.1 200 .*("duplicates":\[\],"invalid":\[\]|"success":true|"status":"Ok")/s

/** Resolves when a whole answer is in. Rejects unless it is a 200 that refuses nothing and knows nothing. */
async function answerOf(socket: Socket): Promise<void> {
  let text = ''
  for (;;) {
    const [part] = await once(socket, 'data')
    text += part
    const bodyAt = text.indexOf('\r\n\r\n') + 4
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1])
    if (bodyAt < 4 || text.length < bodyAt + length) continue
    if (!STORED.test(text)) throw new Error(text)
    return
  }
}

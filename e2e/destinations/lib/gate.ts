import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** An answer that the gate gives in place of the collector. */
export interface Refusal {
  readonly status: number
  readonly headers?: { readonly [name: string]: string }
  readonly body?: object
}

/** What stands between a client and the collector, to fail the way a service may fail. */
export interface Gate {
  readonly url: string
  /** Status of every answer so far; `lost` for one that the client never saw. */
  readonly answers: readonly (number | 'lost')[]
  /** When each request arrived, in ms since the epoch. */
  readonly arrivals: readonly number[]
  /** Answers the next request itself, once. */
  refuseNext(refusal: Refusal): void
  /** Answers every request itself whose body contains `text`. */
  refuseWith(text: string, refusal: Refusal): void
  /** Passes the next request on and cuts the connection in place of the answer. */
  loseNext(): void
  close(): Promise<void>
}

/** Opens a gate in front of `target`. It passes everything on that it is not told to fail. */
export async function openGate(target: string): Promise<Gate> {
  const answers: (number | 'lost')[] = []
  const arrivals: number[] = []
  const next: (Refusal | 'lose')[] = []
  const matching: { readonly text: string; readonly refusal: Refusal }[] = []

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    arrivals.push(Date.now())
    const body = Buffer.concat(await request.toArray())
    const planned = next.shift() ?? matching.find(({ text }) => body.includes(text))?.refusal
    if (planned && planned !== 'lose') {
      answers.push(planned.status)
      response.writeHead(planned.status, { 'content-type': 'application/json', ...planned.headers })
      response.end(JSON.stringify(planned.body ?? {}))
      return
    }
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers
    const answer = await fetch(new URL(request.url ?? '/', target), {
      method: request.method ?? 'GET',
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
      body,
    })
    const text = await answer.text()
    if (planned === 'lose') {
      answers.push('lost')
      request.socket.destroy()
      return
    }
    answers.push(answer.status)
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.end(text)
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the gate listens on no port')

  return {
    url: `http://127.0.0.1:${address.port}`,
    answers,
    arrivals,
    refuseNext: (refusal) => next.push(refusal),
    refuseWith: (text, refusal) => matching.push({ text, refusal }),
    loseNext: () => next.push('lose'),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { Subject } from './subjects.ts'

/** What has arrived since the last `listen`. */
export interface Arrivals {
  /** When the first request with an event arrived, in milliseconds since 1970 by the clock that pages read too. */
  readonly firstAt: number | undefined
  /** Events of the benchmark, of all requests. */
  readonly events: number
  /** Requests that carried some. */
  readonly requests: number
}

export interface Sink {
  readonly origin: string
  /** Forgets what came before, and counts the events of this subject from now on. */
  listen(subject: Subject): void
  readonly arrivals: Arrivals
  /** Resolves when that many events have arrived; rejects after half a minute. */
  until(events: number): Promise<void>
  close(): void
}

const PATIENCE_MS = 30_000

/** Gives pages a clock with a resolution of 5 µs. */
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

/** What each of the services says when it has stored what was posted: they name it differently. */
const STORED = JSON.stringify({ stored: 1, duplicates: [], invalid: [], status: 1, success: true })

/** What the vendors' services answer to a page that asks for its settings, with nothing switched on. */
const SETTINGS: readonly { readonly path: RegExp; readonly type: string; readonly body: string }[] = [
  {
    path: /^\/v1\/projects\/.*\/settings$/,
    type: 'application/json',
    body: JSON.stringify({ integrations: { 'Segment.io': { apiKey: 'bench' } } }),
  },
  {
    path: /^\/array\/.*\/config\.js$/,
    type: 'text/javascript',
    body: `window._POSTHOG_REMOTE_CONFIG = { phc_bench: { config: { supportedCompression: ['gzip', 'gzip-js'] }, siteApps: [] } }`,
  },
]

/** Some of them compress what they post, and say so in places of their own. */
function textOf(body: Buffer): string {
  return (body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body).toString()
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** A site and everybody's service in one: serves a page for each script, and takes whatever is posted. */
export async function startSink(scripts: ReadonlyMap<string, string>): Promise<Sink> {
  let subject: Subject | undefined
  let arrivals: Arrivals = { firstAt: undefined, events: 0, requests: 0 }
  let arrived: (() => void) | undefined

  function take(body: Buffer, at: number): void {
    const events = subject === undefined ? 0 : textOf(body).split(subject.mark).length - 1
    if (events === 0) return
    arrivals = {
      firstAt: arrivals.firstAt ?? at,
      events: arrivals.events + events,
      requests: arrivals.requests + 1,
    }
    arrived?.()
  }

  const server = createServer((request, response) => {
    const at = performance.timeOrigin + performance.now()
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const settings = SETTINGS.find(({ path }) => path.test(pathname))
    if (request.method === 'POST') {
      readBody(request).then(
        (body) => {
          take(body, at)
          response.writeHead(200, { 'content-type': 'application/json' }).end(STORED)
        },
        () => response.destroy(),
      )
    } else if (settings) response.writeHead(200, { 'content-type': settings.type }).end(settings.body)
    else if (pathname.endsWith('.js')) {
      const script = scripts.get(pathname.slice(1, -3))
      response.writeHead(script === undefined ? 404 : 200, { 'content-type': 'text/javascript' }).end(script)
    } else {
      response
        .writeHead(200, { 'content-type': 'text/html', ...ISOLATED })
        .end(`<!doctype html><title>A page</title><script src="${pathname}.js"></script><h1>A page</h1>`)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    origin: `http://localhost:${port}`,
    listen(next) {
      subject = next
      arrivals = { firstAt: undefined, events: 0, requests: 0 }
    },
    get arrivals() {
      return arrivals
    },
    until(events) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`${subject?.name}: ${arrivals.events} of ${events} events arrived`)),
          PATIENCE_MS,
        )
        arrived = () => {
          if (arrivals.events < events) return
          clearTimeout(timer)
          resolve()
        }
        arrived()
      })
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

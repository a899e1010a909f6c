import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BatchRequest, InvalidEvent, TrackEvent } from '@threadline/schema'
import { parseEvent } from '@threadline/schema/zod'

/** One request that reached the ingestion path. */
export interface Delivery {
  readonly at: number
  /** What stood between `/t/` and `/v1/batch` in the address: a page may sign its requests so. */
  readonly sender: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly events: readonly TrackEvent[]
  /** The status it was answered with; 0 when the connection was cut. */
  readonly status: number
}

/**
 * What to do with a delivery: store it and answer 200, store it and lose the answer, cut the connection, never answer,
 * or answer a status.
 */
export type Answer =
  | 'store'
  | 'lose'
  | 'cut'
  | 'hang'
  | { readonly status: number; readonly headers?: { readonly [name: string]: string } }

export interface Recorder {
  readonly port: number
  /** `http://localhost:<port>`, which browsers treat as secure. */
  readonly origin: string
  readonly deliveries: readonly Delivery[]
  /** Decides about each delivery; `store` unless set. */
  answer: (delivery: Omit<Delivery, 'status'>) => Answer
  /** HTML by path. A path that is absent gets `defaultPage`. */
  readonly pages: Map<string, string>
  defaultPage: string
  /** Headers of every page. */
  pageHeaders: { readonly [name: string]: string }
  /** Stored events, each once, in the order they arrived. */
  stored(name?: string): TrackEvent[]
  /** How often an id was answered with 200. */
  timesStored(eventId: string): number
  /** Resolves as soon as `holds` does; rejects after `timeoutMs` (60 000) with what is stored. */
  until(holds: () => boolean, timeoutMs?: number): Promise<void>
  /** Forgets what was recorded and sets everything back. Events of before are no longer recorded. */
  clear(): void
  close(): Promise<void>
}

const ALLOW = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after' }

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** A site and its collector in one: serves pages and `/sdk.js`, records what is posted to `/t/v1/batch`. */
export async function startRecorder(sdk: string): Promise<Recorder> {
  let deliveries: Delivery[] = []
  let stored = new Map<string, { readonly event: TrackEvent; times: number }>()
  let clearedAt = 0
  const waiting = new Set<() => void>()

  const recorder: Recorder = {
    port: 0,
    origin: '',
    get deliveries() {
      return deliveries
    },
    answer: () => 'store',
    pages: new Map(),
    defaultPage: '',
    pageHeaders: {},
    stored: (name) =>
      [...stored.values()].map(({ event }) => event).filter(({ event }) => name === undefined || event === name),
    timesStored: (eventId) =>
      [...stored].reduce((times, [key, record]) => times + (key.endsWith(`|${eventId}`) ? record.times : 0), 0),
    until(holds, timeoutMs = 60_000) {
      return new Promise((resolve, reject) => {
        const check = () => {
          if (!holds()) return
          waiting.delete(check)
          clearTimeout(timer)
          resolve()
        }
        const timer = setTimeout(() => {
          waiting.delete(check)
          const names = recorder.stored().map(({ event }) => event)
          reject(new Error(`After ${timeoutMs} ms: ${deliveries.length} deliveries, stored ${JSON.stringify(names)}`))
        }, timeoutMs)
        waiting.add(check)
        check()
      })
    },
    clear() {
      clearedAt = Date.now()
      deliveries = []
      stored = new Map()
      recorder.answer = () => 'store'
      recorder.pages.clear()
      recorder.pageHeaders = {}
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  function store(events: readonly TrackEvent[]): string {
    const duplicates: string[] = []
    const invalid: InvalidEvent[] = []
    for (const event of events) {
      // What a collector refuses is not stored here either: no test may pass with it.
      const parsed = parseEvent(event)
      if (!parsed.ok) {
        invalid.push({ eventId: event.eventId, code: parsed.code, message: parsed.message })
        continue
      }
      const key = `${event.event}|${event.eventId}`
      const known = stored.get(key)
      if (known) {
        known.times += 1
        duplicates.push(event.eventId)
      } else stored.set(key, { event, times: 1 })
    }
    return JSON.stringify({ stored: events.length - duplicates.length - invalid.length, duplicates, invalid })
  }

  /** Does what an answer says; gives the status, 0 when there is none. */
  function reply(
    answer: Answer,
    request: IncomingMessage,
    response: ServerResponse,
    events: readonly TrackEvent[],
  ): number {
    if (answer === 'hang') return 0
    const body = answer === 'store' || answer === 'lose' ? store(events) : ''
    if (answer === 'cut' || answer === 'lose') {
      request.socket.destroy()
      return 0
    }
    const { status, headers = {} } = answer === 'store' ? { status: 200 } : answer
    response.writeHead(status, { ...ALLOW, ...headers }).end(body)
    return status
  }

  async function deliver(request: IncomingMessage, response: ServerResponse, sender?: string): Promise<void> {
    const body = await readBody(request)
    const batch: BatchRequest = JSON.parse(body)
    // A page of the test before may still be sending while it goes.
    if (batch.events.every(({ timestamp }) => Date.parse(timestamp) < clearedAt)) {
      response.writeHead(204, ALLOW).end()
      return
    }
    const delivery = { at: Date.now(), sender, headers: request.headers, body, events: batch.events }
    const status = reply(recorder.answer(delivery), request, response, batch.events)
    deliveries.push({ ...delivery, status })
    for (const check of waiting) check()
  }

  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const batch = /^\/t(?:\/(\w+))?\/v1\/batch$/.exec(pathname)
    if (batch && request.method === 'POST') {
      deliver(request, response, batch[1]).catch((error: unknown) => response.writeHead(400).end(String(error)))
    } else if (pathname === '/sdk.js') {
      response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'max-age=60' }).end(sdk)
    } else if (pathname === '/favicon.ico') response.writeHead(204).end()
    else {
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...recorder.pageHeaders })
        .end(recorder.pages.get(pathname) ?? recorder.defaultPage)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(recorder, { port, origin: `http://localhost:${port}` })
}

/** A page that loads the SDK as `threadline` and runs `script`. */
export function pageWith(script: string, title = 'A page'): string {
  return `<!doctype html><html lang="en"><title>${title}</title><script src="/sdk.js"></script><script>${script}</script><h1>${title}</h1></html>`
}

/** A page that starts the client with the recorder as its collector. */
export function trackedPage(options: { readonly [option: string]: unknown } = {}, title?: string): string {
  return pageWith(`threadline.init(${JSON.stringify({ key: 'pk_test', host: '/t', ...options })})`, title)
}

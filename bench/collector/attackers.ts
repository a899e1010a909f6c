import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { makeEvents } from './events.ts'
import type { Attack } from './hostile.ts'
import { keepBusy, send } from './load.ts'

// Tenants of a collector that mean no good, until this process is killed.

const FOR_EVER_S = 3_600
const [url = '', ...attacks] = process.argv.slice(2)
const { port } = new URL(url)

/** So many connections that ask again as soon as they are answered, or when they are told to. */
const insist = (connections: number, ask: Parameters<typeof keepBusy>[2]) => void keepBusy(connections, FOR_EVER_S, ask)

const batchOf = (count: number) => JSON.stringify({ sentAt: new Date().toISOString(), events: makeEvents(count) })

/** A connection on which something was written, and nothing is ever read. */
async function stare(text: string): Promise<void> {
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.pause()
  socket.write(text)
  // Whoever is cut off comes again.
  socket.once('close', () => void stare(text).catch(() => undefined))
}

const ATTACK: { readonly [Name in Attack]: () => void | Promise<void> } = {
  /** The largest batches, not waiting as long as they are told to. */
  batches: () => insist(40, send(`${url}/v1/batch`, { method: 'POST', key: 'sk_hostile', body: batchOf(500) })),
  /** Requests of which only the half comes, and connections on which nothing comes. */
  async connections() {
    const half =
      'POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_hostile\r\nContent-Length: 400000\r\n\r\n{'
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => stare(index % 2 === 0 ? half : 'GET ')))
  },
  /** No JSON, JSON that is no batch, and little that becomes much. */
  bodies() {
    const depth = '['.repeat(100_000)
    const bodies: readonly (readonly [string, Buffer])[] = [
      ['identity', Buffer.from(`${batchOf(400)}x`)],
      ['identity', Buffer.from(depth)],
      ['gzip', gzipSync(Buffer.alloc(100_000_000, ' '))],
      ['br', brotliCompressSync(Buffer.alloc(20_000_000, '['))],
    ]
    let next = 0
    insist(20, () => {
      const [encoding, body] = bodies[next % bodies.length] ?? ['identity', Buffer.alloc(0)]
      next += 1
      return post(encoding, body)
    })
  },
  keys: () => insist(50, send(`${url}/v1/batch`, { method: 'POST', key: 'sk_unknown', body: batchOf(50) })),
  async streams() {
    const ask = 'GET /v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk_hostile\r\n\r\n'
    await Promise.all(Array.from({ length: 200 }, () => stare(ask)))
  },
  /** Over a million events, which are in the project that this key reads. */
  reports: () =>
    insist(
      40,
      send(`${url}/v1/reports/funnel?steps=$pageview,signup_completed,purchase&from=2026-01-01&to=2026-01-30`, {
        method: 'GET',
        key: 'rk_bench',
      }),
    ),
}

function post(encoding: string, body: Buffer) {
  const begun = performance.now()
  return new Promise<{ status: number; ms: number; retryAfterS: number }>((resolve) => {
    const ended = (status: number) => resolve({ status, ms: performance.now() - begun, retryAfterS: 0 })
    const headers = {
      authorization: 'Bearer pk_hostile',
      'content-type': 'application/json',
      'content-encoding': encoding,
    }
    const request = httpRequest(`${url}/v1/batch`, { method: 'POST', headers }, (response) => {
      response.resume()
      response.once('end', () => ended(response.statusCode ?? 0))
      response.once('error', () => ended(0))
    })
    request.once('error', () => ended(0))
    request.end(body)
  })
}

for (const [name, begin] of Object.entries(ATTACK)) if (attacks.includes(name)) await begin()
// Connections that are all refused must not end it.
setInterval(() => undefined, FOR_EVER_S * 1_000)
console.log('attacking')

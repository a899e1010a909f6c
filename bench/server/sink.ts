// The endpoint of every benchmark, in a process of its own: reads a batch in any of the subjects' formats, counts its
// events, and answers what the subject takes for success.

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { EVENT_NAME } from './event.ts'

let received = 0
let down = false
const waiting = new Set<() => void>()

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  if (request.headers['content-encoding'] === 'gzip') return gunzipSync(body)
  if (body.subarray(0, FORM.length).toString() !== FORM) return body
  return Buffer.from(decodeURIComponent(body.subarray(FORM.length).toString()), 'base64')
}

/** How Mixpanel starts its body; what follows is base64. */
const FORM = 'data='

/** Events in a body, by their name, which each of them has in it once. Parsing it would make the sink the bottleneck. */
function count(body: Buffer): number {
  let events = 0
  for (let at = body.indexOf(EVENT_NAME); at >= 0; at = body.indexOf(EVENT_NAME, at + EVENT_NAME.length)) events += 1
  return events
}

const OK = JSON.stringify({ stored: 0, duplicates: [], invalid: [], status: 1, code: 200, success: true })

const server = createServer((request, response) => {
  const url = request.url ?? ''
  const [, order, value = ''] = url.split('/')
  if (order === 'wait') {
    const done = (): void => {
      if (received < Number(value)) return
      waiting.delete(done)
      response.end('done')
    }
    waiting.add(done)
    done()
  } else if (order === 'reset') {
    received = 0
    down = value === 'down'
    response.end()
  } else {
    void read(request).then((body) => {
      if (down) return response.writeHead(503).end()
      response.setHeader('content-type', 'application/json')
      response.end(url.startsWith('/track') ? '1' : OK)
      received += count(body)
      for (const done of waiting) done()
      return response
    })
  }
})
// Longer than any pause of a run: no client is to meet a connection that is being closed.
server.keepAliveTimeout = 120_000
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())

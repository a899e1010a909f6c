import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import { collectorProxy } from './collector-proxy.ts'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}

function serveProxy(collectorUrl: string): Promise<string> {
  const app = new Hono()
  app.post('/t/v1/batch', collectorProxy(collectorUrl))
  return serve(getRequestListener(app.fetch))
}

test('passes the body and the listed headers on, and nothing else', async () => {
  const seen: { headers: IncomingHttpHeaders; body: string }[] = []
  const collectorUrl = await serve(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    seen.push({ headers: request.headers, body })
    response.writeHead(429, { 'retry-after': '7', 'content-type': 'application/json', 'set-cookie': 'a=b' }).end('{}')
  })
  const answer = await fetch(`${await serveProxy(collectorUrl)}/t/v1/batch`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer pk_demo',
      cookie: 'shop_session=secret',
      'content-type': 'text/plain',
      'user-agent': 'a browser',
      'x-forwarded-for': '203.0.113.9',
    },
    body: '{"events":[]}',
  })
  expect(answer.status).toBe(429)
  expect(Object.fromEntries(answer.headers)).toMatchObject({ 'retry-after': '7', 'content-type': 'application/json' })
  expect(answer.headers.has('set-cookie')).toBe(false)
  expect(seen).toHaveLength(1)
  expect(seen[0]?.body).toBe('{"events":[]}')
  expect(seen[0]?.headers).toMatchObject({
    authorization: 'Bearer pk_demo',
    'content-type': 'text/plain',
    'user-agent': 'a browser',
    'x-forwarded-for': '127.0.0.1',
  })
  expect(seen[0]?.headers).not.toHaveProperty('cookie')
})

test('answers 502 when the collector is away, so that the SDK tries again', async () => {
  const gone = createServer().listen(0, '127.0.0.1')
  await once(gone, 'listening')
  const { port } = gone.address() as AddressInfo
  gone.close()
  await once(gone, 'close')
  const proxy = await serveProxy(`http://127.0.0.1:${port}`)
  const answer = await fetch(`${proxy}/t/v1/batch`, { method: 'POST', body: '{}' })
  expect(answer.status).toBe(502)
})

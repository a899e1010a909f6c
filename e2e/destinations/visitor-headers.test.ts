import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { mixpanel } from '@threadline/destinations/mixpanel'
import { plausible } from '@threadline/destinations/plausible'
import { expect, onTestFinished, test } from 'vitest'
import { subject } from './lib/client.ts'

interface Arrival {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A service that answers everything in the same way, and what it was sent. */
async function service(status: number, answer: object) {
  const arrivals: Arrival[] = []
  const server = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      arrivals.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('the service listens on no port')
  return { url: `http://127.0.0.1:${address.port}`, arrivals }
}

test('Plausible gets the browser and the address of the request that a scope stands for', async () => {
  const { url, arrivals } = await service(202, {})
  const { client } = subject(plausible({ domain: 'shop.example', baseUrl: url }))
  for (const [userAgent, ip] of [
    ['Mozilla/5.0 (X11; Linux x86_64)', '203.0.113.7'],
    ['Mozilla/5.0 (iPhone)', '2001:db8::7'],
  ]) {
    client.capture({ event: 'report_opened', userId: 'user_42', context: { userAgent, ip } })
  }
  await client.flush()
  const visitors = arrivals.map(({ headers }) => `${headers['user-agent']} ${headers['x-forwarded-for']}`)
  // Requests run side by side.
  expect(visitors.sort()).toEqual(['Mozilla/5.0 (X11; Linux x86_64) 203.0.113.7', 'Mozilla/5.0 (iPhone) 2001:db8::7'])
  for (const { body } of arrivals) expect(JSON.parse(body)).toMatchObject({ name: 'report_opened' })
})

test('Mixpanel refuses one event of three: the others are delivered, and the one is told', async () => {
  const { url } = await service(400, { failed_records: [{ index: 1, message: 'properties.time is invalid' }] })
  const { client, drops } = subject(mixpanel({ token: 'tok', baseUrl: url }))
  for (const eventId of ['a', 'b', 'c']) client.capture({ event: 'report_opened', eventId, userId: 'user_42' })
  expect(await client.flush()).toMatchObject({ delivered: 2, dropped: 1 })
  expect(drops).toEqual(['b: validation_error'])
})

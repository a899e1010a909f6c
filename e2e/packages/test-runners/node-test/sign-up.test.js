import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { createServer } from 'node:http'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createServerClient, isThreadlineError } from '@threadline/server'
import { createTestClient } from '@threadline/server/testing'
import { signUp } from './sign-up.js'

/** A collector that stores what it is sent. */
async function startCollector() {
  const events = []
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const batch = JSON.parse(Buffer.concat(chunks).toString())
    events.push(...batch.events)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ stored: batch.events.length, duplicates: [], invalid: [] }))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => new Promise((resolve) => server.close(resolve).closeAllConnections())
  return { events, host: `http://127.0.0.1:${server.address().port}`, close }
}

let collector
let client
beforeEach(async () => {
  collector = await startCollector()
  client = createServerClient({ key: 'sk_test', host: collector.host })
})
afterEach(async () => {
  mock.timers.reset()
  await client.shutdown()
  await collector.close()
})

test('the test kit sees what was captured', () => {
  const { client, captured } = createTestClient()
  const userId = signUp(client, 'ada@example.com')
  const [event, ...others] = captured('signup_completed')
  assert.equal(event.userId, userId)
  assert.deepEqual(event.properties, { method: 'email' })
  assert.deepEqual(others, [])
  assert.deepEqual(captured('checkout_finished'), [])
})

test('the real client delivers', async () => {
  const userId = signUp(client, 'ada@example.com')
  assert.equal((await client.flush()).delivered, 1)
  assert.deepEqual(
    collector.events.map((event) => [event.event, event.userId]),
    [['signup_completed', userId]],
  )
})

test('the time that a test sets is the time of the event, and flush needs no timer', async () => {
  mock.timers.enable({ apis: ['Date', 'setTimeout', 'setInterval'], now: Date.UTC(2030, 0, 1) })
  signUp(client, 'ada@example.com')
  await client.flush()
  assert.equal(collector.events[0].timestamp, '2030-01-01T00:00:00.000Z')
})

test('the timers that a test advances are the client’s too', async () => {
  mock.timers.enable({ apis: ['Date', 'setTimeout'] })
  signUp(client, 'ada@example.com')
  mock.timers.tick(1_999)
  assert.equal(client.stats().queues.threadline.inFlight, 0)
  mock.timers.tick(1)
  assert.equal(client.stats().queues.threadline.inFlight, 1)
  await client.flush()
  assert.equal(collector.events.length, 1)
})

test('a file’s time is a timestamp', async () => {
  const { mtime } = statSync(fileURLToPath(import.meta.url))
  client.capture({ event: 'report_generated', userId: 'user_42', timestamp: mtime })
  await client.flush()
  assert.equal(collector.events[0].timestamp, mtime.toISOString())
})

test('a client without a collector says so', async () => {
  const errors = []
  const lonely = createServerClient({
    key: 'sk_test',
    host: 'http://127.0.0.1:9',
    onError: (error) => errors.push(error),
  })
  signUp(lonely, 'ada@example.com')
  await assert.rejects(lonely.flush({ timeoutMs: 100 }), isThreadlineError)
  assert.ok(errors.some(({ code }) => code === 'unreachable'))
  await lonely.shutdown({ timeoutMs: 0 })
})

const { statSync } = require('node:fs')
const { createServer } = require('node:http')
const { createServerClient, isThreadlineError } = require('@threadline/server')
const { createTestClient, threadlineMatchers } = require('@threadline/server/testing')
const { signUp } = require('./sign-up.cjs')

expect.extend(threadlineMatchers)

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
  jest.useRealTimers()
  await client.shutdown()
  await collector.close()
})

test('the test kit sees what was captured', () => {
  const events = createTestClient()
  signUp(events.client, 'ada@example.com')
  expect(events).toHaveCaptured('signup_completed', { userId: expect.any(String), properties: { method: 'email' } })
  expect(events).toHaveCapturedTimes('signup_completed', 1)
  expect(events).not.toHaveCaptured('checkout_finished')
})

test('the real client delivers', async () => {
  const userId = signUp(client, 'ada@example.com')
  await expect(client.flush()).resolves.toMatchObject({ delivered: 1 })
  expect(collector.events).toMatchObject([{ event: 'signup_completed', userId }])
})

test('the time that a test sets is the time of the event, and flush needs no timer', async () => {
  jest.useFakeTimers({ now: Date.UTC(2030, 0, 1) })
  signUp(client, 'ada@example.com')
  await client.flush()
  expect(collector.events).toMatchObject([{ timestamp: '2030-01-01T00:00:00.000Z' }])
})

test('the timers that a test advances are the client’s too', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] })
  signUp(client, 'ada@example.com')
  jest.advanceTimersByTime(1_999)
  expect(client.stats().queues.threadline.inFlight).toBe(0)
  jest.advanceTimersByTime(1)
  expect(client.stats().queues.threadline.inFlight).toBe(1)
  await client.flush()
  expect(collector.events).toHaveLength(1)
})

test('a file’s time is a timestamp', async () => {
  const { mtime } = statSync(__filename)
  client.capture({ event: 'report_generated', userId: 'user_42', timestamp: mtime })
  await client.flush()
  expect(collector.events).toMatchObject([{ timestamp: mtime.toISOString() }])
})

test('a client without a collector says so', async () => {
  const errors = []
  const lonely = createServerClient({
    key: 'sk_test',
    host: 'http://127.0.0.1:9',
    onError: (error) => errors.push(error),
  })
  signUp(lonely, 'ada@example.com')
  const failure = await lonely.flush({ timeoutMs: 100 }).catch((error) => error)
  expect(isThreadlineError(failure)).toBe(true)
  expect(errors.map(({ code }) => code)).toContain('unreachable')
  await lonely.shutdown({ timeoutMs: 0 })
})

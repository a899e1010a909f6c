import { statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { TrackEvent } from '@threadline/schema'
import { createServerClient, isThreadlineError, type ServerClient } from '@threadline/server'
import { createTestClient, type ThreadlineMatchers, threadlineMatchers } from '@threadline/server/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signUp } from './sign-up.ts'

declare module 'vitest' {
  interface Matchers<T> extends ThreadlineMatchers<T> {}
}

expect.extend(threadlineMatchers)

interface Collector {
  readonly events: TrackEvent[]
  readonly host: string
  close(): Promise<void>
}

/** A collector that stores what it is sent. */
async function startCollector(): Promise<Collector> {
  const events: TrackEvent[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const batch = JSON.parse(Buffer.concat(chunks).toString())
    events.push(...batch.events)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ stored: batch.events.length, duplicates: [], invalid: [] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { events, host: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

let collector: Collector
let client: ServerClient
beforeEach(async () => {
  collector = await startCollector()
  client = createServerClient({ key: 'sk_test', host: collector.host })
})
afterEach(async () => {
  vi.useRealTimers()
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
  vi.useFakeTimers({ now: Date.UTC(2030, 0, 1) })
  signUp(client, 'ada@example.com')
  await client.flush()
  expect(collector.events).toMatchObject([{ timestamp: '2030-01-01T00:00:00.000Z' }])
})

test('the timers that a test advances are the client’s too', async () => {
  vi.useFakeTimers()
  signUp(client, 'ada@example.com')
  vi.advanceTimersByTime(1_999)
  expect(client.stats().queues['threadline']?.inFlight).toBe(0)
  vi.advanceTimersByTime(1)
  expect(client.stats().queues['threadline']?.inFlight).toBe(1)
  await client.flush()
  expect(collector.events).toHaveLength(1)
})

test('a file’s time is a timestamp', async () => {
  const { mtime } = statSync(fileURLToPath(import.meta.url))
  client.capture({ event: 'report_generated', userId: 'user_42', timestamp: mtime })
  await client.flush()
  expect(collector.events).toMatchObject([{ timestamp: mtime.toISOString() }])
})

test('a client without a collector says so', async () => {
  const errors: string[] = []
  const lonely = createServerClient({
    key: 'sk_test',
    host: 'http://127.0.0.1:9',
    onError: ({ code }) => errors.push(code),
  })
  signUp(lonely, 'ada@example.com')
  const failure = await lonely.flush({ timeoutMs: 100 }).catch((error: unknown) => error)
  expect(isThreadlineError(failure)).toBe(true)
  expect(errors).toContain('unreachable')
  await lonely.shutdown({ timeoutMs: 0 })
})

import { createServerClient, type DroppedEvent, type ServerClient, type ServerClientOptions } from '@threadline/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Sink, startSink, type Tenant } from './lib/start-sink.ts'

let sink: Sink
beforeAll(async () => {
  sink = await startSink()
})
afterAll(() => sink.stop())

interface Subject {
  readonly client: ServerClient
  readonly tenant: Tenant
  readonly captured: string[]
  readonly drops: { readonly eventId: string | undefined; readonly reason: string }[]
  readonly errors: string[]
  capture(count: number): void
}

/** A client with a collector of its own in another process. */
function subject(options: Partial<ServerClientOptions> = {}, tenant: Tenant = sink.tenant()): Subject {
  const captured: string[] = []
  const drops: Subject['drops'] = []
  const errors: string[] = []
  const client = createServerClient({
    key: 'sk_test',
    host: tenant.host,
    strict: false,
    onDrop: ({ eventId }: DroppedEvent, reason) => drops.push({ eventId, reason }),
    onError: ({ code }) => errors.push(code),
    ...options,
  })
  return {
    client,
    tenant,
    captured,
    drops,
    errors,
    capture(count) {
      for (let index = 0; index < count; index += 1) {
        const eventId = `event_${captured.length}`
        captured.push(eventId)
        client.capture({ event: 'load_tested', userId: 'user_42', eventId, properties: { index } })
      }
    },
  }
}

/** What was captured is stored, once each, apart from what was reported as dropped. */
async function expectExactlyOnce({ tenant, captured, drops }: Subject): Promise<void> {
  const { stored } = await tenant.state()
  const dropped = new Set(drops.map(({ eventId }) => eventId))
  expect([...stored].sort()).toEqual(captured.filter((eventId) => !dropped.has(eventId)).sort())
}

const MINUTE = { timeoutMs: 60_000 }

// Side by side: most of their time is the waiting that they are about.
describe.concurrent('nothing is lost and nothing counted twice through', () => {
  test('500, five times', async () => {
    const run = subject()
    await run.tenant.order({ faults: Array.from({ length: 5 }, () => ({ kind: 'status' as const, status: 500 })) })
    run.capture(120)
    expect(await run.client.flush(MINUTE)).toEqual({ delivered: 120, duplicates: 0, dropped: 0 })
    await expectExactlyOnce(run)
    expect(run.errors).toEqual(['server_error'])
  })

  test('503 for 10 seconds, under traffic', async () => {
    const run = subject({ flushIntervalMs: 100 })
    await run.tenant.order({ downForMs: 10_000 })
    const traffic = setInterval(() => run.capture(10), 50)
    // Until it is up again in the middle of the traffic, however slow this machine is.
    await expect.poll(() => run.client.stats().delivered, { timeout: 60_000 }).toBeGreaterThan(0)
    clearInterval(traffic)
    expect(run.captured.length).toBeGreaterThan(100)
    await run.client.flush(MINUTE)
    await expectExactlyOnce(run)
    expect(run.drops).toEqual([])
  })

  test.each([
    ['seconds', () => '2'],
    ['a date', () => new Date(Date.now() + 5_000).toUTCString()],
  ])('429 with Retry-After in %s, which it respects', async (_form, retryAfter) => {
    const run = subject()
    await run.tenant.order({ faults: [{ kind: 'status', status: 429, retryAfter: retryAfter() }] })
    run.capture(10)
    await run.client.flush(MINUTE)
    await expectExactlyOnce(run)
    const { requestTimes } = await run.tenant.state()
    const [first = 0, second = 0] = requestTimes
    // A date has whole seconds, and some time passes before the first request.
    expect(second - first).toBeGreaterThanOrEqual(1_900)
    expect(requestTimes).toHaveLength(2)
  })

  test('an answer lost after the batch was stored', async () => {
    const run = subject()
    await run.tenant.order({ faults: [{ kind: 'lost-answer' }] })
    run.capture(50)
    expect(await run.client.flush(MINUTE)).toEqual({ delivered: 50, duplicates: 50, dropped: 0 })
    await expectExactlyOnce(run)
    const { received } = await run.tenant.state()
    expect(received['event_0']).toBe(2)
  })

  test('a connection that is reset', async () => {
    const run = subject()
    await run.tenant.order({ faults: [{ kind: 'reset' }, { kind: 'reset' }] })
    run.capture(50)
    await run.client.flush(MINUTE)
    await expectExactlyOnce(run)
  })

  test('connections refused for 10 seconds', async () => {
    const tenant = sink.tenant()
    const run = subject({ host: await tenant.refusingHost(10_000), flushIntervalMs: 100 }, tenant)
    run.capture(200)
    await run.client.flush(MINUTE)
    await expectExactlyOnce(run)
    expect(run.errors).toEqual(['unreachable'])
  })

  test('a server that never answers', async () => {
    const run = subject({ requestTimeoutMs: 1_000 })
    await run.tenant.order({ faults: [{ kind: 'silent' }, { kind: 'silent' }] })
    run.capture(30)
    await run.client.flush(MINUTE)
    await expectExactlyOnce(run)
  })

  test('an answer that stalls half-way', async () => {
    const run = subject({ requestTimeoutMs: 1_000 })
    await run.tenant.order({ faults: [{ kind: 'stalled-body' }] })
    run.capture(30)
    await run.client.flush(MINUTE)
    await expectExactlyOnce(run)
  })

  test('413 above 50 KB', async () => {
    const run = subject()
    await run.tenant.order({ maxBytes: 50_000 })
    run.capture(2_000)
    expect(await run.client.flush(MINUTE)).toMatchObject({ delivered: 2_000, dropped: 0 })
    await expectExactlyOnce(run)
  })

  test('one poisoned event in 2,000, which alone is dropped and reported', async () => {
    const run = subject()
    await run.tenant.order({ poison: 'event_1234' })
    run.capture(2_000)
    expect(await run.client.flush(MINUTE)).toMatchObject({ delivered: 1_999, dropped: 1 })
    expect(run.drops).toEqual([{ eventId: 'event_1234', reason: 'validation_error' }])
    await expectExactlyOnce(run)
  })

  test('500 to every batch that holds one event: the others are stored, and it is too when the server is mended', async () => {
    const run = subject({ flushIntervalMs: 100 })
    await run.tenant.order({ crashesOn: 'event_33' })
    run.capture(700)
    while ((await run.tenant.state()).stored.length < 699) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(run.client.stats()).toMatchObject({ pending: 1, dropped: {} })
    await run.tenant.order({ crashesOn: '' })
    await run.client.flush(MINUTE)
    await expectExactlyOnce(run)
    expect(run.drops).toEqual([])
  })

  test('every answer 200 ms late', async () => {
    const run = subject()
    await run.tenant.order({ delayMs: 200 })
    run.capture(5_000)
    await run.client.flush(MINUTE)
    await expectExactlyOnce(run)
  })

  test('a wrong key: paused, reported once, nothing dropped, and flush rejects at its own try', async () => {
    const run = subject()
    await run.tenant.order({ faults: Array.from({ length: 3 }, () => ({ kind: 'status' as const, status: 401 })) })
    run.capture(10)
    await expect(run.client.flush(MINUTE)).rejects.toMatchObject({ code: 'unauthorized', eventIds: run.captured })
    await expect(run.client.flush(MINUTE)).rejects.toMatchObject({ code: 'unauthorized' })
    await expect(run.client.captureNow({ event: 'a', userId: 'user_42' })).rejects.toMatchObject({ undelivered: 1 })
    expect((await run.tenant.state()).requests).toBe(3)
    expect(run.client.stats().pending).toBe(11)
    expect(run.errors).toEqual(['unauthorized'])
    expect(run.drops).toEqual([])
  })

  test('one 404, of a deploy: whoever comes next gets through', async () => {
    const run = subject()
    await run.tenant.order({ faults: [{ kind: 'status', status: 404 }] })
    run.capture(1)
    await expect(run.client.flush(MINUTE)).rejects.toMatchObject({ code: 'not_found' })
    const event = { event: 'order_paid', userId: 'user_42', eventId: 'webhook' }
    expect(await run.client.captureNow(event)).toMatchObject({ kind: 'delivered' })
    expect(run.client.stats()).toMatchObject({ delivered: 2, pending: 0 })
  })

  test('404 for a while: shutdown outlasts it, and loses nothing', async () => {
    const run = subject()
    await run.tenant.order({ faults: Array.from({ length: 3 }, () => ({ kind: 'status' as const, status: 404 })) })
    run.capture(1)
    await expect(run.client.flush(MINUTE)).rejects.toMatchObject({ code: 'not_found' })
    run.capture(20)
    expect(await run.client.shutdown()).toMatchObject({ delivered: 21, pending: 0 })
    await expectExactlyOnce(run)
  })

  test('an outage: fifty who wait each second make no more than one request a second', async () => {
    const run = subject()
    await run.tenant.order({ downForMs: 600_000 })
    run.capture(10)
    await run.client.flush({ timeoutMs: 1_000 }).catch(() => undefined)
    const before = (await run.tenant.state()).requests
    const started = Date.now()
    const calls: Promise<unknown>[] = []
    while (Date.now() - started < 5_000) {
      const call = run.client.captureNow({ event: 'a', userId: 'user_42' }, { timeoutMs: 500 })
      calls.push(expect(call).rejects.toMatchObject({ code: 'flush_timeout', undelivered: 1 }))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const seconds = Math.ceil((Date.now() - started) / 1_000)
    // Besides those that somebody hurried: what the queue would have tried by itself, which doubles its waits.
    expect((await run.tenant.state()).requests - before).toBeLessThanOrEqual(seconds + 6)
    await Promise.all(calls)
    await run.tenant.order({ downForMs: 0 })
    await run.client.shutdown({ timeoutMs: 60_000 })
  })

  test('a redirect, which is not followed and reported event by event', async () => {
    const run = subject()
    await run.tenant.order({ faults: [{ kind: 'status', status: 307 }] })
    run.capture(3)
    expect(await run.client.flush(MINUTE)).toEqual({ delivered: 0, duplicates: 0, dropped: 3 })
    expect(run.drops.map(({ reason }) => reason)).toEqual(Array.from({ length: 3 }, () => 'unexpected_redirect'))
  })

  test.each([
    ['TLS', (tenant: Tenant) => tenant.host.replace('http:', 'https:')],
    ['DNS', () => 'http://collector.invalid'],
  ])('a %s error: kept, and left to shutdown to report', async (_layer, hostOf) => {
    const tenant = sink.tenant()
    const run = subject({ host: hostOf(tenant) }, tenant)
    run.capture(5)
    const result = await run.client.shutdown({ timeoutMs: 2_000 })
    expect(result).toMatchObject({ delivered: 0, pending: 5, timedOut: true, eventIds: run.captured })
    expect(run.errors).toEqual(['unreachable', 'closed'])
    expect(run.drops.map(({ reason }) => reason)).toEqual(Array.from({ length: 5 }, () => 'closed'))
    await expectExactlyOnce(run)
  })
})

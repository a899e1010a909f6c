// Each test is named by the measurement it answers: `M1` to `M21` of the research into other SDKs. What those do wrong
// under exactly these conditions, this client does right.

import { createServerClient, type ServerClient, type ServerClientOptions } from '@threadline/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from './lib/run-program.ts'
import { type Sink, startSink, type Tenant } from './lib/start-sink.ts'

let sink: Sink
beforeAll(async () => {
  sink = await startSink()
})
afterAll(() => sink.stop())

const USER = { userId: 'user_42' }

function clientOf(tenant: Tenant, options: Partial<ServerClientOptions> = {}): ServerClient {
  return createServerClient({ key: 'sk_test', host: tenant.host, strict: false, onError: () => undefined, ...options })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(10)
}

describe.concurrent('other SDKs’ measured defects', () => {
  test('M1: a second flush waits for what it covers, and the first ends with its own events', async () => {
    const tenant = sink.tenant()
    await tenant.order({ delayMs: 500 })
    const client = clientOf(tenant)
    client.capture({ event: 'a', ...USER, eventId: 'first' })
    const first = client.flush()
    client.capture({ event: 'a', ...USER, eventId: 'second' })
    await client.flush()
    expect([...(await tenant.state()).stored].sort()).toEqual(['first', 'second'])
    expect(await first).toMatchObject({ delivered: 1 })
  })

  test('M2, M18: a flush with a batch in flight takes neither nothing nor the interval', async () => {
    const tenant = sink.tenant()
    await tenant.order({ delayMs: 500 })
    const client = clientOf(tenant, { flushAt: 3, flushIntervalMs: 3_600_000 })
    for (const eventId of ['a_1', 'a_2', 'a_3']) client.capture({ event: 'a', ...USER, eventId })
    await until(async () => client.stats().queues['threadline']?.inFlight === 3)
    client.capture({ event: 'a', ...USER, eventId: 'a_4' })
    // It would reject at its deadline if it waited for the interval.
    expect(await client.flush()).toMatchObject({ delivered: 4 })
    expect((await tenant.state()).stored).toHaveLength(4)
  })

  test('M3: a flush ends under steady traffic', async () => {
    const client = clientOf(sink.tenant())
    let captured = 0
    const traffic = setInterval(() => {
      client.capture({ event: 'a', ...USER })
      captured += 1
    }, 10)
    await until(async () => captured > 5)
    await client.flush({ timeoutMs: 60_000 })
    const atFlush = captured
    // It still flows: the flush ended in the middle of it.
    await until(async () => captured > atFlush)
    clearInterval(traffic)
    await client.shutdown()
  })

  test('M4: an event over the limit is refused, measured in bytes', async () => {
    const tenant = sink.tenant()
    const client = clientOf(tenant)
    client.capture({ event: 'a', ...USER, properties: { text: 'x'.repeat(102_400) } })
    await client.flush()
    expect(client.stats().dropped).toEqual({ props_too_large: 1 })
    expect((await tenant.state()).requests).toBe(0)
  })

  test('M5, M8: an event survives more failures than any count', async () => {
    const tenant = sink.tenant()
    await tenant.order({ faults: Array.from({ length: 4 }, () => ({ kind: 'status' as const, status: 503 })) })
    const client = clientOf(tenant)
    client.capture({ event: 'a', ...USER, eventId: 'survivor' })
    await client.flush({ timeoutMs: 30_000 })
    expect((await tenant.state()).stored).toEqual(['survivor'])
  })

  test('M6: a refused connection keeps what an automatic send took', async () => {
    const tenant = sink.tenant()
    const client = clientOf(tenant, { host: await tenant.refusingHost(1_000), flushAt: 1 })
    client.capture({ event: 'a', ...USER, eventId: 'refused_once' })
    await until(async () => (await tenant.state()).stored.length === 1)
    expect(client.stats().dropped).toEqual({})
    await client.shutdown()
  })

  test('M7: concurrent flushes all wait', async () => {
    const tenant = sink.tenant()
    await tenant.order({ delayMs: 300 })
    const client = clientOf(tenant)
    client.capture({ event: 'a', ...USER })
    const results = await Promise.all([client.flush(), client.flush(), client.flush()])
    expect(results.map(({ delivered }) => delivered)).toEqual([1, 1, 1])
    expect((await tenant.state()).requests).toBe(1)
  })

  test('M9: Retry-After is a floor', async () => {
    const tenant = sink.tenant()
    await tenant.order({ faults: [{ kind: 'status', status: 429, retryAfter: '3' }] })
    const client = clientOf(tenant)
    client.capture({ event: 'a', ...USER })
    await client.flush()
    const [first = 0, second = 0] = (await tenant.state()).requestTimes
    expect(second - first).toBeGreaterThanOrEqual(2_900)
  })

  test('M10: a caller’s own id passes unchanged, so a repeat counts once', async () => {
    const tenant = sink.tenant()
    const client = clientOf(tenant)
    for (let time = 0; time < 2; time += 1) client.capture({ event: 'paid', ...USER, eventId: 'evt_1Nabc' })
    expect(await client.flush()).toMatchObject({ delivered: 2 })
    expect((await tenant.state()).stored).toEqual(['evt_1Nabc'])
  })

  test('M11: 25,000 captures in one loop all arrive', async () => {
    const tenant = sink.tenant()
    const client = clientOf(tenant)
    for (let index = 0; index < 25_000; index += 1) client.capture({ event: 'a', ...USER })
    expect(await client.shutdown({ timeoutMs: 60_000 })).toMatchObject({ delivered: 25_000, dropped: 0, pending: 0 })
    expect((await tenant.state()).stored).toHaveLength(25_000)
  })

  test('M12, M15: an awaited shutdown survives its own backoff and a silent server', async () => {
    const tenant = sink.tenant()
    await tenant.order({ faults: [{ kind: 'status', status: 503 }] })
    const { code } = await runProgram('awaits-shutdown', [tenant.host]).ended
    expect(code).toBe(0)
    expect((await tenant.state()).stored).toEqual(['script_1'])
  })

  test('M13, M14: a script that simply ends delivers, and ends at once', async () => {
    const tenant = sink.tenant()
    const { code } = await runProgram('simply-ends', [tenant.host]).ended
    // It ended at all: its interval is an hour.
    expect(code).toBe(0)
    expect((await tenant.state()).stored).toEqual(['script_1'])
  })

  test('M16: an overflow while a batch is in flight removes by id, never what was not sent', async () => {
    const tenant = sink.tenant()
    await tenant.order({ delayMs: 500 })
    const drops: (string | undefined)[] = []
    const client = clientOf(tenant, { maxQueueEvents: 6, flushAt: 3, onDrop: ({ eventId }) => drops.push(eventId) })
    const ids = Array.from({ length: 9 }, (_, index) => `event_${index}`)
    for (const eventId of ids.slice(0, 3)) client.capture({ event: 'a', ...USER, eventId })
    await until(async () => client.stats().queues['threadline']?.inFlight === 3)
    for (const eventId of ids.slice(3)) client.capture({ event: 'a', ...USER, eventId })
    await client.flush()
    expect(drops).toEqual(['event_3', 'event_4', 'event_5'])
    const { stored } = await tenant.state()
    expect([...stored].sort()).toEqual(ids.filter((eventId) => !drops.includes(eventId)))
  })

  test('M17: it retries by itself, without another event', async () => {
    const tenant = sink.tenant()
    await tenant.order({ faults: [{ kind: 'status', status: 503 }] })
    const client = clientOf(tenant, { flushAt: 1 })
    client.capture({ event: 'a', ...USER, eventId: 'alone' })
    await until(async () => (await tenant.state()).stored.length === 1)
    await client.shutdown()
  })

  test('M19: one flush delivers all of 50, the first not apart from the rest', async () => {
    const tenant = sink.tenant()
    const client = clientOf(tenant)
    for (let index = 0; index < 50; index += 1) client.capture({ event: 'a', ...USER })
    expect(await client.flush()).toMatchObject({ delivered: 50 })
    expect((await tenant.state()).requests).toBe(1)
  })

  test('M20: a bad event is tried once, reported, and was sent with its id', async () => {
    const tenant = sink.tenant()
    await tenant.order({ poison: 'bad_event' })
    const drops: string[] = []
    const client = clientOf(tenant, { onDrop: (_event, reason) => drops.push(reason) })
    client.capture({ event: 'a', ...USER, eventId: 'bad_event' })
    expect(await client.flush()).toMatchObject({ delivered: 0, dropped: 1 })
    expect(drops).toEqual(['validation_error'])
    expect((await tenant.state()).received).toEqual({ bad_event: 1 })
  })

  test('M21: identify leaves no trace on a shared client', async () => {
    const bodies: string[] = []
    const client = createServerClient({
      key: 'sk_test',
      host: 'https://collector.test',
      transport({ body }) {
        bodies.push(body)
        const answer = '{"stored":1,"duplicates":[],"invalid":[]}'
        return Promise.resolve({ status: 200, header: () => null, body: answer })
      },
    })
    client.identify('user_A', { anonymousId: 'visitor_A' })
    await client.flush()
    client.capture({ event: 'unrelated', anonymousId: 'visitor_B' })
    await client.flush()
    expect(bodies[1]).not.toContain('_A')
  })
})

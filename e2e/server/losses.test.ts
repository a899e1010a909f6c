// Whatever is lost is heard, by default and with a sentence that says what to do.

import { createServerClient, type ServerClientOptions } from '@threadline/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runProgram } from './lib/run-program.ts'
import { type Sink, startSink, type Tenant } from './lib/start-sink.ts'

let sink: Sink
beforeAll(async () => {
  sink = await startSink()
})
afterAll(() => sink.stop())

function subject(tenant: Tenant, options: Partial<ServerClientOptions> = {}) {
  const errors: string[] = []
  const client = createServerClient({
    key: 'sk_test',
    host: tenant.host,
    strict: false,
    onError: ({ code, message }) => errors.push(`${code}: ${message}`),
    ...options,
  })
  const capture = (count: number): void => {
    for (let index = 0; index < count; index += 1) {
      client.capture({ event: 'a', userId: 'user_42', eventId: `event_${index}`, properties: { text: 'x'.repeat(99) } })
    }
  }
  return { client, capture, errors }
}

describe('a status by which events are given up is told once, with what to do', () => {
  test.each([
    [301, 'unexpected_redirect', 'https://new.example.com/v1/batch'],
    [307, 'unexpected_redirect', 'https://new.example.com/v1/batch'],
    [308, 'unexpected_redirect', 'https://new.example.com/v1/batch'],
    [405, 'rejected', 'static site'],
    [407, 'rejected', 'HTTPS_PROXY'],
    [410, 'rejected', 'gone for good'],
    [415, 'rejected', 'content-type'],
    [501, 'rejected', 'check host'],
  ])('%i', async (status, code, advice) => {
    const tenant = sink.tenant()
    const fault = { kind: 'status' as const, status, location: 'https://new.example.com/v1/batch?key=secret' }
    await tenant.order({ faults: Array.from({ length: 4 }, () => fault) })
    const { client, capture, errors } = subject(tenant)
    capture(3)
    await client.flush()
    capture(1)
    await client.flush()
    expect(errors).toEqual([
      expect.stringMatching(new RegExp(`^${code}: threadline: 3 events were given up: HTTP ${status} \\(http://127`)),
    ])
    expect(errors[0]).toContain(advice)
    expect(errors[0]).not.toContain('secret')
    expect(client.stats().dropped).toEqual({ [code]: 4 })
  })
})

test('without a hook, each cause is printed once, with what lies under it', async () => {
  const static405 = sink.tenant()
  await static405.order({ faults: Array.from({ length: 9 }, () => ({ kind: 'status' as const, status: 405 })) })
  const refusing = new URL(await sink.tenant().refusingHost(600_000))
  const { output } = await runProgram('captures-without-hooks', [static405.host, refusing.origin, 'http://c.invalid'])
    .ended
  const warnings = output.split('\n').filter((line) => line.startsWith('[threadline]'))
  expect(warnings).toEqual([
    expect.stringMatching(/rejected: threadline: 1 event was given up: HTTP 405 .*static site/),
    expect.stringContaining(`cannot reach ${refusing.host}: ECONNREFUSED (nothing listens there`),
    expect.stringMatching(/cannot reach c\.invalid: (ENOTFOUND|EAI_AGAIN) \(the name does not resolve/),
  ])
})

test('an event refused in the answer is told, and the others are stored', async () => {
  const tenant = sink.tenant()
  await tenant.order({ invalid: 'event_1' })
  const { client, capture, errors } = subject(tenant)
  capture(3)
  expect(await client.flush()).toEqual({ delivered: 2, duplicates: 0, dropped: 1 })
  expect(errors).toEqual(['validation_error: threadline: 1 event was given up: not what the catalogue says'])
})

test.each(['drop-oldest', 'drop-newest'] as const)('a full queue is told once: %s', async (overflow) => {
  const { client, capture, errors } = subject(sink.tenant(), { maxQueueEvents: 10, overflow })
  capture(50)
  await client.flush()
  expect(errors).toEqual([
    expect.stringMatching(/^queue_overflow: threadline: 1 event was given up: the queue is full/),
  ])
  expect(client.stats().dropped).toEqual({ queue_overflow: 40 })
})

test('gzip refused: sent again without, and from then on', async () => {
  const tenant = sink.tenant()
  await tenant.order({ refusesGzip: true })
  const { client, capture, errors } = subject(tenant)
  capture(100)
  expect(await client.flush()).toEqual({ delivered: 100, duplicates: 0, dropped: 0 })
  expect((await tenant.state()).requests).toBe(2)
  capture(100)
  expect(await client.flush()).toEqual({ delivered: 100, duplicates: 100, dropped: 0 })
  expect((await tenant.state()).requests).toBe(3)
  expect(errors).toEqual([])
})

test.each([200, 204])('%i without the answer of a collector delivers nothing', async (status) => {
  const tenant = sink.tenant()
  await tenant.order({ faults: [{ kind: 'status', status }] })
  const { client, capture, errors } = subject(tenant)
  capture(1)
  await expect(client.flush()).rejects.toMatchObject({ code: 'not_found', eventIds: ['event_0'] })
  expect(errors).toEqual([expect.stringContaining('not the answer of a collector: check host (http://127')])
  expect(client.stats().pending).toBe(1)
})

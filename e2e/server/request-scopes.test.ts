import { createServerClient } from '@threadline/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Sink, startSink } from './lib/start-sink.ts'

let sink: Sink
beforeAll(async () => {
  sink = await startSink()
})
afterAll(() => sink.stop())

function requests(count: number): Request[] {
  return Array.from(
    { length: count },
    (_, index) => new Request('https://app.test/', { headers: { cookie: `tl_id=visitor_${index}` } }),
  )
}

test('10,000 requests at once share batches and connections, and each waits for its own event', async () => {
  const tenant = sink.tenant()
  const client = createServerClient({ key: 'sk_test', host: tenant.host, strict: false })
  const work: Promise<unknown>[] = []
  const waitUntil = (promise: Promise<unknown>): void => void work.push(promise)
  for (const request of requests(10_000)) client.scope(request, { waitUntil }).capture({ event: 'page_served' })
  expect(work).toHaveLength(10_000)
  await Promise.all(work)
  const { stored, requests: made, mostOpen } = await tenant.state()
  expect(stored).toHaveLength(10_000)
  expect(mostOpen).toBeLessThanOrEqual(4)
  expect(made).toBeLessThan(200)
  expect(client.stats()).toMatchObject({ delivered: 10_000, pending: 0 })
})

test('what requests could not deliver is counted, stays within the bounds, and goes out when the endpoint is back', async () => {
  const tenant = sink.tenant()
  await tenant.order({ downForMs: 600_000 })
  const drops: string[] = []
  const client = createServerClient({
    key: 'sk_test',
    host: tenant.host,
    strict: false,
    maxQueueEvents: 50,
    onError: () => undefined,
    onDrop: (_event, reason) => drops.push(reason),
  })
  for (const request of requests(80)) client.scope(request, { waitUntil: () => undefined }).capture({ event: 'a' })
  expect(client.stats().pending).toBe(50)
  await expect(client.flush({ timeoutMs: 1_500 })).rejects.toMatchObject({ code: 'flush_timeout', undelivered: 50 })
  await tenant.order({ downForMs: 0 })
  expect(await client.shutdown({ timeoutMs: 60_000 })).toMatchObject({ delivered: 50, pending: 0 })
  expect(drops).toEqual(Array.from({ length: 30 }, () => 'queue_overflow'))
})

import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Attributes, metrics } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { expect, onTestFinished, test } from 'vitest'
import { harness, response } from '../../test/harness.ts'
import { createServerClient } from '../runtimes/node.ts'
import { memoryDestination } from '../testing/memory-destination.ts'
import { instrument } from './instrument.ts'

const USER = { userId: 'user_42' }

/** These clients fail on purpose. */
function onError(): void {
  // Nothing is printed.
}

/** OpenTelemetry's own SDK, exporting to memory. */
function telemetry() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] })
  onTestFinished(() => provider.shutdown())

  async function collect() {
    await provider.forceFlush()
    return exporter.getMetrics().at(-1)?.scopeMetrics[0]?.metrics ?? []
  }
  return {
    provider,
    meter: provider.getMeter('test'),
    collect,
    /** The newest values of one metric, beside their attributes. */
    async points(name: string): Promise<readonly (readonly [Attributes, unknown])[]> {
      const found = (await collect()).find(({ descriptor }) => descriptor.name === name)
      return found?.dataPoints.map(({ attributes, value }) => [attributes, value] as const) ?? []
    },
  }
}

/** Listens on a port of this machine until the test ends. */
async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const DELIVERED = 'threadline.client.event.delivered'
const DROPPED = 'threadline.client.event.dropped'
const QUEUE_SIZE = 'threadline.client.queue.size'
const DURATION = 'threadline.client.request.duration'

test('measures what is delivered, dropped and held, and each request', async () => {
  const { meter, points } = telemetry()
  const collector = harness()
  const { client } = collector
  instrument(client, { meter })
  expect(await points(DELIVERED)).toEqual([])

  for (const event of ['a', 'b', '']) client.capture({ event, ...USER })
  client.capture({ event: 'a', userId: 'guest' })
  const destination = { 'threadline.destination': 'threadline' }
  expect(await points(QUEUE_SIZE)).toEqual([[destination, 2]])
  expect(await points(DROPPED)).toEqual([
    [{ 'threadline.drop.reason': 'missing_event_name' }, 1],
    [{ 'threadline.drop.reason': 'invalid_id' }, 1],
  ])

  await client.flush()
  client.capture({ event: 'c', ...USER })
  collector.answer = () => Promise.resolve(response(422))
  await client.flush()
  expect(await points(DELIVERED)).toEqual([[destination, 2]])
  expect(await points(QUEUE_SIZE)).toEqual([[destination, 0]])
  expect(await points(DROPPED)).toContainEqual([{ 'threadline.drop.reason': 'validation_error' }, 1])
  expect(await points(DURATION)).toEqual([
    [{ ...destination, 'http.response.status_code': 200 }, expect.objectContaining({ count: 1 })],
    [{ ...destination, 'http.response.status_code': 422, 'error.type': '422' }, expect.objectContaining({ count: 1 })],
  ])
})

test('names and units follow the conventions', async () => {
  const { meter, collect } = telemetry()
  const { client } = harness()
  instrument(client, { meter })
  client.capture({ event: '', ...USER })
  client.capture({ event: 'a', ...USER })
  await client.flush()
  const found = (await collect()).map(({ descriptor: { name, unit } }) => [name, unit])
  expect(found).toEqual([
    [DELIVERED, '{event}'],
    [DROPPED, '{event}'],
    [QUEUE_SIZE, '{event}'],
    [DURATION, 's'],
  ])
})

test('measures real requests in seconds, answered or not', async () => {
  const { meter, points } = telemetry()
  let isSilent = true
  const host = await listen((request, answer) => {
    if (isSilent) return
    request.resume().on('end', () => answer.end('{"stored":1,"duplicates":[],"invalid":[]}'))
  })
  const client = createServerClient({ key: 'sk_test', host, requestTimeoutMs: 300, onError, flushOnExit: false })
  instrument(client, { meter })
  client.capture({ event: 'a', ...USER })
  const first = new Promise((resolve) => client.onRequest(resolve))
  const flushed = client.flush()
  await first
  isSilent = false
  await flushed

  const destination = { 'threadline.destination': 'threadline' }
  const [late, answered] = await points(DURATION)
  expect(late?.[0]).toEqual({ ...destination, 'error.type': 'timeout' })
  // Seconds: as milliseconds it would be 300 or more.
  const value = late?.[1] as { readonly min?: number } | undefined
  expect(value?.min).toBeGreaterThan(0.25)
  expect(value?.min).toBeLessThan(60)
  expect(answered?.[0]).toEqual({ ...destination, 'http.response.status_code': 200 })
})

test('names the cause where no connection was made', async () => {
  const { meter, points } = telemetry()
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const client = createServerClient({ key: 'sk_test', host: `http://127.0.0.1:${port}`, onError, flushOnExit: false })
  instrument(client, { meter })
  client.capture({ event: 'a', ...USER })
  const flushed = client.flush({ timeoutMs: 60_000 }).catch(() => undefined)
  await new Promise((resolve) => client.onRequest(resolve))
  await client.shutdown({ timeoutMs: 1 })
  await flushed
  const [refused] = await points(DURATION)
  expect(refused?.[0]).toEqual({ 'threadline.destination': 'threadline', 'error.type': 'ECONNREFUSED' })
})

test('tells destinations apart, and with attributes the clients of one process', async () => {
  const { meter, points } = telemetry()
  const { client: first } = harness({ destinations: ['one', 'two'].map(named) })
  const { client: second } = harness({ destinations: [named('one')] })
  instrument(first, { meter, attributes: { client: 'first' } })
  instrument(second, { meter, attributes: { client: 'second' } })
  for (const client of [first, first, second]) client.capture({ event: 'a', ...USER })
  expect(await points(QUEUE_SIZE)).toEqual([
    [{ client: 'first', 'threadline.destination': 'one' }, 2],
    [{ client: 'first', 'threadline.destination': 'two' }, 2],
    [{ client: 'second', 'threadline.destination': 'one' }, 1],
  ])
})

function named(name: string) {
  return { ...memoryDestination(), name }
}

test('ends when the returned function is called', async () => {
  const { meter, points } = telemetry()
  const { client } = harness()
  const stop = instrument(client, { meter })
  client.capture({ event: 'a', ...USER })
  await client.flush()
  expect(await points(DELIVERED)).toMatchObject([[{}, 1]])
  stop()
  client.capture({ event: 'b', ...USER })
  await client.flush()
  expect(await points(DELIVERED)).toMatchObject([[{}, 1]])
  expect(await points(DURATION)).toMatchObject([[{}, { count: 1 }]])
})

test('uses the global provider unless given a meter', async () => {
  const { provider, points } = telemetry()
  metrics.setGlobalMeterProvider(provider)
  onTestFinished(() => metrics.disable())
  const { client } = harness()
  instrument(client)
  client.capture({ event: 'a', ...USER })
  expect(await points(QUEUE_SIZE)).toMatchObject([[{}, 1]])
})

test('a client without a key is measured as one that does nothing', async () => {
  const { meter, points } = telemetry()
  const stop = instrument(createServerClient({ enabled: false }), { meter })
  expect(await points(DELIVERED)).toEqual([])
  stop()
})

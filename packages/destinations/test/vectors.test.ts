import {
  createQueue,
  type DeliveryRequest,
  type DeliveryResponse,
  type Destination,
  type Outcome,
  type Verdict,
} from '@threadline/core'
import { fakeClock } from '@threadline/core/testing'
import { utf8Bytes } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import {
  amplitude,
  analyse,
  funnelfizz,
  ga4,
  millimetric,
  mixpanel,
  plausible,
  posthog,
  segment,
  servoki,
  webAnalyzer,
} from '../src/index.ts'
import {
  hasOrigin,
  loadVectors,
  readVectors,
  VECTOR_COPY,
  VECTOR_ORIGIN,
  type Vector,
  type VectorConfig,
  type VectorRequest,
  type VectorResponse,
} from './vector.ts'

const SERVICES: { readonly [service: string]: (config: VectorConfig) => Destination } = {
  funnelfizz,
  servoki,
  millimetric,
  analyse,
  'web-analyzer': webAnalyzer,
  segment,
  posthog,
  plausible,
  ga4,
  mixpanel,
  amplitude,
}

function toResponse({ status, headers, body, bodyText }: VectorResponse): DeliveryResponse {
  return {
    status,
    header: (name) => headers[name] ?? null,
    body: bodyText ?? (body === null || body === undefined ? '' : JSON.stringify(body)),
  }
}

/** Runs a case through the real queue: the scripted answers come in order, whatever is sent after them stays open. */
async function run(vector: Vector, destination: Destination) {
  const exchanges =
    vector.exchanges ??
    (vector.request && vector.response ? [{ request: vector.request, response: vector.response }] : [])
  const clock = fakeClock(Date.parse(vector.now))
  const sent: DeliveryRequest[] = []
  const batches: (readonly string[])[] = []
  const verdicts: Verdict[] = []
  const outcomes = new Map<string, Outcome>()
  const refused: { id: string; reason: string }[] = []
  const adjusted: { id: string; reason: string; fields: string[] }[] = []
  const queued: string[] = []

  const queue = createQueue({
    destination: {
      ...destination,
      verdict(response, batch, now) {
        const verdict = destination.verdict(response, batch, now)
        verdicts.push(verdict)
        return verdict
      },
    },
    clock,
    random: () => 0.5,
    send(request, items) {
      const exchange = exchanges[sent.length]
      sent.push(request)
      batches.push(items.map((item) => item.eventId))
      return exchange ? Promise.resolve(toResponse(exchange.response)) : new Promise(() => undefined)
    },
    flushAt: Number.POSITIVE_INFINITY,
    flushIntervalMs: 60_000,
    maxEvents: 10_000,
    maxBytes: 100_000_000,
    overflow: 'drop-newest',
    maxAgeMs: 86_400_000,
    concurrency: 1,
    resendUnclear: true,
    onSettled: (items, outcome) => {
      for (const item of items) outcomes.set(item.eventId, outcome)
    },
  })

  for (const event of vector.canonicalEvents) {
    const encoding = destination.encode({ timestamp: vector.now, ...event })
    if ('refused' in encoding) {
      refused.push({ id: event.eventId, reason: encoding.refused })
      continue
    }
    for (const { kind, detail } of encoding.adjustments ?? []) {
      adjusted.push({ id: event.eventId, reason: kind, fields: detail.split(', ') })
    }
    const { body, alone = false } = encoding
    queued.push(event.eventId)
    queue.add({ eventId: event.eventId, event: event.event, body, alone, bytes: utf8Bytes(body), at: clock.now() })
  }
  queue.wake()
  await clock.advance(0)
  return { exchanges, clock, queue, sent, batches, verdicts, outcomes, refused, adjusted, queued }
}

/** The value at a JSON pointer; `undefined` when there is none. */
function at(document: unknown, pointer: string): unknown {
  let node: unknown = document
  for (const key of pointer.split('/').slice(1)) {
    node = typeof node === 'object' && node !== null ? Object.getOwnPropertyDescriptor(node, key)?.value : undefined
  }
  return node
}

function expectRequest(request: DeliveryRequest, expected: VectorRequest, baseUrl: string): void {
  expect(request.method).toBe(expected.method)
  expect(request.url).toBe(`${baseUrl}${expected.path}`)
  expect(request.headers).toMatchObject(expected.headers)
  for (const name of expected.headersAbsent ?? []) expect(request.headers).not.toHaveProperty(name)
  const body: unknown = JSON.parse(request.body)
  expect(body).toMatchObject(expected.body)
  for (const pointer of expected.bodyAbsent ?? []) expect(at(body, pointer), pointer).toBeUndefined()
  for (const pointer of expected.bodyExact ?? []) expect(at(body, pointer)).toEqual(at(expected.body, pointer))
}

type Run = Awaited<ReturnType<typeof run>>

function expectRequests({ exchanges, sent, batches }: Run, vector: Vector, destination: Destination): void {
  const followUps = sent.length - exchanges.length
  expect(followUps).toBe(vector.expectedOutcome.splitBeforeRetry ? 1 : 0)
  for (const [index, exchange] of exchanges.entries()) {
    const request = sent[index]
    if (!request) throw new Error(`request ${index + 1} was not sent`)
    expectRequest(request, exchange.request, vector.config.baseUrl)
    expect(batches[index]?.length).toBeLessThanOrEqual(destination.limits.maxEvents)
    expect(utf8Bytes(request.body)).toBeLessThanOrEqual(destination.limits.maxRequestBytes)
  }
}

function expectOutcome({ outcomes, refused, adjusted, queued, queue }: Run, expected: Vector['expectedOutcome']): void {
  const accepted: string[] = []
  const dropped = [...refused]
  for (const [id, outcome] of outcomes) {
    if (outcome.kind === 'dropped') dropped.push({ id, reason: outcome.reason })
    else accepted.push(id)
  }
  const { paused, pending } = queue.stats
  expect(accepted).toEqual(expected.accepted)
  expect(dropped).toEqual(expected.dropped)
  expect(adjusted).toEqual(expected.adjusted ?? [])
  expect(paused).toBe(expected.paused)
  expect(queued.filter((id) => !outcomes.has(id))).toEqual(expected.pending)
  expect(pending).toBe(expected.pending.length)
  expect(pending > 0 && paused === undefined).toBe(expected.retry)
}

function expectVerdict({ verdicts, batches, exchanges }: Run, expected: Vector['expectedOutcome']): void {
  const last = verdicts.at(-1)
  if (!last) {
    expect(exchanges).toEqual([])
    return
  }
  const warnings = last.kind === 'delivered' ? last.warnings?.map((text) => text.split(':')[0]) : undefined
  const message = last.kind === 'delivered' ? '' : last.message
  expect('retryAfterMs' in last ? last.retryAfterMs : undefined).toBe(expected.retryAfterMs)
  expect(warnings).toEqual(expected.warnings)
  expect(message).toContain(expected.errorCode ?? '')
  if (expected.splitBeforeRetry) {
    const whole = batches[exchanges.length - 1] ?? []
    expect(last.kind).toBe('split')
    expect(batches.at(-1)).toEqual(whole.slice(0, whole.length / 2))
  }
}

/** The failed chunk goes out again when the service said so, and not a millisecond earlier. */
async function expectPatience({ clock, sent, batches }: Run, retryAfterMs: number | undefined): Promise<void> {
  if (retryAfterMs === undefined) return
  const before = sent.length
  await clock.advance(retryAfterMs - 1)
  expect(sent).toHaveLength(before)
  await clock.advance(1)
  expect(sent).toHaveLength(before + 1)
  expect(batches.at(-1)).toEqual(batches.at(-2))
}

for (const [service, create] of Object.entries(SERVICES)) {
  describe(service, () => {
    test.each(loadVectors(service))('$name', async (vector) => {
      const destination = create(vector.config)
      const result = await run(vector, destination)
      expectRequests(result, vector, destination)
      expectOutcome(result, vector.expectedOutcome)
      expectVerdict(result, vector.expectedOutcome)
      await expectPatience(result, vector.expectedOutcome.retryAfterMs)
    })

    test.skipIf(!hasOrigin(service))('the committed copy of the vectors is the origin', () => {
      expect(readVectors(VECTOR_COPY, service)).toEqual(readVectors(VECTOR_ORIGIN, service))
    })
  })
}

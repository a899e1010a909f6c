import type { DeliveryResponse } from '@threadline/core'
import { ga4 } from '@threadline/destinations/ga4'
import { defineEvents, type TrackEvent } from '@threadline/schema'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { harness, response, store } from '../../test/harness.ts'
import { memoryDestination } from '../testing/memory-destination.ts'
import { captureCheckoutFinished } from './captures.ts'
import { createClient } from './client.ts'

const USER = { userId: 'user_42' }

/** Captures what no types would let through. */
function captureAnything(capturer: { capture(input: never): void }, input: unknown): void {
  Reflect.apply(capturer.capture, capturer, [input])
}

function names(events: Iterable<TrackEvent>): string[] {
  return [...events].map(({ event }) => event)
}

describe('options', () => {
  test('that there are not are told of, with the one that is meant, and change nothing', async () => {
    const typed = { flushInterval: 500, apiHost: 'https://x.test', strict: undefined }
    const { client, errors } = harness(typed)
    client.capture({ event: 'a', ...USER })
    expect(await client.flush()).toMatchObject({ delivered: 1 })
    expect(errors.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'invalid_config: createServerClient: there is no option "flushInterval" (did you mean flushIntervalMs?), "apiHost"',
    ])
  })
})

describe('onRequest', () => {
  test('tells every listener of every request, and contains what one throws', async () => {
    const { client, ...collector } = harness()
    const heard: unknown[] = []
    client.onRequest(() => {
      throw new Error('mine')
    })
    const stop = client.onRequest((request) => heard.push(request))
    client.capture({ event: 'a', ...USER })
    await client.flush()
    expect(heard).toEqual([{ destination: 'threadline', durationMs: 0, status: 200, failure: undefined }])
    stop()
    client.capture({ event: 'b', ...USER })
    await client.flush()
    expect([heard.length, collector.requests.length]).toEqual([1, 2])
  })

  test('tells of a transport that resolves with nothing as of one that failed', async () => {
    const answers: DeliveryResponse[] = [JSON.parse('null')]
    const collector = harness()
    const { client } = collector
    const take = collector.answer
    collector.answer = async (events, request) =>
      answers.length > 0 ? (answers.pop() as DeliveryResponse) : await take(events, request)
    const heard: unknown[] = []
    client.onRequest(({ status }) => heard.push(status))
    client.capture({ event: 'a', ...USER })
    const flushed = client.flush()
    await collector.clock.advance(1_000)
    await flushed
    expect(heard).toEqual([undefined, 200])
  })
})

describe('capture', () => {
  test('sends what was captured in one request, in order', async () => {
    const { client, requests } = harness()
    client.capture({ event: 'first', ...USER })
    client.capture({ event: 'second', ...USER })
    expect(await client.flush()).toEqual({ delivered: 2, duplicates: 0, dropped: 0 })
    expect(requests.map(names)).toEqual([['first', 'second']])
  })

  test('fills in id, time and library, and leaves the rest as given', async () => {
    const { client, clock, stored } = harness()
    client.capture({ event: 'plan_viewed', anonymousId: 'visitor_1', userId: null, properties: { plan: 'pro' } })
    await client.flush()
    const [event] = [...stored.values()]
    expect(event).toEqual({
      eventId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      event: 'plan_viewed',
      anonymousId: 'visitor_1',
      timestamp: new Date(clock.now()).toISOString(),
      stamped: true,
      properties: { plan: 'pro' },
      context: { library: expect.stringMatching(/^@threadline\/server\//) },
    })
  })

  test('keeps a caller’s own id and time', async () => {
    const { client, stored } = harness()
    client.capture({ event: 'paid', ...USER, eventId: 'stripe:evt_1Nabc', timestamp: '2025-12-01T10:00:00+01:00' })
    await client.flush()
    expect(stored.get('stripe:evt_1Nabc')?.timestamp).toBe('2025-12-01T09:00:00.000Z')
  })

  test('says which times it read off its clock: none that a caller or a hook gave', async () => {
    const { client, stored } = harness({
      onCapture: [
        (event) => (event.event === 'moved' ? { ...event, timestamp: '2025-12-01T10:00:00.000Z' } : event),
        // A promise, as of a hook that asks somebody.
        (event) => Promise.resolve({ ...event, properties: { seen: true } }),
      ],
    })
    const given = { timestamp: new Date(1_769_850_000_000) }
    client.capture({ event: 'plain', ...USER, eventId: 'plain' })
    client.capture({ event: 'moved', ...USER, eventId: 'moved' })
    client.capture({ event: 'dated', ...USER, eventId: 'dated', ...given })
    client.capture({ event: 'claimed', ...USER, eventId: 'claimed', ...given, ...{ stamped: true } })
    client.identify('user_42', { ...given })
    await client.flush()
    expect([...stored.values()].map(({ event, stamped }) => [event, stamped])).toEqual([
      ['plain', true],
      ['moved', undefined],
      ['dated', undefined],
      ['claimed', undefined],
      ['$identify', undefined],
    ])
  })

  test('is not changed by what happens to the object afterwards', async () => {
    const { client, stored } = harness()
    const properties = { plan: 'pro' }
    client.capture({ event: 'plan_viewed', ...USER, properties })
    properties.plan = 'free'
    await client.flush()
    expect([...stored.values()][0]?.properties).toEqual({ plan: 'pro' })
  })

  const circular: { [key: string]: unknown } = {}
  circular['self'] = circular

  test.each<[string, Record<string, unknown>]>([
    ['missing_event_name', { ...USER }],
    ['missing_event_name', { event: ' ', ...USER }],
    ['event_name_too_long', { event: 'x'.repeat(129), ...USER }],
    ['reserved_event_name', { event: '$mine', ...USER }],
    ['missing_identity', { event: 'a' }],
    ['invalid_id', { event: 'a', userId: 'null' }],
    ['invalid_id', { event: 'a', userId: 4.2 }],
    ['invalid_id', { event: 'a', userId: {} }],
    ['invalid_id', { event: 'a', ...USER, eventId: 'x'.repeat(201) }],
    ['invalid_timestamp', { event: 'a', ...USER, timestamp: 'yesterday' }],
    ['invalid_timestamp', { event: 'a', ...USER, timestamp: new Date(Number.NaN) }],
    ['invalid_timestamp', { event: 'a', ...USER, timestamp: '2026-02-30T12:00:00Z' }],
    ['invalid_timestamp', { event: 'a', ...USER, timestamp: '2025-02-29T12:00:00+01:00' }],
    // Seconds, where milliseconds are meant.
    ['invalid_timestamp', { event: 'a', ...USER, timestamp: 1_769_851_800 }],
    ['invalid_timestamp', { event: 'a', ...USER, timestamp: Number.NaN }],
    ['invalid_value', { event: 'a', ...USER, value: 49.9, currency: 'EUR' }],
    ['invalid_currency', { event: 'a', ...USER, value: 4990, currency: 'euro' }],
    ['props_too_large', { event: 'a', ...USER, properties: { text: 'ü'.repeat(16_400) } }],
    ['payload_too_large', { event: 'a', ...USER, url: `https://example.com/${'x'.repeat(70_000)}` }],
    ['not_serializable', { event: 'a', ...USER, properties: circular }],
    ['not_serializable', { event: 'a', ...USER, properties: { total: Promise.resolve(1) } }],
    ['not_serializable', { event: 'a', ...USER, properties: { list: [new Uint8Array(3)] } }],
    ['validation_error', { event: 'a', ...USER, consent: { analytics: 'no' } }],
    ['validation_error', { event: 'a', ...USER, properties: ['list'] }],
    ['validation_error', { event: 'a', ...USER, traits: { plan: 'pro' } }],
    ['consent_denied', { event: 'a', ...USER, consent: { analytics: false } }],
  ])('refuses %s and nothing else', async (code, input) => {
    const { client, errors, drops, requests } = harness()
    client.capture({ event: 'before', ...USER })
    captureAnything(client, input)
    client.capture({ event: 'after', ...USER })
    expect(await client.flush()).toEqual({ delivered: 2, duplicates: 0, dropped: 0 })
    expect(requests.flat().map(({ event }) => event)).toEqual(['before', 'after'])
    expect(errors.map((error) => error.code)).toEqual([code])
    expect(drops.map((drop) => drop.reason)).toEqual([code])
    expect(client.stats().dropped).toEqual({ [code]: 1 })
  })

  const halfMoney: readonly [string, string, unknown][] = [
    ['an amount without a currency', 'invalid_currency', { event: 'plan_chosen', ...USER, value: 4990 }],
    ['a payment without an amount', 'invalid_value', { event: 'purchase', ...USER }],
  ]

  test.each(halfMoney)('sends %s, and says that no report counts it', async (_what, code, input) => {
    const { client, errors, drops } = harness()
    captureAnything(client, input)
    expect(await client.flush()).toEqual({ delivered: 1, duplicates: 0, dropped: 0 })
    expect(errors.map((error) => error.code)).toEqual([code])
    expect(drops).toEqual([])
  })

  test.each(halfMoney)('throws %s where it is strict', (_what, code, input) => {
    const { client } = harness({ strict: true })
    expect(() => captureAnything(client, input)).toThrow(expect.objectContaining({ code }))
  })

  test('takes a payment without an amount from a provider, whose amount may be unreadable', async () => {
    const { client, errors } = harness({ strict: true })
    client.capture({ event: 'purchase' as string, ...USER, billing: { paymentIds: ['pi_1'] } })
    expect(await client.flush()).toMatchObject({ delivered: 1 })
    expect(errors).toEqual([])
  })

  test('has a verb for each standard event, on the client and on a scope', async () => {
    const { client, requests } = harness({ strict: true })
    client.signedUp({ ...USER, properties: { method: 'email' } })
    const { purchase } = client.scope({ headers: {} }, { userId: 'user_7' })
    purchase({ eventId: 'order_7', value: 4900, currency: 'EUR' })
    await client.flush()
    expect(requests.flat()).toMatchObject([
      { event: 'signup_completed', ...USER, properties: { method: 'email' } },
      { event: 'purchase', eventId: 'order_7', userId: 'user_7', value: 4900, currency: 'EUR' },
    ])
  })

  test('puts an e-mail address of the traits where people are found by it, unless it must not leave', async () => {
    const traits = { email: 'ada@example.com' }
    const open = harness()
    open.client.identify('user_42', { traits })
    await open.client.flush()
    expect(open.requests.flat()).toMatchObject([{ email: 'ada@example.com' }])
    const closed = harness({ propertyDenylist: ['email'] })
    closed.client.identify('user_42', { traits })
    await closed.client.flush()
    expect(closed.requests.flat()[0]).not.toHaveProperty('email')
  })

  test('survives whatever JavaScript passes, even what cannot be read', () => {
    const { client, drops } = harness()
    const hostile = new Proxy({}, { get: () => expect.fail('read') })
    for (const input of [undefined, null, 'text', hostile]) captureAnything(client, input)
    expect(drops).toHaveLength(4)
  })

  test('throws what it refuses in strict mode, and then reports nothing', () => {
    const { client, errors } = harness({ strict: true })
    expect(() => client.capture({ event: 'a' })).toThrow(expect.objectContaining({ code: 'missing_identity' }))
    expect(errors).toEqual([])
  })

  test('never says more of a wrong value than its beginning', () => {
    const { client, errors } = harness()
    client.capture({ event: 'a', userId: `${'x'.repeat(300)}secret` })
    expect(errors[0]?.message).not.toContain('secret')
  })

  test('takes lower-case currencies, as payment providers write them', async () => {
    const { client, stored } = harness()
    captureCheckoutFinished(client, { ...USER, value: 500, currency: 'jpy', properties: { payment_type: 'one_time' } })
    await client.flush()
    expect([...stored.values()][0]).toMatchObject({ event: 'checkout_finished', value: 500, currency: 'JPY' })
  })
})

describe('catalogue', () => {
  const events = defineEvents({
    plan_upgraded: z.object({ plan: z.string(), seats: z.number().default(1) }),
    seen: z.object({}),
  })

  test('sends the schema’s output', async () => {
    const { client, stored } = harness({ events })
    client.capture({ event: 'plan_upgraded', ...USER, properties: { plan: 'pro' } })
    client.capture({ event: 'seen', ...USER })
    client.capture({ event: 'other', ...USER })
    await client.flush()
    expect([...stored.values()].map(({ properties }) => properties)).toEqual([
      { plan: 'pro', seats: 1 },
      undefined,
      undefined,
    ])
  })

  const wrong = { event: 'plan_upgraded', ...USER, properties: { plan: 1 } }

  test('reports a mismatch and sends the event all the same', async () => {
    const { client, errors, stored } = harness({ events, validate: 'report' })
    captureAnything(client, wrong)
    await client.flush()
    expect(errors).toEqual([{ code: 'validation_error', message: expect.stringContaining('plan_upgraded: plan') }])
    expect(stored.size).toBe(1)
  })

  test('throws a mismatch when asked to, strict or not', () => {
    const { client } = harness({ events, validate: 'throw' })
    expect(() => captureAnything(client, wrong)).toThrow(expect.objectContaining({ code: 'validation_error' }))
  })

  test('does not look when told so', async () => {
    const { client, errors } = harness({ events, validate: 'off' })
    captureAnything(client, wrong)
    await client.flush()
    expect(errors).toEqual([])
  })

  test('refuses a name outside a closed catalogue, system events excepted', async () => {
    const { client, drops, stored } = harness({ events: defineEvents({ seen: z.object({}) }, { closed: true }) })
    captureAnything(client, { event: 'other', ...USER })
    client.capture({ event: '$pageview', ...USER })
    await client.flush()
    expect(drops.map(({ event, reason }) => [event, reason])).toEqual([['other', 'validation_error']])
    expect(stored.size).toBe(1)
  })
})

describe('onCapture', () => {
  test('enriches, in order, on a copy', async () => {
    const properties = { nested: { secret: 1 } }
    const { client, stored } = harness({
      onCapture: [
        (event) => ({ ...event, properties: { ...event.properties, first: true } }),
        async (event) => ({ ...event, properties: { ...event.properties, second: true } }),
      ],
    })
    client.capture({ event: 'a', ...USER, properties })
    properties.nested.secret = 2
    await client.flush()
    expect([...stored.values()][0]?.properties).toEqual({ nested: { secret: 1 }, first: true, second: true })
  })

  test.each([
    ['hook_dropped', () => null],
    ['hook_dropped', async () => null],
    ['invalid_value', (event: TrackEvent) => ({ ...event, value: 0.5 })],
    [
      'hook_failed',
      () => {
        throw new Error('no')
      },
    ],
    ['hook_failed', () => Promise.reject(new Error('no'))],
  ])('drops with a report: %s', async (reason, onCapture) => {
    const { client, drops, requests } = harness({ onCapture })
    client.capture({ event: 'a', ...USER })
    await client.flush()
    expect(drops.map((drop) => drop.reason)).toEqual([reason])
    expect(requests).toEqual([])
  })

  test('gives up on a hook that hangs', async () => {
    const { client, clock, drops } = harness({ onCapture: () => new Promise(() => undefined) })
    client.capture({ event: 'a', ...USER })
    const flushed = client.flush({ timeoutMs: 30_000 })
    await clock.advance(10_000)
    expect(await flushed).toMatchObject({ delivered: 0 })
    expect(drops.map(({ reason }) => reason)).toEqual(['hook_failed'])
  })

  test('keeps listed names from leaving, at any depth', async () => {
    const { client, requests } = harness({ propertyDenylist: ['email', 'card'] })
    client.capture({
      event: 'a',
      ...USER,
      properties: { email: 'a@example.com', list: [{ card: '4242', ok: 1 }], when: new Date(0).toJSON() },
    })
    client.identify('user_42', { traits: { email: 'a@example.com', plan: 'pro' } })
    await client.flush()
    expect(JSON.stringify(requests)).not.toMatch(/example\.com|4242/)
    expect(requests[0]?.[0]?.properties).toEqual({ list: [{ ok: 1 }], when: '1970-01-01T00:00:00.000Z' })
  })
})

describe('captureNow', () => {
  test('resolves with the event’s own verdict', async () => {
    const subject = harness()
    subject.client.capture({ event: 'other', ...USER, eventId: 'other' })
    subject.answer = async (events) =>
      response(200, {
        stored: 0,
        duplicates: ['again'],
        invalid: events.some(({ eventId }) => eventId === 'other')
          ? [{ eventId: 'other', code: 'validation_error', message: 'bad' }]
          : [],
      })
    expect(await subject.client.captureNow({ event: 'a', ...USER, eventId: 'again' })).toEqual({
      eventId: 'again',
      kind: 'duplicate',
      outcomes: { threadline: { kind: 'duplicate' } },
    })
  })

  test('resolves with the refusal', async () => {
    const { client } = harness()
    expect(await client.captureNow({ event: 'a' })).toMatchObject({
      kind: 'dropped',
      outcomes: { '': { reason: 'missing_identity' } },
    })
  })

  test('rejects at its deadline, and the event stays', async () => {
    const subject = harness()
    subject.answer = () => Promise.resolve(response(503))
    const result = subject.client.captureNow({ event: 'a', ...USER }, { timeoutMs: 1_000 })
    const rejected = expect(result).rejects.toMatchObject({ name: 'FlushError', code: 'flush_timeout' })
    await subject.clock.advance(1_000)
    await rejected
    expect(subject.client.stats().pending).toBe(1)
  })
})

describe('several destinations', () => {
  test('each has its own queue: one that is down delays no other', async () => {
    const { threadline } = await import('@threadline/destinations/threadline')
    const urls: string[] = []
    const { client, clock } = harness({
      destinations: [
        { ...threadline({ key: 'sk_a', host: 'https://up.test' }), name: 'up' },
        { ...threadline({ key: 'sk_b', host: 'https://down.test' }), name: 'down' },
      ],
      transport({ url, body }) {
        urls.push(url)
        const { events } = JSON.parse(body) as { events: TrackEvent[] }
        return Promise.resolve(url.startsWith('https://down') ? response(503) : store(new Map(), events))
      },
    })
    client.capture({ event: 'a', ...USER, eventId: 'one_event' })
    const flushed = expect(client.flush({ timeoutMs: 5_000 })).rejects.toMatchObject({ eventIds: ['one_event'] })
    await clock.advance(5_000)
    await flushed
    expect(client.stats().queues['up']?.delivered).toBe(1)
    expect(client.stats().queues['down']?.pending).toBe(1)
    expect(urls.filter((url) => url.startsWith('https://up'))).toHaveLength(1)
  })
})

test('what was given up rides along, until a delivered request has told it', async () => {
  const kit = harness()
  const told: unknown[] = []
  let status = 503
  kit.answer = (events, request) => {
    told.push((JSON.parse(request.body) as { dropped?: unknown }).dropped)
    return Promise.resolve(status === 200 ? store(kit.stored, events) : response(status))
  }
  captureAnything(kit.client, { event: 'nobody' })
  captureAnything(kit.client, { ...USER })
  kit.client.capture({ event: 'first', ...USER })
  const flushed = kit.client.flush()
  await kit.clock.advance(0)
  status = 200
  await kit.clock.advance(1_000)
  await flushed
  kit.client.capture({ event: 'second', ...USER })
  await kit.client.flush()
  const losses = { missing_identity: 1, missing_event_name: 1 }
  expect(told).toEqual([losses, losses, undefined])
})

describe('shutdown', () => {
  test('closes intake first, delivers, and is memoised', async () => {
    const { client, drops, stored } = harness()
    client.capture({ event: 'a', ...USER })
    const first = client.shutdown()
    client.capture({ event: 'late', ...USER })
    expect(client.shutdown()).toBe(first)
    expect(await first).toEqual({
      delivered: 1,
      duplicates: 0,
      dropped: 1,
      pending: 0,
      eventIds: [],
      timedOut: false,
      error: undefined,
    })
    expect(names(stored.values())).toEqual(['a'])
    expect(drops.map(({ event, reason }) => [event, reason])).toEqual([['late', 'closed']])
  })

  test('gives up at its deadline, aborts what is in flight, and tells what was left', async () => {
    const subject = harness()
    const aborted = vi.fn()
    subject.answer = (_events, { signal }) => {
      signal.addEventListener('abort', aborted)
      return new Promise(() => undefined)
    }
    subject.client.capture({ event: 'a', ...USER, eventId: 'left_over' })
    const result = subject.client.shutdown({ timeoutMs: 3_000 })
    await subject.clock.advance(3_000)
    expect(await result).toMatchObject({ delivered: 0, pending: 1, eventIds: ['left_over'], timedOut: true })
    expect(aborted).toHaveBeenCalledTimes(1)
    expect(subject.drops.map(({ eventId, reason }) => [eventId, reason])).toEqual([['left_over', 'closed']])
    expect(subject.clock.foreground() + subject.clock.background()).toBe(0)
  })

  test('delivers what an asynchronous hook held back when it was called', async () => {
    const subject = harness({
      onCapture: (event) =>
        new Promise((resolve) => {
          subject.clock.after(100, () => resolve(event), false)
        }),
    })
    subject.client.capture({ event: 'held', ...USER })
    const captured = subject.client.captureNow({ event: 'awaited', ...USER })
    const stopping = subject.client.shutdown()
    subject.client.capture({ event: 'late', ...USER })
    await subject.clock.advance(1_000)
    expect(await stopping).toMatchObject({ delivered: 2, pending: 0, error: undefined })
    expect(await captured).toMatchObject({ kind: 'delivered' })
    expect(names(subject.stored.values())).toEqual(['held', 'awaited'])
    expect(subject.drops.map(({ event, reason }) => [event, reason])).toEqual([['late', 'closed']])
  })

  test('a hook that hangs costs its own event alone, which is told', async () => {
    const subject = harness({
      onCapture: (event) => (event.event === 'hangs' ? new Promise(() => undefined) : event),
    })
    subject.client.capture({ event: 'a', ...USER })
    subject.client.capture({ event: 'hangs', ...USER })
    const stopping = subject.client.shutdown({ timeoutMs: 3_000 })
    await subject.clock.advance(3_000)
    expect(await stopping).toMatchObject({ delivered: 1, timedOut: true })
    expect(names(subject.stored.values())).toEqual(['a'])
    await subject.clock.advance(60_000)
    expect(subject.drops.map(({ event, reason }) => [event, reason])).toEqual([['hangs', 'hook_failed']])
  })

  test('what a hook lets go of after the end is told as lost', async () => {
    const subject = harness({
      onCapture: (event) =>
        new Promise((resolve) => {
          subject.clock.after(5_000, () => resolve(event), false)
        }),
    })
    subject.client.capture({ event: 'a', ...USER })
    const stopping = subject.client.shutdown({ timeoutMs: 1_000 })
    await subject.clock.advance(10_000)
    await stopping
    expect(subject.requests).toEqual([])
    expect(subject.drops.map(({ event, reason }) => [event, reason])).toEqual([['a', 'closed']])
    expect(subject.errors).toEqual([{ code: 'closed', message: expect.stringContaining('until after the end') }])
  })

  test('ends at once while the key is refused', async () => {
    const subject = harness()
    subject.answer = () => Promise.resolve(response(401))
    subject.client.capture({ event: 'a', ...USER })
    const result = await subject.client.shutdown()
    expect(result).toMatchObject({ pending: 1, timedOut: false, error: { code: 'unauthorized' } })
  })

  test('runs at the end of an `await using` block', async () => {
    const { client, stored } = harness()
    {
      await using scoped = client
      scoped.capture({ event: 'a', ...USER })
    }
    expect(stored.size).toBe(1)
  })

  test('does nothing for a client that was never used', async () => {
    expect(await harness().client.shutdown()).toMatchObject({ delivered: 0, pending: 0 })
  })
})

test('a hook that throws or rejects harms nobody', async () => {
  const { client, stored } = harness({
    onError: () => Promise.reject(new Error('no')),
    onDrop() {
      throw new Error('no')
    },
    onDelivered() {
      throw new Error('no')
    },
  })
  client.capture({ event: 'a' })
  client.capture({ event: 'b', ...USER })
  await client.flush()
  expect(stored.size).toBe(1)
})

test('hooks that capture what makes them run again end, and flush still counts right', async () => {
  const told: string[] = []
  const subject = harness({
    maxQueueEvents: 3,
    onDrop({ event }) {
      told.push(event)
      subject.client.capture({ event: 'event_dropped', ...USER })
    },
    onError: () => subject.client.capture({ event: 'no_identity' }),
  })
  for (const event of ['a', 'b', 'c', 'd', 'e']) subject.client.capture({ event, ...USER })
  expect(told).toEqual(['a', 'c'])
  subject.client.capture({ event: 'no_identity' })
  expect(subject.client.stats().pending).toBe(3)
  expect(await subject.client.flush()).toMatchObject({ delivered: 3 })
  expect(subject.client.stats()).toMatchObject({ pending: 0, delivered: 3 })
})

test('an event that one of several destinations cannot serialise is that one’s loss alone', async () => {
  const others = (name: string, encode?: () => never) => ({ ...memoryDestination(), name, ...(encode && { encode }) })
  const fails = (): never => {
    throw new TypeError('cannot')
  }
  const transport = () => Promise.resolve(response(200))
  const { client, drops } = harness({ destinations: [others('takes'), others('fails', fails)], transport })
  client.capture({ event: 'a', ...USER })
  expect(await client.captureNow({ event: 'b', ...USER })).toMatchObject({
    kind: 'dropped',
    outcomes: { takes: { kind: 'delivered' }, fails: { kind: 'dropped', reason: 'not_serializable' } },
  })
  expect(drops.map(({ event, destination }) => [event, destination])).toEqual([
    ['a', 'fails'],
    ['b', 'fails'],
  ])
})

test('construction touches nothing: no clock, no randomness, no environment, no process events', () => {
  const touched = (): never => expect.fail('touched')
  const listen = vi.spyOn(process, 'on')
  const env = vi.spyOn(process, 'env', 'get').mockImplementation(touched)
  const client = createClient(
    { key: 'sk_1', host: 'https://a.test', handleSignals: ['SIGTERM'] },
    { clock: { now: touched, after: touched }, random: touched, byteLength: touched, createTransport: touched },
  )
  env.mockRestore()
  expect(listen).not.toHaveBeenCalled()
  listen.mockRestore()
  expect(client.stats().pending).toBe(0)
})

test.each([
  [{}],
  [{ key: 'sk_1' }],
  [{ key: 'sk_1', host: 'https://a.test', destinations: [] }],
  [{ key: 'sk_1', host: 'https://a.test', flushAt: 0 }],
  [{ key: 'sk_1', host: 'https://a.test', maxAgeMs: Number.NaN }],
])('refuses wrong options: %j', async (options) => {
  const { createServerClient } = await import('../runtimes/edge.ts')
  expect(() => createServerClient(options)).toThrow(expect.objectContaining({ code: 'invalid_config' }))
})

describe('options are checked where they are given, and the message says what would be right', () => {
  test.each<[string, object]>([
    ['threadline: host must be an http:// or https:// address', { key: 'sk_1', host: 'events.example.com' }],
    [': write "https://events.example.com"', { key: 'sk_1', host: 'events.example.com' }],
    ['threadline: key must start with sk_ or pk_', { key: 'whsec_1', host: 'https://a.test' }],
    ['"/t/v1/batch" has no host: on a server', { key: 'sk_1', host: '/t' }],
    [
      '"/t/mp/collect" has no host',
      { destination: ga4({ measurementId: 'G-1', apiSecret: 'hunter2', baseUrl: '/t' }) },
    ],
    ['write Number("50"), an environment variable is text', { key: 'sk_1', host: 'https://a.test', flushAt: '50' }],
    ['flushAt must be a number of at least 1, got 0', { key: 'sk_1', host: 'https://a.test', flushAt: 0 }],
    [
      'enabled must be true or false: got "false". an environment',
      { key: 'sk_1', host: 'https://a.test', enabled: 'false' },
    ],
    ['enabled must be true or false', { key: '', host: 'https://a.test', enabled: 0 }],
    ...[
      ['strict must be true or false: got "0"', { strict: '0' }],
      ['gzip must be true or false', { gzip: 'off' }],
      ['resendUnclear must be true or false', { resendUnclear: 1 }],
      ['flushOnExit must be true or false', { flushOnExit: 'false' }],
      ['onError must be a function: got "log"', { onError: 'log' }],
      ['onDrop must be a function', { onDrop: {} }],
      ['onDelivered must be a function', { onDelivered: [] }],
      ['transport must be a function', { transport: {} }],
      ['onCapture must be a function, or a list of them', { onCapture: [undefined] }],
      [
        'propertyDenylist must be a list of names: got "password". write ["password"]',
        { propertyDenylist: 'password' },
      ],
      ['propertyDenylist must be a list of names', { propertyDenylist: 5 }],
      ['handleSignals must be a list of signals, of SIG', { handleSignals: 'SIGTERM' }],
      ['. write ["SIGTERM"]', { handleSignals: 'SIGTERM' }],
      ['handleSignals must be', { handleSignals: ['SIGKILL'] }],
      ['handleSignals must be', { handleSignals: ['toString'] }],
      ["validate must be 'report', 'throw' or 'off': got \"warn\"", { validate: 'warn' }],
      ['events must be what defineEvents made', { events: { plan_upgraded: {} } }],
      [
        'spool must be an object with the path of a folder, { dir }: got "/tmp/x". write { dir: "/tmp/x" }',
        { spool: '/tmp/x' },
      ],
      ['spool must be an object', { spool: { dir: undefined } }],
      ['headers must be an object of names and values', { headers: ['a: b'] }],
    ].map(([message, options]): [string, object] => [
      String(message),
      { key: 'sk_1', host: 'https://a.test', ...Object(options) },
    ]),
    ['destination must be a destination', { destination: 'servoki' }],
    ['destinations must be a list of destinations', { destinations: {} }],
    ["overflow must be 'drop-oldest' or", { key: 'sk_1', host: 'https://a.test', overflow: 'drop_oldest' }],
  ])('%s', async (message, options) => {
    const { createServerClient } = await import('../runtimes/edge.ts')
    const make = (): unknown => Reflect.apply(createServerClient, undefined, [options])
    expect(make).toThrow(expect.objectContaining({ code: 'invalid_config' }))
    expect(make).toThrow(message)
  })

  test('a dispatcher, where there is one', async () => {
    const { createServerClient } = await import('../runtimes/node.ts')
    const options = { key: 'sk_1', host: 'https://a.test', dispatcher: {} }
    expect(() => Reflect.apply(createServerClient, undefined, [options])).toThrow('dispatcher must be a dispatcher')
  })

  test('a key from a file loses the end of its line', async () => {
    const authorization: (string | undefined)[] = []
    const { client } = harness({
      key: 'sk_test\n',
      host: ' https://collector.test/ ',
      transport(request) {
        authorization.push(request.headers['authorization'], request.url)
        return Promise.resolve(response(200, { stored: 1, duplicates: [], invalid: [] }))
      },
    })
    client.capture({ event: 'a', ...USER })
    await client.flush()
    expect(authorization).toEqual(['Bearer sk_test', 'https://collector.test/v1/batch'])
  })
})

describe('backfill', () => {
  test('waits for room, loses nothing, and flushes', async () => {
    const subject = harness({ maxQueueEvents: 100, flushAt: 10 })
    async function* history(): AsyncGenerator<{ event: string; userId: string; eventId: string }> {
      for (let index = 0; index < 1_000; index += 1)
        yield await Promise.resolve({ event: 'old', ...USER, eventId: `old_${index}` })
    }
    const done = subject.client.backfill(history())
    await subject.clock.advance(60_000)
    expect(await done).toMatchObject({ read: 1_000, dropped: 0 })
    expect(subject.stored.size).toBe(1_000)
    expect(subject.drops).toEqual([])
  })

  test('ends with the signal', async () => {
    const { client } = harness()
    const reason = new Error('enough')
    await expect(client.backfill([{ event: 'a', ...USER }], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})

test('what was given up is told to the collector, once', async () => {
  const dropped: unknown[] = []
  const subject = harness({ maxQueueEvents: 2 })
  subject.answer = (events, request) => {
    dropped.push((JSON.parse(request.body) as { dropped?: object }).dropped)
    return Promise.resolve(dropped.length === 1 ? response(503) : store(subject.stored, events))
  }
  for (let index = 0; index < 5; index += 1) subject.client.capture({ event: 'a', ...USER })
  const flushed = subject.client.flush({ timeoutMs: 60_000 })
  await subject.clock.advance(10_000)
  await flushed
  subject.client.capture({ event: 'a', ...USER })
  await subject.client.flush()
  expect(dropped).toEqual([{ queue_overflow: 3 }, { queue_overflow: 3 }, undefined])
})

test('ready lets as many through as fit, and the rest when there is room again', async () => {
  const subject = harness({ maxQueueEvents: 3, flushAt: 1 })
  subject.answer = () => new Promise(() => undefined)
  let through = 0
  const producers = Array.from({ length: 5 }, async (_, index) => {
    await subject.client.ready()
    through += 1
    subject.client.capture({ event: 'a', ...USER, eventId: `event_${index}` })
  })
  await subject.clock.advance(1_000)
  expect(through).toBe(3)
  expect(subject.drops).toEqual([])
  subject.answer = (events) => Promise.resolve(store(subject.stored, events))
  await subject.clock.advance(20_000)
  await Promise.all(producers)
  expect(subject.stored.size).toBe(5)
})

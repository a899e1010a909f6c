import { describe, expect, test } from 'vitest'
import { answer, refused, setup, testDestination } from '../../test/fixtures.ts'
import type { LossCounts, RequestContext, Verdict } from '../destination.ts'
import { createPacer } from './pacer.ts'

const ids = (count: number, prefix = 'e') => Array.from({ length: count }, (_, index) => `${prefix}${index}`)

describe('when a send starts', () => {
  test('at flushAt events, at the end of the tick, with everything that waits', async () => {
    const { add, clock, requests } = setup({ flushAt: 3 })
    add('a', 'b', 'c', 'd')
    expect(requests).toHaveLength(0)
    await clock.advance(0)
    expect(requests.map((request) => request.ids)).toEqual([['a', 'b', 'c', 'd']])
  })

  test('flushIntervalMs after the first event, not the last', async () => {
    const { add, clock, requests } = setup({ flushIntervalMs: 1_000 })
    add('a')
    await clock.advance(900)
    add('b')
    await clock.advance(99)
    expect(requests).toHaveLength(0)
    await clock.advance(1)
    expect(requests.map((request) => request.ids)).toEqual([['a', 'b']])
  })

  test('the idle timer does not keep a process alive', () => {
    const { add, clock } = setup()
    add('a')
    expect(clock.background()).toBe(1)
    expect(clock.foreground()).toBe(0)
  })

  test('what is captured during a request is sent when it ends, without another trigger', async () => {
    const { add, clock, requests, reply } = setup({ flushAt: 2, flushIntervalMs: 60_000 })
    add('a', 'b')
    await clock.advance(0)
    add('c', 'd', 'e')
    await clock.advance(0)
    expect(requests).toHaveLength(1)
    await reply(answer(200))
    expect(requests.map((request) => request.ids)).toEqual([['c', 'd', 'e']])
  })

  test('an event that came too late for a trigger gets a timer of its own', async () => {
    const { add, clock, requests, reply } = setup({ flushAt: 2, flushIntervalMs: 1_000 })
    add('a', 'b')
    await clock.advance(0)
    add('c')
    await reply(answer(200))
    expect(requests).toHaveLength(0)
    await clock.advance(1_000)
    expect(requests.map((request) => request.ids)).toEqual([['c']])
  })

  test('an event after an answer slower than the interval has a timer, whatever left with the batch before', async () => {
    const { add, clock, requests, reply } = setup({ flushAt: 10, flushIntervalMs: 1_000 })
    add('a')
    await clock.advance(1_000)
    add('b')
    await clock.advance(1_000)
    // b is due, and waits for the answer. c comes into the same batch.
    add('c')
    await reply(answer(200))
    expect(requests.map((request) => request.ids)).toEqual([['b', 'c']])
    await reply(answer(200))
    add('d')
    await clock.advance(1_000)
    expect(requests.map((request) => request.ids)).toEqual([['d']])
  })

  test('with concurrency 2 two requests are in flight, never three', async () => {
    const { add, clock, requests } = setup({ flushAt: 1, concurrency: 2 })
    add(...ids(30))
    await clock.advance(0)
    expect(requests.map((request) => request.ids.length)).toEqual([10, 10])
  })

  test('a pacer is obeyed', async () => {
    const { add, clock, requests, reply } = setup({
      flushAt: 1,
      pacer: createPacer({ requests: 2, intervalMs: 1_000 }),
      destination: testDestination({
        limits: { maxEvents: 1, maxRequestBytes: 1_000, maxEventBytes: 1_000, envelopeBytes: 0 },
      }),
    })
    add('a', 'b', 'c')
    await clock.advance(0)
    await reply(answer(200))
    await reply(answer(200))
    expect(requests).toHaveLength(0)
    await clock.advance(999)
    expect(requests).toHaveLength(0)
    await clock.advance(1)
    expect(requests.map((request) => request.ids)).toEqual([['c']])
  })
})

describe('what goes into a request', () => {
  test('at most maxEvents events', async () => {
    const { add, clock, requests, reply } = setup({ flushAt: 1, concurrency: 9 })
    add(...ids(25))
    await clock.advance(0)
    expect(requests.map((request) => request.ids.length)).toEqual([10, 10])
    await reply(answer(200))
    await reply(answer(200))
    expect(requests.map((request) => request.ids.length)).toEqual([5])
  })

  test('beside a request in flight only what is full, so that the rest gathers', async () => {
    const { add, clock, requests, reply } = setup({ flushAt: 1, concurrency: 9 })
    add('a')
    await clock.advance(0)
    add(...ids(6, 'b'))
    await clock.advance(0)
    expect(requests.map((request) => request.ids.length)).toEqual([1])
    add(...ids(6, 'c'))
    await clock.advance(0)
    expect(requests.map((request) => request.ids.length)).toEqual([1, 10])
    await reply(answer(200))
    await reply(answer(200))
    expect(requests.map((request) => request.ids.length)).toEqual([2])
  })

  test('but everything at once while somebody waits for it', async () => {
    const { add, clock, requests, queue } = setup({ flushAt: 1, concurrency: 9 })
    add('a')
    await clock.advance(0)
    add('b')
    queue.watch(() => undefined)
    queue.wake()
    expect(requests.map((request) => request.ids)).toEqual([['a'], ['b']])
  })

  test('at most maxRequestBytes, commas and envelope included', async () => {
    const body = '{"eventId":"x0"}'
    const envelopeBytes = '{"events":[]}'.length
    const maxRequestBytes = envelopeBytes + 3 * body.length + 2
    const { add, clock, requests, queue } = setup({ flushAt: 1, concurrency: 9, maxRequestBytes })
    queue.watch(() => undefined)
    add(...ids(7, 'x'))
    await clock.advance(0)
    for (const request of requests) expect(request.body.length).toBeLessThanOrEqual(maxRequestBytes)
    expect(requests.map((request) => request.ids.length)).toEqual([3, 3, 1])
  })

  test('an event that travels alone shares its request with none', async () => {
    const { queue, item, clock, requests } = setup({ flushAt: 1, concurrency: 9 })
    queue.add(item('a'))
    queue.add(item('b', { alone: true }))
    queue.add(item('c'))
    queue.watch(() => undefined)
    await clock.advance(0)
    expect(requests.map((request) => request.ids)).toEqual([['a'], ['b'], ['c']])
  })
})

describe('verdicts', () => {
  test('a failure that names a wait is not tried again before, and a hurry does not skip it', async () => {
    const { add, clock, queue, requests, reply } = setup({ flushAt: 1, random: () => 0 })
    add('a')
    await clock.advance(0)
    await reply({ ...refused(), retryAfterMs: 2_000 })
    queue.wake()
    await clock.advance(1_999)
    expect(requests).toHaveLength(0)
    await clock.advance(1)
    expect(requests).toHaveLength(1)
  })

  test('retry: kept, in the same composition, after a jittered wait that doubles', async () => {
    const { add, clock, requests, reply } = setup({ random: () => 0.5 })
    add('a', 'b', 'c')
    await clock.advance(0)
    await reply(answer(500))
    await clock.advance(249)
    expect(requests).toHaveLength(0)
    await clock.advance(1)
    expect(requests[0]?.ids).toEqual(['a', 'b', 'c'])
    await reply(refused())
    await clock.advance(499)
    expect(requests).toHaveLength(0)
    await clock.advance(1)
    expect(requests).toHaveLength(1)
  })

  test('no number of failures drops an event, and the outage is reported once', async () => {
    const { add, clock, errors, reply, settled } = setup()
    add('a', 'b', 'c')
    await clock.advance(0)
    for (let round = 0; round < 50; round += 1) {
      await reply(answer(503))
      await clock.advance(30_000)
    }
    expect(settled).toEqual([])
    expect(errors.map((error) => error.code)).toEqual(['server_error'])
    // In case one of them is what the server fails on, they have been taken apart.
    for (let request = 0; request < 3; request += 1) await reply(answer(200))
    expect(settled).toHaveLength(3)
  })

  test('a new outage is reported again', async () => {
    const { add, clock, errors, reply } = setup({ flushAt: 1 })
    add('a')
    await clock.advance(0)
    await reply(refused())
    await clock.advance(30_000)
    await reply(answer(200))
    add('b')
    await clock.advance(0)
    await reply(answer(500))
    expect(errors.map((error) => error.code)).toEqual(['unreachable', 'server_error'])
  })

  test('Retry-After is a floor under the backoff, clamped to 5 minutes', async () => {
    const { add, clock, requests, reply } = setup({ random: () => 0 })
    add('a', 'b', 'c')
    await clock.advance(0)
    await reply(answer(429, { 'retry-after': '9' }))
    await clock.advance(8_999)
    expect(requests).toHaveLength(0)
    await clock.advance(1)
    await reply(answer(503, { 'retry-after': '86400' }))
    await clock.advance(299_999)
    expect(requests).toHaveLength(0)
    await clock.advance(1)
    expect(requests).toHaveLength(1)
  })

  test('split: one bad event of a batch is dropped alone, the rest is delivered', async () => {
    const { add, clock, requests, left, settled } = setup({ flushAt: 8 })
    add(...ids(8))
    await clock.advance(0)
    for (let request = requests.shift(); request; request = requests.shift()) {
      request.reply(answer(request.ids.includes('e5') ? 400 : 200))
      await clock.advance(0)
    }
    expect(left('dropped')).toEqual(['e5'])
    expect(settled.find(({ id }) => id === 'e5')?.outcome).toMatchObject({ reason: 'validation_error' })
    expect(left('delivered').sort()).toEqual(ids(8).filter((id) => id !== 'e5'))
  })

  test('split stays split through an outage', async () => {
    const { add, clock, requests, reply } = setup({ flushAt: 4, random: () => 0 })
    add('a', 'b', 'c', 'd')
    await clock.advance(0)
    await reply(answer(413))
    await reply(answer(503))
    expect(requests[0]?.ids).toEqual(['a', 'b'])
  })

  test.each([
    [401, 'unauthorized'],
    [402, 'quota_exceeded'],
    [403, 'forbidden'],
    [404, 'not_found'],
  ])('%i pauses: nothing is lost, one report, one probe a minute', async (status, reason) => {
    const { add, clock, requests, reply, errors, settled, queue } = setup()
    add('a', 'b', 'c')
    await clock.advance(0)
    await reply(answer(status))
    expect(queue.stats.paused).toBe(reason)
    add('d', 'e', 'f')
    await clock.advance(59_999)
    expect(requests).toHaveLength(0)
    await clock.advance(1)
    expect(requests).toHaveLength(1)
    await reply(answer(status))
    expect(errors.map((error) => [error.code, error.status])).toEqual([[reason, status]])
    expect(settled).toEqual([])
    await clock.advance(60_000)
    await reply(answer(200))
    await reply(answer(200))
    expect(settled).toHaveLength(6)
    expect(queue.stats.paused).toBeUndefined()
  })

  test('drop: a redirect and a refusal give the batch up, with the reason', async () => {
    const { add, clock, reply, settled } = setup({ flushAt: 1 })
    add('a')
    await clock.advance(0)
    await reply(answer(301))
    add('b')
    await clock.advance(0)
    await reply(answer(410))
    expect(settled.map(({ outcome }) => outcome)).toMatchObject([
      { kind: 'dropped', reason: 'unexpected_redirect' },
      { kind: 'dropped', reason: 'rejected' },
    ])
  })

  test('per-event results: refused, known before, and not named', async () => {
    const verdict = (): Verdict => ({
      kind: 'delivered',
      rejected: [{ eventId: 'a', reason: 'invalid_value', message: 'not an integer' }],
      duplicates: ['b'],
    })
    const { add, clock, reply, settled, queue } = setup({ destination: testDestination({ verdict }) })
    add('a', 'b', 'c')
    await clock.advance(0)
    await reply(answer(200))
    expect(Object.fromEntries(settled.map(({ id, outcome }) => [id, outcome.kind]))).toEqual({
      a: 'dropped',
      b: 'duplicate',
      c: 'delivered',
    })
    expect(queue.stats).toMatchObject({
      delivered: 2,
      duplicates: 1,
      dropped: { invalid_value: 1 },
      pending: 0,
      bytes: 0,
    })
  })

  test('what is said of an event is not taken for another event of the same id', async () => {
    const verdict = (): Verdict => ({
      kind: 'delivered',
      rejected: [{ eventId: 'order_1', event: 'refunded', reason: 'invalid_value', message: 'not an integer' }],
      duplicates: ['order_2', 'order_3'],
      duplicateEvents: ['purchase', 'purchase'],
    })
    const { queue, item, clock, reply, settled } = setup({ destination: testDestination({ verdict }) })
    const outcomes: string[] = []
    for (const id of ['order_1', 'order_2', 'order_3']) {
      for (const event of ['purchase', 'refunded']) {
        queue.add(item(id, { event, settled: ({ kind }) => outcomes.push(`${event} ${id} ${kind}`) }))
      }
    }
    await clock.advance(1_000)
    await reply(answer(200))
    expect(settled).toHaveLength(6)
    expect(outcomes.sort()).toEqual([
      'purchase order_1 delivered',
      'purchase order_2 duplicate',
      'purchase order_3 duplicate',
      'refunded order_1 dropped',
      'refunded order_2 delivered',
      'refunded order_3 delivered',
    ])
  })

  test('a destination that throws while reading the answer loses nothing', async () => {
    let broken = true
    const { add, clock, reply, settled } = setup({
      destination: testDestination({
        verdict: () => {
          if (broken) throw new Error('bug')
          return { kind: 'delivered' }
        },
      }),
    })
    add('a', 'b', 'c')
    await clock.advance(0)
    await reply(answer(200))
    expect(settled).toEqual([])
    broken = false
    await clock.advance(30_000)
    await reply(answer(200))
    expect(settled).toHaveLength(3)
  })

  test('a send that throws or rejects counts as no answer', async () => {
    const failures = [
      () => {
        throw new Error('sync')
      },
      () => Promise.reject(new Error('async')),
    ]
    const { add, clock, settled, errors } = setup({
      send: () => failures.shift()?.() ?? Promise.resolve(answer(200)),
    })
    add('a', 'b', 'c')
    await clock.advance(60_000)
    expect(settled).toHaveLength(3)
    expect(errors.map((error) => error.code)).toEqual(['unreachable'])
  })

  test('a lost answer is not sent again when the service would count it twice and resending is off', async () => {
    const destination = testDestination({ dedupes: false })
    const { add, clock, reply, settled } = setup({ destination, resendUnclear: false, random: () => 0 })
    add('a', 'b', 'c')
    await clock.advance(0)
    await reply(refused(false))
    expect(settled).toEqual([])
    await reply(refused(true))
    expect(settled.map(({ outcome }) => outcome)).toMatchObject([
      { reason: 'unclear' },
      { reason: 'unclear' },
      { reason: 'unclear' },
    ])
  })
})

test('counts of losses ride along with one delivered request, and come back from one that was not', async () => {
  const open: LossCounts[] = [{ queue_overflow: 2 }]
  const contexts: RequestContext[] = []
  const base = testDestination()
  const { add, clock, reply } = setup({
    flushAt: 1,
    random: () => 0,
    destination: testDestination({
      request: (batch, context) => {
        contexts.push(context)
        return base.request(batch, context)
      },
    }),
    losses: { take: () => open.pop(), giveBack: (counts) => open.push(counts) },
  })
  add('a')
  await clock.advance(0)
  await reply(answer(503))
  await reply(answer(200))
  add('b')
  await clock.advance(0)
  expect(contexts.map(({ dropped }) => dropped)).toEqual([{ queue_overflow: 2 }, { queue_overflow: 2 }, undefined])
})

describe('bounds', () => {
  test('drop-oldest gives up the oldest that waits, never what is in flight', async () => {
    const { add, clock, left, reply, requests } = setup({ maxEvents: 4, flushAt: 2 })
    add('a', 'b')
    await clock.advance(0)
    add('c', 'd', 'e')
    expect(left('dropped')).toEqual(['c'])
    await reply(answer(200))
    expect(requests[0]?.ids).toEqual(['d', 'e'])
  })

  test('drop-newest refuses what comes', () => {
    const { add, left } = setup({ maxEvents: 2, flushAt: 9, overflow: 'drop-newest' })
    add('a', 'b', 'c')
    expect(left('dropped')).toEqual(['c'])
  })

  test('bytes are bounded, and one event over the bound does not empty the queue', () => {
    const { add, queue, item, settled } = setup({ maxBytes: 40, flushAt: 9 })
    add('a', 'b')
    queue.add(item('huge', { bytes: 41 }))
    expect(settled).toMatchObject([{ id: 'huge', outcome: { reason: 'queue_overflow' } }])
    queue.add(item('c', { bytes: 30 }))
    expect(settled.map(({ id }) => id)).toEqual(['huge', 'a', 'b'])
    expect(queue.stats).toMatchObject({ pending: 1, bytes: 30 })
  })

  test('batches that came back give way too', async () => {
    const { add, clock, left, reply, requests } = setup({ maxEvents: 3 })
    add('a', 'b', 'c')
    await clock.advance(0)
    await reply(answer(500))
    add('d', 'e')
    expect(left('dropped')).toEqual(['a', 'b'])
    await clock.advance(30_000)
    expect(requests[0]?.ids).toEqual(['c'])
    await reply(answer(200))
    expect(requests[0]?.ids).toEqual(['d', 'e'])
  })

  test('an event older than maxAgeMs is given up, with a report', async () => {
    const { add, clock, reply, settled, requests } = setup({ maxAgeMs: 10_000 })
    add('a', 'b', 'c')
    await clock.advance(0)
    await reply(answer(503, { 'retry-after': '11' }))
    await clock.advance(5_000)
    add('d')
    await clock.advance(6_000)
    expect(settled.map(({ id, outcome }) => [id, outcome.kind === 'dropped' && outcome.reason])).toEqual([
      ['a', 'expired'],
      ['b', 'expired'],
      ['c', 'expired'],
    ])
    expect(requests.map((request) => request.ids)).toEqual([['d']])
  })

  test('an event gets one try however old it is: the process may have been stopped, or off, for longer', async () => {
    const { clock, item, queue, reply, settled } = setup({ flushAt: 2, maxAgeMs: 10_000 })
    queue.add(item('a', { at: clock.now() - 1_000_000 }))
    queue.add(item('b', { at: clock.now() - 1_000_000 }))
    await clock.advance(0)
    expect((await reply(answer(503))).ids).toEqual(['a', 'b'])
    await clock.advance(60_000)
    expect(settled.map(({ id, outcome }) => [id, outcome.kind === 'dropped' && outcome.reason])).toEqual([
      ['a', 'expired'],
      ['b', 'expired'],
    ])
  })

  test('a clock that is set back does not stop the queue', async () => {
    let offset = 0
    const { add, clock, requests, reply } = setup({ flushAt: 1 })
    const real = clock.now
    Object.assign(clock, { now: () => real() + offset })
    add('a')
    await clock.advance(0)
    await reply(answer(503))
    offset = -3_600_000
    add('b')
    await clock.advance(1_000)
    expect(requests).toHaveLength(1)
  })
})

describe('close', () => {
  test('stops timers, keeps what is held readable, and refuses what comes later', async () => {
    const { add, clock, queue, requests, left } = setup({ flushAt: 2 })
    add('a', 'b')
    await clock.advance(0)
    add('c')
    queue.close()
    expect(clock.background() + clock.foreground()).toBe(0)
    expect([...queue.held()].map(({ eventId }) => eventId)).toEqual(['a', 'b', 'c'])
    add('d')
    expect(left('dropped')).toEqual(['d'])
    requests[0]?.reply(answer(200))
    await clock.advance(60_000)
    expect(requests).toHaveLength(1)
  })
})

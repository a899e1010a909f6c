import type { DeliveryResponse, Verdict } from '@threadline/core'
import { describe, expect, test } from 'vitest'
import { answer, setup, testDestination } from '../../test/page-queue.ts'

const ids = (count: number, prefix = 'e') => Array.from({ length: count }, (_, index) => `${prefix}${index}`)

describe('when a request starts', () => {
  test('at the end of the tick in which enough wait', async () => {
    const { queue, item, clock, open } = setup({ flushAt: 2 })
    for (const id of ['a', 'b', 'c']) queue.add(item(id))
    expect(open()).toEqual([])
    await clock.advance(0)
    expect(open()).toEqual([['a', 'b', 'c']])
  })

  test('with the first event: what is captured together travels together', async () => {
    const { queue, item, clock, open } = setup({ flushAt: 100, flushIntervalMs: 60_000 })
    for (const id of ['a', 'b', 'c']) queue.add(item(id))
    expect(open()).toEqual([])
    await clock.advance(0)
    expect(open()).toEqual([['a', 'b', 'c']])
  })

  test('after a request what follows waits for others', async () => {
    const { add, clock, open, reply } = setup({ flushIntervalMs: 1_000 })
    await add('a')
    await reply(answer(200))
    await clock.advance(400)
    await add('b')
    await clock.advance(500)
    await add('c')
    await clock.advance(99)
    expect(open()).toEqual([])
    await clock.advance(1)
    expect(open()).toEqual([['b', 'c']])
  })

  test('at once again after a silence', async () => {
    const { add, clock, open, reply } = setup({ flushIntervalMs: 1_000 })
    await add('a')
    await reply(answer(200))
    await clock.advance(1_000)
    await add('b')
    expect(open()).toEqual([['b']])
  })

  test('one at a time: what is captured meanwhile goes out when it ends', async () => {
    const { add, clock, open, reply } = setup({ flushAt: 2, flushIntervalMs: 60_000 })
    await add('a', 'b')
    await add('c', 'd', 'e')
    await clock.advance(120_000)
    expect(open()).toEqual([['a', 'b']])
    await reply(answer(200))
    expect(open()).toEqual([['c', 'd', 'e']])
  })

  test('only when it may', async () => {
    let mayStart = false
    const { add, clock, open, queue } = setup({ flushAt: 2, mayStart: () => mayStart })
    await add('a', 'b', 'c')
    await clock.advance(60_000)
    queue.wake()
    queue.drain()
    expect(open()).toEqual([])
    mayStart = true
    queue.pump()
    expect(open()).toEqual([['a', 'b', 'c']])
  })

  test('wake sends at once', async () => {
    const { add, open, queue } = setup()
    await add('a')
    expect(queue.wake()).toBeUndefined()
    expect(open()).toEqual([['a']])
  })

  test('drain sends everything at once, synchronously, and nothing twice', () => {
    const { queue, item, open } = setup({ flushAt: 100 })
    for (const id of ids(25)) queue.add(item(id))
    queue.drain()
    queue.drain()
    expect(open().flat()).toEqual(ids(25))
    expect(open().map(({ length }) => length)).toEqual([10, 10, 5])
  })
})

describe('a page view that waits for its title', () => {
  test('is held and stored, and what comes after it goes', async () => {
    const { queue, item, clock, open, reply, stored } = setup()
    const view = queue.add(item('view', { isOpen: true }))
    queue.add(item('a'))
    await clock.advance(0)
    expect(open()).toEqual([['a']])
    await reply(answer(200))
    queue.drain()
    queue.wake()
    expect(open()).toEqual([])
    expect([...stored]).toEqual(['view'])
    view.isOpen = false
    queue.wake()
    expect(open()).toEqual([['view']])
  })
})

describe('what is stored', () => {
  test('every event that is held, until it has left', async () => {
    const { add, reply, stored } = setup()
    await add('a', 'b')
    expect([...stored]).toEqual(['a', 'b'])
    await reply(answer(503))
    expect([...stored]).toEqual(['a', 'b'])
  })

  test('nothing that travels to a service which counts a resend twice; what it refused to take is stored again', async () => {
    const { add, clock, open, reply, stored } = setup({ destination: testDestination({ dedupes: false }) })
    await add('a', 'b')
    expect(open()).toEqual([['a', 'b']])
    expect([...stored]).toEqual([])
    await reply(answer(503))
    expect([...stored]).toEqual(['a', 'b'])
    await clock.advance(30_000)
    await reply(answer(200))
    expect([...stored]).toEqual([])
  })
})

describe('what goes into a request', () => {
  test('at most as many events as the service takes', async () => {
    const { add, open, reply } = setup({ flushAt: 1 })
    await add(...ids(25))
    expect(open().map(({ length }) => length)).toEqual([10])
    await reply(answer(200))
    await reply(answer(200))
    expect(open().map(({ length }) => length)).toEqual([5])
  })

  test('at most 16 KB, commas and envelope included, and a larger event alone', () => {
    const { queue, item, requests } = setup({ flushAt: 100 })
    const sized = (id: string, bytes: number) => item(id, { bytes, body: 'x'.repeat(bytes) })
    for (const id of ['a', 'b', 'c']) queue.add(sized(id, 7_992))
    queue.add(sized('large', 20_000))
    queue.add(item('d'))
    queue.drain()
    expect(requests.map((request) => request.ids)).toEqual([['a', 'b'], ['c'], ['large'], ['d']])
    expect(requests[0]?.body.length).toBeLessThanOrEqual(16_000)
  })

  test('an event that travels alone shares its request with none', () => {
    const { queue, item, open } = setup()
    queue.add(item('a'))
    queue.add(item('b', { alone: true }))
    queue.add(item('c'))
    queue.drain()
    expect(open()).toEqual([['a'], ['b'], ['c']])
  })
})

describe('verdicts', () => {
  test('retry: kept in order, after a jittered wait that doubles, attempts counted', async () => {
    const { add, clock, open, requests, reply, fail } = setup()
    await add('a', 'b', 'c')
    expect(requests[0]?.attempt).toBe(1)
    await reply(answer(500))
    await add('d')
    await clock.advance(249)
    expect(open()).toEqual([])
    await clock.advance(1)
    expect(open()).toEqual([['a', 'b', 'c', 'd']])
    expect(requests[0]?.attempt).toBe(2)
    await fail()
    await clock.advance(499)
    expect(open()).toEqual([])
    await clock.advance(1)
    expect(requests[0]?.attempt).toBe(3)
  })

  test('no number of failures drops an event, and an outage is reported once, the next one again', async () => {
    const { add, clock, errors, reply, fail, left } = setup()
    await add('a', 'b', 'c')
    for (let round = 0; round < 20; round += 1) {
      await reply(answer(503))
      await clock.advance(30_000)
    }
    expect(left).toEqual([])
    expect(errors.map(({ code, status }) => [code, status])).toEqual([['server_error', 503]])
    // In case one of them is what the server fails on, they are sent one by one first.
    await reply(answer(200))
    await reply(answer(200))
    expect(left).toHaveLength(3)
    await add('d', 'e', 'f')
    await fail()
    expect(errors.map(({ code }) => code)).toEqual(['server_error', 'unreachable'])
    expect(errors[1]?.cause).toEqual(new Error('connection lost'))
  })

  test('wake skips the own backoff', async () => {
    const { add, open, fail, queue } = setup()
    await add('a', 'b', 'c')
    await fail()
    expect(queue.wake()).toBeUndefined()
    expect(open()).toEqual([['a', 'b', 'c']])
  })

  test('Retry-After is a floor that nobody hurries, clamped to 5 minutes', async () => {
    const { add, clock, open, reply, queue } = setup()
    await add('a', 'b', 'c')
    await reply(answer(429, { 'retry-after': '9' }))
    queue.wake()
    queue.drain()
    await clock.advance(8_999)
    expect(open()).toEqual([])
    await clock.advance(1)
    await reply(answer(503, { 'retry-after': '86400' }))
    await clock.advance(299_999)
    expect(open()).toEqual([])
    await clock.advance(1)
    expect(open()).toHaveLength(1)
  })

  test('of several answers the one that demands most is obeyed', async () => {
    const { queue, item, clock, open, reply } = setup()
    for (const id of ids(25)) queue.add(item(id))
    queue.drain()
    await reply(answer(429, { 'retry-after': '9' }))
    await reply(answer(500))
    await reply(answer(200))
    await clock.advance(8_999)
    expect(open()).toEqual([])
    await clock.advance(1)
    expect(open()).toEqual([ids(10)])
  })

  test('an endpoint that never answers counts as blocked after some tries: every 5 minutes, whatever the hurry', async () => {
    const { add, clock, requests, fail, queue } = setup()
    await add('a', 'b', 'c')
    for (let round = 0; round < 6; round += 1) {
      await fail()
      queue.wake()
    }
    expect(requests).toHaveLength(0)
    await clock.advance(299_999)
    expect(requests).toHaveLength(0)
    await clock.advance(1)
    expect(requests).toHaveLength(1)
  })

  test('a network that is back is tried at once, a server that named a time is not', async () => {
    const { add, fail, reply, open, queue } = setup()
    await add('a')
    for (let round = 0; round < 6; round += 1) {
      queue.wake()
      await fail()
    }
    queue.wake()
    expect(open()).toEqual([])
    queue.wake(true)
    expect(open()).toEqual([['a']])
    await reply(answer(503, { 'retry-after': '60' }))
    queue.wake(true)
    expect(open()).toEqual([])
  })

  test('a browser that says it is offline, wrongly: events are sent all the same', async () => {
    const { add, reply, queue, left } = setup({ isOnline: () => false })
    await add('a')
    queue.wake()
    await reply(answer(200))
    expect(left).toEqual([{ id: 'a', outcome: 'delivered' }])
  })

  test.each([true, false])(
    'a browser that is offline: one try, then none until the network is back (dedupes: %s)',
    async (dedupes) => {
      const { add, fail, open, queue, left } = setup({
        isOnline: () => false,
        destination: testDestination({ dedupes }),
      })
      await add('a')
      queue.wake()
      await fail()
      queue.wake()
      expect(open()).toEqual([])
      queue.wake(true)
      expect(open()).toEqual([['a']])
      expect(left).toEqual([])
    },
  )

  test.each([
    [401, 'unauthorized'],
    [402, 'quota_exceeded'],
    [403, 'forbidden'],
    [404, 'not_found'],
  ])('%i pauses: nothing is lost, one report, one probe a minute', async (status, reason) => {
    const { add, clock, open, reply, errors, stops, left, queue } = setup()
    await add('a', 'b', 'c')
    await reply(answer(status))
    expect(queue.wake()).toBe(reason)
    await add('d', 'e', 'f')
    await clock.advance(59_999)
    expect(open()).toEqual([])
    await clock.advance(1)
    expect(open()).toHaveLength(1)
    await reply(answer(status))
    expect(errors.map((error) => [error.code, error.status])).toEqual([[reason, status]])
    expect(stops).toEqual([reason, reason])
    expect(left).toEqual([])
    await clock.advance(60_000)
    await reply(answer(200))
    expect(left).toHaveLength(6)
    expect(queue.wake()).toBeUndefined()
  })

  test('split: one bad event of a batch is dropped alone, the rest is delivered', async () => {
    const { add, clock, requests, left } = setup({ flushAt: 8 })
    await add(...ids(8))
    for (let request = requests.shift(); request; request = requests.shift()) {
      request.resolve(answer(request.ids.includes('e5') ? 400 : 200))
      await clock.advance(0)
    }
    expect(left.filter(({ outcome }) => outcome !== 'delivered')).toEqual([{ id: 'e5', outcome: 'validation_error' }])
    expect(left).toHaveLength(8)
  })

  test('split stays split through an outage, and requests grow again once they get through', async () => {
    const { add, clock, open, reply } = setup({ flushAt: 10 })
    await add(...ids(10))
    await reply(answer(413))
    await reply(answer(503))
    await clock.advance(30_000)
    expect(open()).toEqual([ids(5)])
    await reply(answer(200))
    await reply(answer(200))
    await add(...ids(10, 'f'))
    expect(open().map(({ length }) => length)).toEqual([10])
  })

  test('a split waits as long as the service demands', async () => {
    const verdict = (): Verdict => ({
      kind: 'split',
      reason: 'payload_too_large',
      retryAfterMs: 2_000,
      message: 'large',
    })
    const { add, clock, open, reply } = setup({ destination: testDestination({ verdict }) })
    await add('a', 'b', 'c', 'd')
    await reply(answer(413))
    await clock.advance(1_999)
    expect(open()).toEqual([])
    await clock.advance(1)
    expect(open()).toEqual([['a', 'b']])
  })

  test('drop: a redirect and a refusal give the batch up, with the reason', async () => {
    const { add, reply, left } = setup({ flushAt: 1 })
    await add('a')
    await reply(answer(301))
    await add('b')
    await reply(answer(410))
    expect(left).toEqual([
      { id: 'a', outcome: 'unexpected_redirect' },
      { id: 'b', outcome: 'rejected' },
    ])
  })

  test('per-event results: refused, known before, and not named', async () => {
    const verdict = (): Verdict => ({
      kind: 'delivered',
      rejected: [{ eventId: 'a', reason: 'invalid_value', message: 'not an integer' }],
      duplicates: ['b'],
    })
    const { add, reply, left } = setup({ destination: testDestination({ verdict }) })
    await add('a', 'b', 'c')
    await reply(answer(200))
    expect(left).toEqual([
      { id: 'a', outcome: 'invalid_value' },
      { id: 'b', outcome: 'duplicate' },
      { id: 'c', outcome: 'delivered' },
    ])
  })

  test('a server that fails on one event three times gets the others first, and that one alone in the end', async () => {
    const { add, clock, open, reply, left } = setup({ flushAt: 1 })
    await add('bad', 'a', 'b', 'c')
    for (let request = 0; request < 40 && left.length < 3; request += 1) {
      const batch = open()[0]
      await (batch ? reply(answer(batch.includes('bad') ? 500 : 200)) : clock.advance(30_000))
    }
    expect(left.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c'])
  })

  test('a refusal that names its event is not about another one of the same id', async () => {
    const verdict = (): Verdict => ({
      kind: 'delivered',
      rejected: [{ eventId: 'a', event: 'another', reason: 'invalid_value', message: 'not an integer' }],
    })
    const { add, reply, left } = setup({ flushAt: 1, destination: testDestination({ verdict }) })
    await add('a')
    await reply(answer(200))
    expect(left).toEqual([{ id: 'a', outcome: 'delivered' }])
  })

  test('a destination that throws while reading the answer loses nothing', async () => {
    let broken = true
    const verdict = (): Verdict => {
      if (broken) throw new Error('bug')
      return { kind: 'delivered' }
    }
    const { add, clock, reply, left } = setup({ destination: testDestination({ verdict }) })
    await add('a', 'b', 'c')
    await reply(answer(200))
    expect(left).toEqual([])
    broken = false
    await clock.advance(30_000)
    await reply(answer(200))
    expect(left).toHaveLength(3)
  })

  test('a send that throws or rejects counts as no answer', async () => {
    const failures = [
      (): Promise<DeliveryResponse> => {
        throw new Error('sync')
      },
      () => Promise.reject(new Error('async')),
    ]
    const send = () => failures.shift()?.() ?? Promise.resolve(answer(200))
    const { add, clock, left, errors } = setup({ send })
    await add('a', 'b', 'c')
    await clock.advance(60_000)
    expect(left).toHaveLength(3)
    expect(errors.map(({ code }) => code)).toEqual(['unreachable'])
  })

  test('no answer from a service that would count a resend twice: given up, until the endpoint counts as blocked', async () => {
    const { add, left, errors, fail } = setup({ flushAt: 1, destination: testDestination({ dedupes: false }) })
    for (const id of ids(6)) {
      await add(id)
      await fail()
    }
    expect(left).toEqual(ids(5).map((id) => ({ id, outcome: 'unclear' })))
    expect(errors.map(({ code }) => code)).toEqual(['unreachable'])
  })
})

describe('bounds', () => {
  test('at most 500 events: the oldest that waits gives way, never what is in flight', async () => {
    const { add, left, reply, queue } = setup({ flushAt: 10 })
    await add(...ids(10))
    await add(...ids(495, 'w'))
    expect(queue.held()).toHaveLength(500)
    expect(left).toEqual(ids(5, 'w').map((id) => ({ id, outcome: 'queue_overflow' })))
    await reply(answer(200))
    expect(left.filter(({ outcome }) => outcome === 'delivered').map(({ id }) => id)).toEqual(ids(10))
  })

  test('a loop gives way before the one event that stands between', () => {
    const { queue, item, left } = setup({ flushAt: 1_000 })
    queue.add(item('before', { event: 'trial_started' }))
    for (const id of ids(400)) queue.add(item(id, { event: 'scrolled' }))
    queue.add(item('between', { event: 'signup_completed', bytes: 2_000 }))
    for (const id of ids(400, 'l')) queue.add(item(id, { event: 'scrolled' }))
    expect(queue.held()).toHaveLength(500)
    expect(left).toEqual([...ids(302)].map((id) => ({ id, outcome: 'queue_overflow' })))
    expect(queue.held().slice(0, 1)).toMatchObject([{ eventId: 'before' }])
  })

  test('few large events give way before many small ones when there are too many bytes', () => {
    const { queue, item, left } = setup({ flushAt: 1_000 })
    for (const id of ids(100)) queue.add(item(id, { event: 'step_done', bytes: 100 }))
    for (const id of ids(34, 'l')) queue.add(item(id, { event: 'page_dumped', bytes: 30_000 }))
    expect(left).toEqual([{ id: 'l0', outcome: 'queue_overflow' }])
  })

  test('at most 1 MB', () => {
    const { queue, item, left } = setup({ flushAt: 1_000 })
    for (const id of ids(21)) queue.add(item(id, { bytes: 50_000 }))
    expect(left).toEqual([{ id: 'e0', outcome: 'queue_overflow' }])
  })

  test('what is older than a day is given up, not sent', () => {
    const { queue, item, clock, open, left } = setup()
    queue.add(item('old', { at: clock.now() - 86_400_001 }))
    queue.add(item('a', { at: clock.now() - 86_400_000 }))
    queue.drain()
    expect(open()).toEqual([['a']])
    expect(left).toEqual([{ id: 'old', outcome: 'expired' }])
  })
})

describe('clear', () => {
  test('forgets what waits and what is in flight, and ignores the answer', async () => {
    const { add, clock, reply, queue, left, open } = setup({ flushAt: 2 })
    await add('a', 'b')
    await add('c')
    expect(queue.clear().map(({ eventId }) => eventId)).toEqual(['a', 'b', 'c'])
    await reply(answer(200))
    await clock.advance(60_000)
    expect(queue.held()).toEqual([])
    expect(left).toEqual([])
    expect(open()).toEqual([])
  })

  test('what was cleared can be added again, and is another event than the one in flight', async () => {
    const { add, reply, queue, left, open } = setup({ flushAt: 1 })
    await add('a')
    for (const item of queue.clear()) queue.add(item)
    queue.wake()
    expect(open()).toEqual([['a'], ['a']])
    await reply(answer(200))
    expect(left).toEqual([])
    await reply(answer(200))
    expect(left).toEqual([{ id: 'a', outcome: 'delivered' }])
  })
})

test('a clock that is set back delays nothing', async () => {
  const { queue, add, item, clock, open, reply } = setup({ flushIntervalMs: 1_000 })
  await add('a')
  await reply(answer(200))
  queue.add(item('b', { at: clock.now() + 3_600_000 }))
  await clock.advance(1_000)
  expect(open()).toEqual([['b']])
})

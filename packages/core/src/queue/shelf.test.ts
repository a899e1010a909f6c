import { describe, expect, test } from 'vitest'
import { answer, refused, setup, testDestination } from '../../test/fixtures.ts'
import type { QueueOptions } from './contract.ts'

const ids = (count: number, prefix = 'e') => Array.from({ length: count }, (_, index) => `${prefix}${index}`)

interface Failure {
  readonly name: string
  readonly code: string
  readonly reply: (retryAfter: string | undefined) => ReturnType<typeof answer> | ReturnType<typeof refused>
}

const FAILURES: readonly [Failure, Failure] = [
  {
    name: '500',
    code: 'server_error',
    reply: (retryAfter) => answer(500, retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
  },
  { name: 'a connection that is closed', code: 'unreachable', reply: () => refused() },
]

/** A queue and a server that answers at once, and fails on what holds one of `poison`, and on everything while it is down. */
function subject(poison: readonly string[], overrides: Partial<QueueOptions> = {}) {
  const kit = setup({ maxEvents: 10_000, maxBytes: 10_000_000, ...overrides })
  const server = {
    isDown: false,
    requests: 0,
    retryAfter: undefined as string | undefined,
    failure: FAILURES[0] as Failure,
  }

  /** Answers what comes for so long. */
  async function run(ms: number): Promise<void> {
    const until = kit.clock.now() + ms
    await kit.clock.advance(0)
    while (kit.clock.now() < until) {
      while (kit.requests[0]) {
        server.requests += 1
        const isBad = server.isDown || kit.requests[0].ids.some((id) => poison.includes(id))
        await kit.reply(isBad ? server.failure.reply(server.retryAfter) : answer(200))
      }
      await kit.clock.advance(50)
    }
  }
  return { ...kit, server, run }
}

describe.each([1, 4])('a server that fails on one event, with %i requests at a time', (concurrency) => {
  test.each(FAILURES)('stores all others soon, and the event is kept, tried and named: $name', async (failure) => {
    const { add, run, left, queue, errors, server } = subject(['e5'], { concurrency })
    server.failure = failure
    add(...ids(700))
    await run(60_000)
    expect(left('delivered').sort()).toEqual(
      ids(700)
        .filter((id) => id !== 'e5')
        .sort(),
    )
    expect(queue.stats).toMatchObject({ pending: 1, dropped: {} })
    expect([...queue.held()].map(({ eventId }) => eventId)).toEqual(['e5'])
    expect(errors.at(-1)).toMatchObject({
      code: failure.code,
      eventIds: ['e5'],
      message: expect.stringContaining('for one event while others get through'),
    })
  })

  test.each([0.01, 0.5, 0.999])('finds it among 500 in seconds, whatever the jitter: %d', async (jitter) => {
    const limits = { maxEvents: 500, maxRequestBytes: 1_000_000, maxEventBytes: 1_000, envelopeBytes: 13 }
    const destination = testDestination({ limits })
    const { add, run, left } = subject(['e0'], { concurrency, destination, random: () => jitter })
    add(...ids(700))
    // Three failures, and a request of the others.
    await run(10_000)
    expect(left('delivered').length).toBeGreaterThanOrEqual(200)
    await run(20_000)
    expect(left('delivered')).toHaveLength(699)
  })

  test('is not asked about it more than about four times a minute under steady traffic, nor told of again', async () => {
    const { add, run, queue, errors, server } = subject(['e5'], { concurrency })
    add(...ids(20))
    await run(60_000)
    const [requests, told] = [server.requests, errors.length]
    for (let second = 0; second < 120; second += 1) {
      add(...ids(3, `s${second}_`))
      await run(1_000)
    }
    expect(queue.stats).toMatchObject({ pending: 1, delivered: 19 + 360 })
    expect(server.requests - requests).toBeLessThanOrEqual(120 + 8)
    expect(errors.length).toBe(told)
  })

  test('several events, each in a batch of its own', async () => {
    const poison = ['e3', 'e14', 'e15', 'e47']
    const { add, run, left, queue } = subject(poison, { concurrency })
    add(...ids(60))
    await run(180_000)
    expect(left('delivered')).toHaveLength(56)
    expect([...queue.held()].map(({ eventId }) => eventId).sort()).toEqual([...poison].sort())
  })

  test('an event that it takes at last is delivered', async () => {
    const poison = ['e5']
    const { add, run, left } = subject(poison, { concurrency })
    add(...ids(20))
    await run(60_000)
    poison.length = 0
    await run(60_000)
    expect(left('delivered')).toHaveLength(20)
  })
})

describe('an outage', () => {
  test.each(FAILURES)('is met with as many requests as ever, and few more afterwards: $name', async (failure) => {
    const { add, run, left, queue, server } = subject([], { concurrency: 4 })
    server.failure = failure
    server.isDown = true
    add(...ids(2_000))
    await run(3_600_000)
    // One request at a time, 30 s apart at most: as without looking for a bad event.
    expect(server.requests).toBeLessThanOrEqual(3_600 / 29 + 10)
    expect(queue.stats).toMatchObject({ pending: 2_000, dropped: {} })
    server.isDown = false
    server.requests = 0
    await run(60_000)
    expect(left('delivered')).toHaveLength(2_000)
    // 200 full batches, and the splits of one outage.
    expect(server.requests).toBeLessThanOrEqual(200 + 32 + 2)
  })

  test.each<[string, Partial<ReturnType<typeof subject>['server']>]>([
    ['with Retry-After', { retryAfter: '1' }],
    [
      'in which no connection is made',
      { failure: { name: 'refused', code: 'unreachable', reply: () => refused(false) } },
    ],
  ])('%s splits nothing', async (_name, how) => {
    const { add, run, left, server } = subject([])
    Object.assign(server, how)
    server.isDown = true
    add(...ids(40))
    await run(30_000)
    server.isDown = false
    server.requests = 0
    await run(5_000)
    expect(left('delivered')).toHaveLength(40)
    expect(server.requests).toBe(4)
  })
})

test('what was set aside gives way first when the queue is full, expires, and is awaited by a flush', async () => {
  const { add, run, queue, left } = subject(['e0'], { maxEvents: 20, maxAgeMs: 600_000 })
  add(...ids(10))
  await run(60_000)
  expect(queue.stats.pending).toBe(1)
  add(...ids(20, 'x'))
  expect(left('dropped')).toEqual(['e0'])
  await run(5_000)
  expect(queue.stats.pending).toBe(0)
})

test('a single event that is refused for ever expires', async () => {
  const { add, run, settled } = subject(['e0'], { maxAgeMs: 600_000 })
  add('e0', 'e1')
  await run(700_000)
  expect(settled.map(({ id, outcome }) => [id, outcome.kind])).toEqual([
    ['e1', 'delivered'],
    ['e0', 'dropped'],
  ])
})

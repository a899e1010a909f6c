import type { Destination, QueueItem, QueueOptions, SendFailure } from '../src/index.ts'
import { createQueue, type DeliveryResponse, type Outcome, statusVerdict, type ThreadlineError } from '../src/index.ts'
import { type FakeClock, fakeClock } from '../src/testing.ts'

/** A service that takes `{"events":[…]}` and answers by status alone. */
export function testDestination(overrides: Partial<Destination> = {}): Destination {
  return {
    name: 'test',
    dedupes: true,
    limits: { maxEvents: 10, maxRequestBytes: 10_000, maxEventBytes: 1_000, envelopeBytes: 13 },
    encode: (event) => ({ body: JSON.stringify(event) }),
    request: (batch) => ({
      method: 'POST',
      url: 'http://service.test/',
      headers: {},
      body: `{"events":[${batch.map(({ body }) => body).join(',')}]}`,
    }),
    verdict: statusVerdict,
    ...overrides,
  }
}

export function answer(status: number, headers: { readonly [name: string]: string } = {}, body = ''): DeliveryResponse {
  return { status, header: (name) => headers[name] ?? null, body }
}

export function refused(sent = true): SendFailure {
  return { status: 0, error: new Error('connection lost'), sent }
}

/** One request that the queue made and the test has not answered yet. */
export interface OpenRequest {
  readonly ids: readonly string[]
  readonly body: string
  readonly at: number
  readonly reply: (response: DeliveryResponse | SendFailure | Promise<never>) => void
}

export interface Settled {
  readonly id: string
  readonly outcome: Outcome
}

/** A queue whose requests stay open until the test answers them. */
export function setup(overrides: Partial<QueueOptions> = {}) {
  const clock: FakeClock = fakeClock()
  const requests: OpenRequest[] = []
  const settled: Settled[] = []
  const errors: ThreadlineError[] = []
  const queue = createQueue({
    destination: testDestination(),
    clock,
    random: () => 0.999,
    send: (request, items) =>
      new Promise((reply) => {
        requests.push({ ids: items.map(({ eventId }) => eventId), body: request.body, at: clock.now(), reply })
      }),
    flushAt: 3,
    flushIntervalMs: 1_000,
    maxEvents: 100,
    maxBytes: 100_000,
    overflow: 'drop-oldest',
    maxAgeMs: 86_400_000,
    concurrency: 1,
    resendUnclear: true,
    onSettled: (items, outcome) => settled.push(...items.map(({ eventId }) => ({ id: eventId, outcome }))),
    onError: (error) => errors.push(error),
    ...overrides,
  })

  function item(id: string, extra: Partial<QueueItem> = {}): QueueItem {
    const body = `{"eventId":"${id}"}`
    return { eventId: id, event: 'tested', body, bytes: body.length, at: clock.now(), ...extra }
  }

  return {
    queue,
    clock,
    requests,
    settled,
    errors,
    item,
    /** Adds events with these ids, in one tick. */
    add: (...ids: string[]) => {
      for (const id of ids) queue.add(item(id))
    },
    /** Ids that left in one way. */
    left: (kind: Outcome['kind']) => settled.filter(({ outcome }) => outcome.kind === kind).map(({ id }) => id),
    /** Answers the oldest open request and lets the queue go on. */
    reply: async (response: DeliveryResponse | SendFailure) => {
      const request = requests.shift()
      if (!request) throw new Error('no request is open')
      request.reply(response)
      await clock.advance(0)
      return request
    },
  }
}

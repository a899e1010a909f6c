import {
  type DeliveryResponse,
  type Destination,
  type DropReason,
  type PauseReason,
  type QueueItem,
  statusVerdict,
  type ThreadlineError,
} from '@threadline/core'
import { type FakeClock, fakeClock } from '@threadline/core/testing'
import type { Delivery, Emit } from '../src/contract/hooks.ts'
import type { Records, StoredItem } from '../src/contract/page-queue.ts'
import { createPageQueue, type PageQueueOptions } from '../src/delivery/page-queue.ts'

/** A service that takes `{"events":[…]}`, ten at a time, and answers by status alone. */
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
      body: `{"events":[${batch.map(({ body }) => body)}]}`,
    }),
    verdict: statusVerdict,
    ...overrides,
  }
}

export function answer(status: number, headers: { readonly [name: string]: string } = {}, body = ''): DeliveryResponse {
  return { status, header: (name) => headers[name] ?? null, body }
}

/** One request that the queue made and the test has not answered yet. */
export interface OpenRequest {
  readonly ids: readonly string[]
  readonly body: string
  readonly attempt: number
  readonly resolve: (response: DeliveryResponse) => void
  readonly reject: (error: Error) => void
}

/** An event that left, and how. */
export interface Left {
  readonly id: string
  readonly outcome: Delivery | DropReason
}

/** A page's queue whose requests stay open until the test answers them. */
export function setup(overrides: Partial<PageQueueOptions> = {}) {
  const clock: FakeClock = fakeClock()
  const requests: OpenRequest[] = []
  const left: Left[] = []
  const errors: ThreadlineError[] = []
  const stops: PauseReason[] = []
  const destination = overrides.destination ?? testDestination()
  let attempt = 0
  /** Of the request that is being made. */
  let ids: readonly string[] = []
  const stored = new Set<string>()
  const records: Pick<Records, 'store' | 'remove' | 'leave'> = {
    store: ({ eventId }) => stored.add(eventId),
    remove: ({ eventId }) => stored.delete(eventId),
    leave: () => undefined,
  }

  const listeners: { readonly [Name in Parameters<Emit>[0]]?: (...args: never[]) => void } = {
    delivered: ({ eventId }: QueueItem, outcome: Delivery) => left.push({ id: eventId, outcome }),
    dropped: ({ eventId }: QueueItem, outcome: DropReason) => left.push({ id: eventId, outcome }),
    failed: (error: ThreadlineError) => errors.push(error),
    stopped: (code: PauseReason) => stops.push(code),
  }

  const queue = createPageQueue({
    clock,
    random: () => 0.5,
    flushAt: 3,
    flushIntervalMs: 1_000,
    mayStart: () => true,
    isOnline: () => true,
    send: ({ body }) =>
      new Promise((resolve, reject) => {
        requests.push({ ids, body, attempt, resolve, reject })
      }),
    emit: (name, ...args) => Reflect.apply(listeners[name] ?? (() => undefined), undefined, args),
    records,
    signal: new AbortController().signal,
    ...overrides,
    destination: {
      ...destination,
      request(batch, context) {
        attempt = context.attempt
        ids = batch.map(({ eventId }) => eventId)
        return destination.request(batch, context)
      },
    },
  })

  function item(id: string, extra: Partial<StoredItem> = {}): StoredItem {
    const body = `{"eventId":"${id}"}`
    return { eventId: id, event: 'tested', body, bytes: body.length, at: clock.now(), ...extra }
  }

  function oldest(): OpenRequest {
    const request = requests.shift()
    if (!request) throw new Error('no request is open')
    return request
  }

  return {
    queue,
    clock,
    requests,
    left,
    errors,
    stops,
    /** Ids of the events that are stored. */
    stored,
    item,
    /** Adds events with these ids, and lets the tick end. */
    add: async (...ids: string[]) => {
      for (const id of ids) queue.add(item(id))
      await clock.advance(0)
    },
    /** Answers the oldest open request and lets the queue go on. */
    reply: async (response: DeliveryResponse) => {
      oldest().resolve(response)
      await clock.advance(0)
    },
    /** Lets the oldest open request fail without an answer. */
    fail: async () => {
      oldest().reject(new Error('connection lost'))
      await clock.advance(0)
    },
    /** The ids in each open request. */
    open: () => requests.map(({ ids }) => ids),
  }
}

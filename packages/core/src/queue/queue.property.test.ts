import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answer, refused, setup, testDestination } from '../../test/fixtures.ts'
import type { DeliveryResponse, Verdict } from '../destination.ts'
import type { QueueOptions, SendFailure } from './contract.ts'
import { flushQueue } from './flush.ts'

/** What the service does with one request. */
type Fault =
  | 'ok'
  | 'refused'
  | 'lost-answer'
  | 'server-error'
  | 'rate-limited'
  | 'unauthorized'
  | 'too-large'
  | 'partial'
  | 'redirect'

type Step =
  | { readonly do: 'add'; readonly count: number; readonly poison: boolean }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'flush'; readonly timeoutMs: number }
  | { readonly do: 'answer'; readonly fault: Fault; readonly which: number }

const faults: readonly Fault[] = [
  'ok',
  'refused',
  'lost-answer',
  'server-error',
  'rate-limited',
  'unauthorized',
  'too-large',
  'partial',
  'redirect',
]

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      count: fc.integer({ min: 1, max: 15 }),
      poison: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 90_000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('flush' as const), timeoutMs: fc.integer({ min: 1, max: 5_000 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      fault: fc.constantFrom(...faults),
      which: fc.integer({ min: 0, max: 3 }),
    }),
  },
)

/** A service that dedupes by id, refuses poison, and fails as told. */
function service() {
  const stored = new Map<string, number>()
  const isPoison = (id: string) => id.startsWith('poison')

  function store(ids: readonly string[]): DeliveryResponse {
    const invalid = ids.filter(isPoison)
    const duplicates = ids.filter((id) => stored.has(id))
    for (const id of ids) if (!isPoison(id) && !stored.has(id)) stored.set(id, 1)
    return answer(200, {}, JSON.stringify({ duplicates, invalid }))
  }

  function reply(fault: Fault, ids: readonly string[]): DeliveryResponse | SendFailure {
    switch (fault) {
      case 'refused':
        return refused(false)
      case 'lost-answer':
        store(ids)
        return refused(true)
      case 'server-error':
        return answer(503)
      case 'rate-limited':
        return answer(429, { 'retry-after': '2' })
      case 'unauthorized':
        return answer(401)
      case 'too-large':
        return answer(413)
      case 'redirect':
        return answer(302)
      case 'partial':
        // A service without per-event results: one bad event condemns the batch.
        return ids.some(isPoison) ? answer(400) : store(ids)
      case 'ok':
        return store(ids)
    }
  }

  function verdict(response: DeliveryResponse, batch: readonly { eventId: string }[], fallback: Verdict): Verdict {
    if (response.status !== 200) return fallback
    const { duplicates, invalid } = JSON.parse(response.body) as { duplicates: string[]; invalid: string[] }
    expect(batch.map(({ eventId }) => eventId)).toEqual(expect.arrayContaining(invalid))
    return {
      kind: 'delivered',
      duplicates,
      rejected: invalid.map((eventId) => ({ eventId, reason: 'validation_error', message: 'poison' })),
    }
  }

  return { stored, reply, verdict }
}

/** A queue with a service behind it, and the steps that a schedule is made of. */
function simulation(options: Partial<QueueOptions>) {
  const server = service()
  const base = testDestination()
  const parts = setup({
    ...options,
    destination: testDestination({
      verdict: (response, batch, now) => server.verdict(response, batch, base.verdict(response, batch, now)),
    }),
  })
  const { queue, clock, requests, item } = parts
  const captured: string[] = []
  const flushes: Promise<unknown>[] = []

  function add(count: number, poison: boolean): void {
    for (let index = 0; index < count; index += 1) {
      const id = `${poison && index === 0 ? 'poison' : 'event'}-${captured.length}`
      captured.push(id)
      queue.add(item(id))
    }
  }

  async function reply(fault: Fault, which: number): Promise<void> {
    const [request] = requests.splice(which % Math.max(1, requests.length), 1)
    if (!request) return
    expect(request.ids.length).toBeLessThanOrEqual(10)
    request.reply(server.reply(fault, request.ids))
    await clock.advance(0)
  }

  async function play(next: Step): Promise<void> {
    if (next.do === 'add') add(next.count, next.poison)
    else if (next.do === 'advance') await clock.advance(next.ms)
    else if (next.do === 'answer') await reply(next.fault, next.which)
    else flushes.push(flushQueue(queue, clock, next).catch((error: unknown) => error))
  }

  /** The service recovers for good: everything must end without another capture or flush. */
  async function recover(): Promise<void> {
    while (queue.stats.pending > 0) {
      await clock.advance(60_000)
      expect(requests.length).toBeGreaterThan(0)
      while (requests.length > 0) await reply('ok', 0)
    }
    await Promise.all(flushes)
  }

  return { ...parts, server, captured, play, recover }
}

test('whatever happens in whatever order, every event ends exactly once and the service has what was delivered', async () => {
  const options = fc.record({
    flushAt: fc.integer({ min: 1, max: 12 }),
    concurrency: fc.integer({ min: 1, max: 3 }),
    maxEvents: fc.integer({ min: 1, max: 60 }),
    overflow: fc.constantFrom('drop-oldest' as const, 'drop-newest' as const),
    random: fc.double({ min: 0, max: 0.999, noNaN: true }).map((value) => () => value),
  })
  const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), options, async (steps, given) => {
    const { queue, clock, settled, server, captured, play, recover } = simulation(given)
    for (const next of steps) {
      await play(next)
      expect(queue.stats.pending).toBeLessThanOrEqual(given.maxEvents)
      expect(queue.stats.pending).toBe([...queue.held()].length)
    }
    await recover()

    const ended = settled.map(({ id }) => id)
    expect(new Set(ended).size).toBe(ended.length)
    expect([...ended].sort()).toEqual([...captured].sort())
    const unstored = settled.filter(({ id, outcome }) => outcome.kind !== 'dropped' && !server.stored.has(id))
    expect(unstored).toEqual([])
    expect(queue.stats).toMatchObject({ pending: 0, bytes: 0, inFlight: 0 })
    expect(clock.foreground() + clock.background()).toBe(0)
  })
  await fc.assert(property, { numRuns: 300 })
})

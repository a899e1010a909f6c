import type { DeliveryResponse, Verdict } from '@threadline/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { answer, setup, testDestination } from '../../test/page-queue.ts'

/** What the service does with one request. */
const FAULTS = [
  'ok',
  'refused',
  'lost-answer',
  'server-error',
  'rate-limited',
  'unauthorized',
  'too-large',
  'partial',
  'redirect',
] as const

type Fault = (typeof FAULTS)[number]

type Step =
  | { readonly do: 'add'; readonly count: number; readonly poison: boolean }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'answer'; readonly fault: Fault; readonly which: number }
  | { readonly do: 'wake' | 'drain' | 'clear' | 'hold' | 'release' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('add'), count: fc.integer({ min: 1, max: 15 }), poison: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance'), ms: fc.integer({ min: 0, max: 90_000 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('answer'),
      fault: fc.constantFrom(...FAULTS),
      which: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('wake', 'drain', 'clear', 'hold', 'release') }),
  },
)

/** A service that dedupes by id, refuses poison, and fails as told; `undefined` where no answer comes. */
function service() {
  const stored = new Set<string>()
  const isPoison = (id: string) => id.startsWith('poison')

  function store(ids: readonly string[]): DeliveryResponse {
    const invalid = ids.filter(isPoison)
    const duplicates = ids.filter((id) => stored.has(id))
    for (const id of ids) if (!isPoison(id)) stored.add(id)
    return answer(200, {}, JSON.stringify({ duplicates, invalid }))
  }

  function reply(fault: Fault, ids: readonly string[]): DeliveryResponse | undefined {
    switch (fault) {
      case 'refused':
        return undefined
      case 'lost-answer':
        store(ids)
        return undefined
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

  function verdict(response: DeliveryResponse, fallback: Verdict): Verdict {
    if (response.status !== 200) return fallback
    const { duplicates, invalid } = JSON.parse(response.body) as { duplicates: string[]; invalid: string[] }
    const rejected = invalid.map((eventId) => ({ eventId, reason: 'validation_error' as const, message: 'poison' }))
    return { kind: 'delivered', duplicates, rejected }
  }

  return { stored, reply, verdict }
}

/** A page's queue with a service behind it, and the steps that a schedule is made of. */
function simulation(options: Parameters<typeof setup>[0]) {
  const server = service()
  const base = testDestination()
  let mayStart = true
  const parts = setup({
    ...options,
    mayStart: () => mayStart,
    destination: testDestination({
      verdict: (response, batch, now) => server.verdict(response, base.verdict(response, batch, now)),
    }),
  })
  const { queue, clock, requests, item } = parts
  const captured: string[] = []
  /** What the page took back out of the queue: no answer may settle it afterwards. */
  const cleared: string[] = []

  async function reply(fault: Fault, which: number): Promise<void> {
    const [request] = requests.splice(which % Math.max(1, requests.length), 1)
    if (!request) return
    expect(request.ids.length).toBeLessThanOrEqual(10)
    const response = server.reply(fault, request.ids)
    if (response) request.resolve(response)
    else request.reject(new Error('no answer'))
    await clock.advance(0)
  }

  function add(count: number, poison: boolean): void {
    for (let index = 0; index < count; index += 1) {
      const id = `${poison && index === 0 ? 'poison' : 'event'}-${captured.length}`
      captured.push(id)
      queue.add(item(id))
    }
  }

  const moves: { readonly [Name in 'wake' | 'drain' | 'clear' | 'hold' | 'release']: () => void } = {
    wake: queue.wake,
    drain: queue.drain,
    clear: () => cleared.push(...queue.clear().map(({ eventId }) => eventId)),
    hold: () => {
      mayStart = false
    },
    release: () => {
      mayStart = true
      queue.pump()
    },
  }

  async function play(next: Step): Promise<void> {
    if (next.do === 'add') add(next.count, next.poison)
    else if (next.do === 'advance') await clock.advance(next.ms)
    else if (next.do === 'answer') await reply(next.fault, next.which)
    else moves[next.do]()
  }

  /** The service recovers for good: everything must end without another capture or a wake. */
  async function recover(): Promise<void> {
    moves.release()
    while (queue.held().length > 0) {
      await clock.advance(300_000)
      expect(requests.length).toBeGreaterThan(0)
      while (requests.length > 0) await reply('ok', 0)
    }
  }

  return { ...parts, server, captured, cleared, play, recover }
}

test('whatever happens in whatever order, every event ends exactly once and the service has what was delivered', async () => {
  const options = fc.record({
    flushAt: fc.integer({ min: 1, max: 12 }),
    random: fc.double({ min: 0, max: 0.999, noNaN: true }).map((value) => () => value),
  })
  const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), options, async (steps, given) => {
    const { queue, clock, left, server, captured, cleared, play, recover } = simulation(given)
    for (const next of steps) {
      await play(next)
      expect(queue.held().length).toBeLessThanOrEqual(500)
    }
    await recover()

    const ended = [...left.map(({ id }) => id), ...cleared]
    expect(new Set(ended).size).toBe(ended.length)
    expect([...ended].sort()).toEqual([...captured].sort())
    const taken = left.filter(({ outcome }) => outcome === 'delivered' || outcome === 'duplicate')
    expect(taken.filter(({ id }) => !server.stored.has(id))).toEqual([])
    await clock.advance(300_000)
    expect(clock.foreground() + clock.background()).toBe(0)
  })
  await fc.assert(property, { numRuns: 300 })
})

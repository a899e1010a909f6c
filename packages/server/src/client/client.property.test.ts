import type { DeliveryResponse } from '@threadline/core'
import type { TrackEvent } from '@threadline/schema'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { harness, response, store } from '../../test/harness.ts'

/** What a collector does with one request. */
type Mood =
  | { readonly kind: 'well' | 'lost-answer' | 'silent' | 'refused' }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  | { readonly kind: 'slow'; readonly ms: number }

type Step =
  | { readonly kind: 'capture'; readonly count: number; readonly poisoned: boolean }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'flush' }
  | { readonly kind: 'mood'; readonly mood: Mood }

const mood: fc.Arbitrary<Mood> = fc.oneof(
  fc.constantFrom<Mood>({ kind: 'well' }, { kind: 'lost-answer' }, { kind: 'silent' }, { kind: 'refused' }),
  fc.record({ kind: fc.constant('status' as const), status: fc.constantFrom(408, 429, 500, 502, 503, 401, 403) }),
  fc.record({ kind: fc.constant('status' as const), status: fc.constant(429), retryAfter: fc.constantFrom('1', '7') }),
  fc.record({ kind: fc.constant('slow' as const), ms: fc.integer({ min: 1, max: 9_000 }) }),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('capture' as const), count: fc.integer({ min: 1, max: 40 }), poisoned: fc.boolean() }),
  fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({ kind: fc.constant('flush' as const) }),
  fc.record({ kind: fc.constant('mood' as const), mood }),
)

interface Run {
  readonly captured: Set<string>
  readonly poisoned: Set<string>
  readonly stored: Set<string>
  readonly drops: readonly { readonly eventId: string | undefined; readonly reason: string }[]
  readonly left: readonly string[]
}

/** Plays a schedule against a client with real queues and a collector of changing moods, then lets it end well. */
async function play(steps: readonly Step[], maxQueueEvents: number): Promise<Run> {
  const subject = harness({ flushAt: 10, maxQueueEvents, requestTimeoutMs: 5_000 })
  const { client, clock, stored, drops } = subject
  const captured = new Set<string>()
  const poisoned = new Set<string>()
  const flushes: Promise<unknown>[] = []
  let current: Mood = { kind: 'well' }

  /** A poisoned event fails its whole batch, and a batch of more than 15 is too large. */
  function ingest(events: readonly TrackEvent[]): DeliveryResponse {
    if (events.length > 15) return response(413)
    if (events.some(({ eventId }) => poisoned.has(eventId))) return response(400)
    return store(stored, events)
  }

  subject.answer = (events) => {
    const now = current
    if (now.kind === 'status') {
      return Promise.resolve(response(now.status, '', now.retryAfter ? { 'retry-after': now.retryAfter } : {}))
    }
    if (now.kind === 'refused') return Promise.reject(new Error('refused'))
    if (now.kind === 'silent') return new Promise(() => undefined)
    if (now.kind === 'slow') {
      return new Promise((resolve) => {
        clock.after(now.ms, () => resolve(ingest(events)), false)
      })
    }
    const answer = ingest(events)
    return now.kind === 'well' ? Promise.resolve(answer) : Promise.reject(new Error('connection lost'))
  }

  function capture(count: number, withPoison: boolean): void {
    for (let index = 0; index < count; index += 1) {
      const eventId = `event_${captured.size}`
      captured.add(eventId)
      if (withPoison && index === 0) poisoned.add(eventId)
      client.capture({ event: 'a', userId: 'user_42', eventId })
    }
  }

  for (const next of steps) {
    if (next.kind === 'advance') await clock.advance(next.ms)
    else if (next.kind === 'mood') current = next.mood
    else if (next.kind === 'flush') flushes.push(client.flush({ timeoutMs: 3_000 }).catch(() => undefined))
    else capture(next.count, next.poisoned)
  }
  current = { kind: 'well' }
  // Long enough for a pause's next probe, the longest backoff, and every split after it.
  await clock.advance(600_000)
  const ended = client.shutdown()
  await clock.advance(20_000)
  const { eventIds } = await ended
  await Promise.all(flushes)
  return { captured, poisoned, stored: new Set(stored.keys()), drops, left: eventIds }
}

test('whatever happens on the way, what was captured is stored, but for the bad events, which are reported', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { captured, poisoned, stored, drops, left } = await play(steps, 100_000)
      expect(left).toEqual([])
      expect(stored).toEqual(new Set([...captured].filter((eventId) => !poisoned.has(eventId))))
      expect(drops.map(({ eventId }) => eventId).sort()).toEqual([...poisoned].sort())
    }),
    { numRuns: 150 },
  )
})

test('with a small queue, every event is stored or reported, and reported once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { captured, poisoned, stored, drops, left } = await play(steps, 30)
      expect(left).toEqual([])
      const reported = drops.map(({ eventId }) => eventId ?? '')
      expect(new Set(reported).size).toBe(reported.length)
      expect(new Set([...stored, ...reported])).toEqual(captured)
      for (const { eventId = '', reason } of drops) {
        expect(reason === 'queue_overflow' || poisoned.has(eventId)).toBe(true)
      }
    }),
    { numRuns: 150 },
  )
})

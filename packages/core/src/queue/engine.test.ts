import { expect, test } from 'vitest'
import { answer, testDestination } from '../../test/fixtures.ts'
import type { DeliveryResponse } from '../destination.ts'
import { fakeClock } from '../testing.ts'
import type { QueueItem } from './contract.ts'
import { createEngine } from './engine.ts'

function setup() {
  const clock = fakeClock()
  const open: { readonly ids: string[]; readonly reply: (response: DeliveryResponse) => void }[] = []
  const settled: string[] = []
  const engine = createEngine({
    destination: testDestination(),
    clock,
    random: () => 0.5,
    send: (_request, items) => new Promise((reply) => open.push({ ids: items.map(({ eventId }) => eventId), reply })),
    flushAt: 2,
    flushIntervalMs: 1_000,
    maxEvents: 10,
    maxBytes: 10_000,
    maxRequestBytes: 1_000,
    maxAgeMs: 60_000,
    onSettled: (entries) => settled.push(...entries.map(({ eventId }) => eventId)),
    onError: (error) => {
      throw error
    },
  })
  const item = (eventId: string): QueueItem => ({ eventId, event: 'tested', body: '{}', bytes: 2, at: clock.now() })
  return { engine, clock, open, settled, item }
}

test('clear forgets what waits and what is in flight, and ignores the answer', async () => {
  const { engine, clock, open, settled, item } = setup()
  engine.add(item('a'))
  engine.add(item('b'))
  await clock.advance(0)
  engine.add(item('c'))
  expect(engine.clear().map(({ eventId }) => eventId)).toEqual(['a', 'b', 'c'])
  open[0]?.reply(answer(200))
  await clock.advance(60_000)
  expect(engine.held()).toEqual([])
  expect(settled).toEqual([])
  expect(open).toHaveLength(1)
})

test('what was cleared can be added again, with a timer of its own', async () => {
  const { engine, clock, open, item } = setup()
  engine.add(item('a'))
  for (const cleared of engine.clear()) engine.add(cleared)
  await clock.advance(1_000)
  expect(open.map(({ ids }) => ids)).toEqual([['a']])
})

import type { Clock } from '@threadline/core'
import { fakeClock } from '@threadline/core/testing'
import { expect, test } from 'vitest'
import { createBackground } from './background.ts'

function setUp(answers: number[]) {
  const clock = fakeClock()
  const driven: number[] = []
  const captured = createBackground({
    clock,
    flushIntervalMs: 2_000,
    holds: () => answers.length > 0,
    drive() {
      driven.push(clock.now())
      return Promise.resolve(answers.shift() ?? 0)
    },
  })
  return { clock, captured, driven, start: clock.now() }
}

test('one timer serves all captures, and what is still held gets another', async () => {
  const { clock, captured, driven, start } = setUp([1, 0, 0])
  for (let index = 0; index < 100; index += 1) captured()
  await clock.advance(1_999)
  expect(driven).toEqual([])
  await clock.advance(1)
  expect(driven.map((at) => at - start)).toEqual([2_000, 2_000])
  await clock.advance(2_000)
  expect(driven.map((at) => at - start)).toEqual([2_000, 2_000, 4_000])
  await clock.advance(60_000)
  expect(driven).toHaveLength(3)
})

test('a timer that went with its request is set again by the next one', async () => {
  const clock = fakeClock()
  let timers = 0
  const lost: Clock = {
    now: clock.now,
    after() {
      timers += 1
      return () => undefined
    },
  }
  const drive = (): Promise<number> => Promise.resolve(0)
  const captured = createBackground({ clock: lost, flushIntervalMs: 2_000, holds: () => true, drive })
  captured()
  await clock.advance(3_000)
  captured()
  expect(timers).toBe(1)
  await clock.advance(1)
  captured()
  expect(timers).toBe(2)
})

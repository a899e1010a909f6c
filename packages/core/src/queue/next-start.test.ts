import { describe, expect, test } from 'vitest'
import { createNextStart } from './next-start.ts'

const START = Date.UTC(2026, 0, 31)

function subject() {
  const clock = { time: START, now: () => clock.time }
  return { clock, start: createNextStart(clock, () => 1) }
}

describe.each([-5_000, -240_000, -86_400_000])('a clock that is set back by %d ms', (jump) => {
  test('prolongs no wait of its own', () => {
    const { clock, start } = subject()
    start.failed()
    expect(start.wait()).toBe(500)
    clock.time += jump
    expect(start.wait()).toBeLessThanOrEqual(0)
  })

  test('nor one that a server imposed, nor one that it did not', () => {
    const { clock, start } = subject()
    start.impose(2_000)
    start.impose()
    expect(start.wait()).toBe(2_000)
    clock.time += jump
    expect(start.wait()).toBeLessThanOrEqual(0)
    start.impose(undefined)
    expect(start.wait()).toBeLessThanOrEqual(0)
    start.impose(1_000)
    expect(start.wait()).toBe(1_000)
  })

  test('nor the time between two who are in a hurry', () => {
    const { clock, start } = subject()
    start.refused()
    start.hurry()
    expect(start.wait()).toBeLessThanOrEqual(0)
    clock.time += jump
    start.refused()
    start.hurry()
    expect(start.wait()).toBeLessThanOrEqual(1_000)
  })
})

test('the longest of the waits that a server imposed counts, up to five minutes', () => {
  const { clock, start } = subject()
  start.impose(10_000)
  start.impose(1_000)
  expect(start.wait()).toBe(10_000)
  start.impose(Number.POSITIVE_INFINITY)
  expect(start.wait()).toBe(300_000)
  start.hurry()
  expect(start.wait()).toBe(300_000)
  clock.time += 300_000
  expect(start.wait()).toBe(0)
})

test('a wait of a fraction of a millisecond more is a wait', () => {
  for (let index = 1; index < 1_000; index += 1) {
    const start = createNextStart({ now: () => START }, () => index / 1_001)
    start.failed()
    expect(start.wait()).toBeCloseTo((500 * index) / 1_001, -1)
    start.impose(1_000 * (1 + index / 1_001))
    expect(start.wait()).toBeGreaterThanOrEqual(1_000)
  }
})

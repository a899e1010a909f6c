import { expect, test } from 'vitest'
import { createPacer } from './pacer.ts'

test('allows the given number of requests in any window, not only in fixed ones', () => {
  const pacer = createPacer({ requests: 2, intervalMs: 1_000 })
  pacer.started(0)
  expect(pacer.wait(0)).toBe(0)
  pacer.started(900)
  expect(pacer.wait(900)).toBe(100)
  expect(pacer.wait(1_000)).toBe(0)
  pacer.started(1_000)
  expect(pacer.wait(1_000)).toBe(900)
})

test('never waits longer than the interval, even when the clock is set back', () => {
  const pacer = createPacer({ requests: 1, intervalMs: 1_000 })
  pacer.started(3_600_000)
  expect(pacer.wait(0)).toBe(1_000)
})

import { expect, test } from 'vitest'
import { createRateLimit } from './rate-limit.ts'

/** How many of `count` events of a name pass at one moment. */
function passing(limit: ReturnType<typeof createRateLimit>, name: string, count: number, now = 0): number {
  return Array.from({ length: count }, () => limit(name, now)).filter(Boolean).length
}

test('as many in one go as the queue holds, and ten a second after that', () => {
  const limit = createRateLimit()
  expect(passing(limit, 'scrolled', 700, 1_000)).toBe(500)
  expect(passing(limit, 'scrolled', 100, 2_000)).toBe(10)
  expect(passing(limit, 'scrolled', 700, 100_000)).toBe(500)
})

test('each name has its own', () => {
  const limit = createRateLimit()
  passing(limit, 'scrolled', 700)
  expect(limit('signup_completed', 0)).toBe(true)
})

test('a clock that is set back stops nothing', () => {
  const limit = createRateLimit()
  passing(limit, 'scrolled', 300, 1_000_000)
  expect(passing(limit, 'scrolled', 700, 500_000)).toBe(500)
})

test('names that a loop makes up take no memory', () => {
  const limit = createRateLimit()
  for (let n = 0; n < 10_000; n += 1) expect(limit(`name_${n}`, 0)).toBe(true)
  expect(passing(limit, 'scrolled', 700)).toBe(500)
})

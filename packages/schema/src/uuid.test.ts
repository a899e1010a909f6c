import { describe, expect, test } from 'vitest'
import { createUuidv7, type RandomSource, uuidv7 } from './uuid.ts'

const VERSION_7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const allOnes: RandomSource = (bytes) => bytes.fill(0xff)

/** Every call of the factory has its own state, so both variants are tested as functions of time. */
const variants: [string, (random?: RandomSource) => (now?: number) => string][] = [
  ['uuidv7', (random) => (now) => uuidv7(now, random)],
  ['createUuidv7', (random) => createUuidv7(random)],
]

describe.each(variants)('%s', (_, make) => {
  test('makes ids of version 7 and the RFC 9562 variant', () => {
    const uuid = make()
    for (let count = 0; count < 1_000; count += 1) expect(uuid()).toMatch(VERSION_7)
  })

  test('starts with the milliseconds', () => {
    // The example of RFC 9562, appendix A.6.
    expect(make()(1_645_557_742_000)).toMatch(/^017f22e2-79b0-7/)
    expect(make()(0)).toMatch(/^00000000-0000-7/)
    expect(make()(2 ** 48 - 1)).toMatch(/^ffffffff-ffff-7/)
  })

  test('uses the clock unless told otherwise', () => {
    const before = Date.now()
    const time = parseInt(make()().replaceAll('-', '').slice(0, 12), 16)
    expect(time).toBeGreaterThanOrEqual(before)
    expect(time).toBeLessThanOrEqual(Date.now())
  })

  test('ascends within one millisecond, and does not repeat', () => {
    const uuid = make()
    const ids = Array.from({ length: 50_000 }, () => uuid(1_700_000_000_000))
    expect(ids).toEqual([...new Set(ids)].sort())
    expect(new Set(ids).size).toBe(50_000)
  })

  test('ascends when the counter starts at its highest', () => {
    const uuid = make(allOnes)
    expect(uuid(1_800_000_000_000)).toBe('01a3185c-5000-73ff-bfff-ffffffffffff')
    expect(uuid(1_800_000_000_000)).toBe('01a3185c-5000-7400-8000-ffffffffffff')
  })

  test('follows a clock that steps back', () => {
    const uuid = make()
    const later = uuid(1_900_000_000_001)
    expect(uuid(1_900_000_000_000) < later).toBe(true)
  })
})

test('createUuidv7 draws no randomness before the first id, and then for hundreds', () => {
  let draws = 0
  const uuid = createUuidv7((bytes) => {
    draws += 1
    return crypto.getRandomValues(bytes)
  })
  expect(draws).toBe(0)
  for (let count = 0; count < 400; count += 1) uuid()
  expect(draws).toBe(1)
  for (let count = 0; count < 400; count += 1) uuid()
  expect(draws).toBe(2)
})

import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

test('the ceiling doubles from 0.5 s and stays at 30 s', () => {
  const ceilings = [1, 2, 3, 7, 100, 5_000].map((failures) => backoffMs(failures, () => 1))
  expect(ceilings).toEqual([500, 1_000, 2_000, 30_000, 30_000, 30_000])
})

test('the whole range below the ceiling is used', () => {
  expect(backoffMs(3, () => 0)).toBe(0)
  expect(backoffMs(3, () => 0.5)).toBe(1_000)
})

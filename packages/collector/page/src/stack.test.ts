import { expect, test } from 'vitest'
import { stack } from './stack.ts'

test('puts what came in on top of each other, and what was paid back below zero', () => {
  const newsletter = [100, 50, 0]
  const search = [20, -30, 0]
  const direct = [5, -10, 7]
  expect(stack([newsletter, search, direct])).toEqual([
    [100, 50, null],
    [120, -30, null],
    [125, -40, 7],
  ])
})

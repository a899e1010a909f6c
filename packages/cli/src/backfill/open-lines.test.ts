import { expect, test } from 'vitest'
import { createOpenLines } from './open-lines.ts'

test('an id that a file names twice gives its lines in their order', () => {
  const lines = createOpenLines()
  lines.add('a', 1)
  lines.add('b', 2)
  lines.add('a', 3)
  expect([lines.take('a'), lines.take('a'), lines.take('b'), lines.take('a')]).toEqual([1, 3, 2, undefined])
})

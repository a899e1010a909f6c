import { describe, expect, test } from 'vitest'
import { parseRetryAfter } from './retry-after.ts'

const NOW = Date.parse('2026-01-31T09:30:00.000Z')

describe('parseRetryAfter', () => {
  test.each([
    ['0', 0],
    ['120', 120_000],
    ['Sat, 31 Jan 2026 09:30:07 GMT', 7_000],
    ['Sat, 31 Jan 2026 09:00:00 GMT', 0],
  ])('reads %j', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected)
  })

  test.each([null, undefined, '', '-1', '1.5', 'soon', '2026-01-31T09:30:07Z', 'Sat, 99 Foo 2026 GMT'])(
    'takes %j for absent',
    (value) => {
      expect(parseRetryAfter(value, NOW)).toBeUndefined()
    },
  )
})

import { expect, test } from 'vitest'
import { parseFilters, parseGoal } from './filters.ts'

test('filters of one dimension are one, and values may have colons or be empty', () => {
  expect(parseFilters(['country:DE', 'page:/a:b', 'country:', 'country:DE'])).toEqual([
    { dimension: 'country', values: ['DE', ''] },
    { dimension: 'page', values: ['/a:b'] },
  ])
  expect(parseFilters([])).toEqual([])
})

test.each(['', ':', 'country', ':DE', 'planet:mars', 'Country:DE', 'toString:x'])('%j is no filter', (text) => {
  expect(() => parseFilters([text])).toThrow(/is no filter/)
})

test('a goal is a page when it begins with a slash, and an event otherwise', () => {
  expect(parseGoal('/thanks')).toEqual({ path: '/thanks' })
  expect(parseGoal('purchase')).toEqual({ event: 'purchase' })
})

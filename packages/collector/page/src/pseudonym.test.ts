import { expect, test } from 'vitest'
import { pseudonym } from './pseudonym.ts'

test('is the same for the same id, whenever and wherever', () => {
  expect(pseudonym('visitor-0001')).toBe(pseudonym('visitor-0001'))
  expect(pseudonym('visitor-0001')).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/)
})

test('differs for ids that hardly differ: of a hundred at most a few share one', () => {
  const names = new Set(Array.from({ length: 100 }, (_, index) => pseudonym(`visitor-${index}`)))
  expect(names.size).toBeGreaterThan(94)
})

test.each(['', '\u{1f9f5}', 'x'.repeat(200)])('says something of %j', (id) => {
  expect(pseudonym(id)).toMatch(/^\w+ \w+$/)
})

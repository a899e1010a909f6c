import { expect, test } from 'vitest'
import { readLink, writeLink } from './link-decoration.ts'

const NOW = 1_800_000_000_000
const ID = '0192f0c1-2d3e-7abc-8def-0123456789ab'

test('an id survives the way for two minutes, not longer', () => {
  expect(readLink(writeLink(ID, NOW), NOW)).toBe(ID)
  expect(readLink(writeLink(ID, NOW), NOW + 120_000)).toBe(ID)
  expect(readLink(writeLink(ID, NOW), NOW + 120_001)).toBeUndefined()
})

test('clocks may differ by two minutes too', () => {
  expect(readLink(writeLink(ID, NOW), NOW - 120_000)).toBe(ID)
  expect(readLink(writeLink(ID, NOW), NOW - 120_001)).toBeUndefined()
})

test.each([
  null,
  '',
  ID,
  `${ID}.`,
  `.${NOW.toString(36)}`,
  `short.${NOW.toString(36)}`,
  `undefined.${NOW.toString(36)}`,
])('what is no decorated link is ignored: %s', (value) => {
  expect(readLink(value, NOW)).toBeUndefined()
})

test('an id with dots in it is read whole', () => {
  expect(readLink(writeLink('visitor.of.before', NOW), NOW)).toBe('visitor.of.before')
})

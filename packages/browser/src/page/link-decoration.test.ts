import { expect, test } from 'vitest'
import { addLink, readLink, takeLink, writeLink } from './link-decoration.ts'

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
  undefined,
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

test.each([
  ['https://a.test/', 'https://a.test/?tl_link=x'],
  ['https://a.test/?flag&q=a%20b+c&sig=x~y', 'https://a.test/?flag&q=a%20b+c&sig=x~y&tl_link=x'],
  ['https://a.test/p#/route?in=hash', 'https://a.test/p?tl_link=x#/route?in=hash'],
  ['https://a.test/?tl_link=old&b=%2F#h', 'https://a.test/?b=%2F&tl_link=x#h'],
])('decorating %s changes nothing else of it', (address, decorated) => {
  expect(addLink(address, 'x')).toBe(decorated)
  const { value, rest } = takeLink(decorated)
  expect(value).toBe('x')
  expect(rest).toBe(address.replace('tl_link=old&', ''))
})

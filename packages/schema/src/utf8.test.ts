import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8Bytes } from './utf8.ts'

const encoder = new TextEncoder()

test('counts what an encoder writes, lone surrogates included', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
      expect(utf8Bytes(text)).toBe(encoder.encode(text).length)
    }),
  )
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0xd7ff, max: 0xe000 })), (units) => {
      const text = String.fromCharCode(...units)
      expect(utf8Bytes(text)).toBe(encoder.encode(text).length)
    }),
  )
})

test.each([
  ['', 0],
  ['a', 1],
  ['ä', 2],
  ['€', 3],
  ['😀', 4],
  ['\ud83d', 3],
])('%j takes %d', (text, bytes) => {
  expect(utf8Bytes(text)).toBe(bytes)
})

import { expect, test } from 'vitest'
import { jsonText, quoted } from './json-text.ts'

test.each([
  [{}, {}, '{}'],
  [{ a: 1, gone: undefined }, {}, '{"a":1}'],
  [{}, { raw: '1.50' }, '{"raw":1.50}'],
  [{ a: 'x' }, { raw: '{"b":2}', gone: undefined }, '{"a":"x","raw":{"b":2}}'],
  [{ both: 'old', a: 1 }, { both: '"new"' }, '{"a":1,"both":"new"}'],
])('%j and %j', (members, raw, text) => {
  expect(jsonText(members, raw)).toBe(text)
})

test('a quoted string is JSON, and nothing stays nothing', () => {
  expect(quoted('a"b')).toBe('"a\\"b"')
  expect(quoted(undefined)).toBeUndefined()
})

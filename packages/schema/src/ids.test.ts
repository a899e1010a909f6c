import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isCarriedId, isUsableId } from './ids.ts'

const placeholders = `null undefined none nil NaN guest anon anonymous unknown true false 0 -1 n/a id user_id userId
  distinct_id email [object|Object] [object|Undefined] not|set (not|set) not_set not_authenticated {} [] . .. "null" 'guest'
  00000000-0000-0000-0000-000000000000`
  .split(/\s+/)
  .map((word) => word.replace('|', ' '))

describe('isUsableId', () => {
  test.each(placeholders)('refuses %s in any case, with blanks around it', (word) => {
    expect(isUsableId(word)).toBe(false)
    expect(isUsableId(word.toUpperCase())).toBe(false)
    expect(isUsableId(` ${word.toLowerCase()}\t`)).toBe(false)
  })

  test.each([undefined, null, 0, 42, true, {}, [], Number.NaN, ['user_42']])(
    'refuses %j: only strings are ids',
    (value) => {
      expect(isUsableId(value)).toBe(false)
    },
  )

  test.each(['', ' ', '\u3000', 'a\0b', 'a\nb', 'x'.repeat(201)])('refuses %j', (value) => {
    expect(isUsableId(value)).toBe(false)
  })

  test.each([
    '1',
    '42',
    'nullify',
    'guest-42',
    'a',
    'stripe:evt_1',
    'x'.repeat(200),
    'jane@example.com',
    '用户',
    'idris',
  ])('takes %s', (value) => {
    expect(isUsableId(value)).toBe(true)
  })
})

describe('isCarriedId', () => {
  test('takes only 8 to 200 of A-Z a-z 0-9 _ . : -', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 210 }), (text) => {
        if (isCarriedId(text)) expect(text).toMatch(/^[A-Za-z0-9_.:-]{8,200}$/)
      }),
    )
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_.:-]{8,200}$/), (text) => {
        expect(isCarriedId(text)).toBe(isUsableId(text))
      }),
    )
  })

  test.each([
    'anonymous',
    'undefined',
    'not_set',
    '00000000',
    'a'.repeat(7),
    'a'.repeat(201),
    'abcdefgh\n',
    'a b c d e f',
  ])('refuses %j', (value) => {
    expect(isCarriedId(value)).toBe(false)
  })

  test('takes a UUID', () => {
    expect(isCarriedId('0198c0de-0000-7000-8000-000000000000')).toBe(true)
  })
})

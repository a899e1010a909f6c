import { describe, expect, test } from 'vitest'
import { toBoolean, toNumber, toText, toTime } from './convert.ts'

describe('toTime', () => {
  test.each([
    ['2026-01-31T09:30:00Z', '2026-01-31T09:30:00.000Z'],
    ['2026-01-31T10:30:00.5+01:00', '2026-01-31T09:30:00.500Z'],
    ['2026-01-31 10:30:00+0100', '2026-01-31T09:30:00.000Z'],
    // Without a zone it is UTC, wherever the import runs.
    ['2026-01-31 09:30', '2026-01-31T09:30:00.000Z'],
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['1769851800', '2026-01-31T09:30:00.000Z'],
    ['1769851800.25', '2026-01-31T09:30:00.250Z'],
    ['1769851800123', '2026-01-31T09:30:00.123Z'],
    [1769851800, '2026-01-31T09:30:00.000Z'],
  ])('reads %j', (value, expected) => {
    expect(toTime(value)).toBe(expected)
  })

  test.each([
    '31.01.2026',
    '01/31/2026',
    '2026-13-01',
    '2026-02-30',
    '2027-02-29T09:30:00Z',
    '2026-04-31 09:30',
    'yesterday',
    '2026-01-31T25:00:00Z',
    true,
  ])('refuses %j', (value) => {
    expect(() => toTime(value)).toThrow('a time was expected')
  })
})

test('a number stays one, and text becomes one only if it is all of it', () => {
  expect([toNumber(1.5), toNumber('-2e3'), toNumber(' 7 ')]).toEqual([1.5, -2000, 7])
  for (const value of ['', '1,5', '0x10', 'NaN', true]) expect(() => toNumber(value)).toThrow('a number was expected')
})

test('ids that are numbers become text; objects, and numbers that stand for several, do not', () => {
  expect(() => toText(2 ** 53)).toThrow('9007199254740992 is not exact above 2^53: export it as text')
  expect(toText(42)).toBe('42')
  expect(() => toText({ id: 42 })).toThrow('text was expected: got an object')
})

test('only true, false, 1 and 0 are truth values', () => {
  expect(['true', 1, 'false', '0'].map(toBoolean)).toEqual([true, true, false, false])
  expect(() => toBoolean('yes')).toThrow('true or false')
})

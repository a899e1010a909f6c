import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { currencyExponent, isCurrency, toMajorNumber, toMajorUnits, toMinorUnits } from './money.ts'

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const CURRENCIES = LETTERS.flatMap((a) => LETTERS.flatMap((b) => LETTERS.map((c) => a + b + c))).filter(isCurrency)

describe('the table', () => {
  test('holds the 165 currencies of ISO 4217 list one with a minor unit, and 6 withdrawn since 2023', () => {
    expect(CURRENCIES).toHaveLength(171)
    expect(CURRENCIES).toEqual(expect.arrayContaining(['EUR', 'USD', 'XCG', 'ZWG', 'XAD', 'HRK', 'BGN']))
  })

  test.each([
    ['JPY', 0],
    ['ISK', 0],
    ['EUR', 2],
    ['MGA', 2],
    ['KWD', 3],
    ['TND', 3],
    ['CLF', 4],
    ['UYW', 4],
  ])('%s has %d decimals', (code, exponent) => {
    expect(currencyExponent(code)).toBe(exponent)
  })

  test.each(['eur', 'EURO', ' EUR', 'EU', 'ABC', 'XAU', 'XXX', '', 'D A', undefined, null, 978, ['EUR']])(
    '%j is no currency',
    (code) => {
      expect(isCurrency(code)).toBe(false)
      expect(currencyExponent(code)).toBeUndefined()
    },
  )
})

describe('toMinorUnits', () => {
  test.each([
    ['49.90', 'EUR', 4990],
    [19.99, 'USD', 1999],
    [1.1, 'USD', 110],
    [0.29, 'USD', 29],
    [1_234_567.89, 'EUR', 123_456_789],
    ['-5.5', 'EUR', -550],
    [500, 'JPY', 500],
    ['500.00', 'JPY', 500],
    ['1.234', 'KWD', 1234],
    [7, 'KWD', 7000],
    ['0.0001', 'CLF', 1],
    ['90071992547409.91', 'EUR', Number.MAX_SAFE_INTEGER],
  ])('%s %s is %d', (amount, currency, minor) => {
    expect(toMinorUnits(amount, currency)).toBe(minor)
  })

  test('has no negative zero', () => {
    expect(Object.is(toMinorUnits('-0.00', 'EUR'), 0)).toBe(true)
  })

  test.each([
    [1.005, 'EUR', 'EUR has 2 decimals, 1.005 has 3: round it first'],
    [0.1 + 0.2, 'EUR', 'EUR has 2 decimals, 0.30000000000000004 has 17: round it first'],
    ['9.5', 'JPY', 'JPY has 0 decimals, "9.5" has 1: round it first'],
    ['90071992547409.92', 'EUR', '"90071992547409.92" EUR is too large to be exact'],
    [1, 'eur', 'currency is an ISO 4217 code in upper case, such as EUR: got "eur"'],
  ])('%s %s is a RangeError that says what is wrong', (amount, currency, message) => {
    expect(() => toMinorUnits(amount, currency)).toThrow(new RangeError(message))
  })

  test.each([
    '',
    ' 1',
    '1,50',
    '1.',
    '.5',
    '+1',
    '1e3',
    '0x10',
    'NaN',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e21,
    1e-7,
  ])('%j is a TypeError', (amount) => {
    expect(() => toMinorUnits(amount, 'EUR')).toThrow(TypeError)
  })

  test('an error does not repeat a long input', () => {
    expect(() => toMinorUnits('x'.repeat(10_000), 'EUR')).toThrow(/^.{0,130}$/)
  })
})

describe('toMajorUnits', () => {
  test.each([
    [4990, 'EUR', '49.90'],
    [5, 'EUR', '0.05'],
    [-5, 'EUR', '-0.05'],
    [0, 'KWD', '0.000'],
    [500, 'JPY', '500'],
    [Number.MAX_SAFE_INTEGER, 'UYW', '900719925474.0991'],
  ])('%d %s is %s', (value, currency, text) => {
    expect(toMajorUnits(value, currency)).toBe(text)
    expect(toMajorNumber(value, currency)).toBe(Number(text))
  })

  test.each([1.5, Number.NaN, 2 ** 53])('%d is a TypeError', (value) => {
    expect(() => toMajorUnits(value, 'EUR')).toThrow(TypeError)
  })
})

describe.each(CURRENCIES)('%s', (currency) => {
  test('goes to major units and back unchanged', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(toMinorUnits(toMajorUnits(value, currency), currency)).toBe(value === 0 ? 0 : value)
      }),
    )
    // A double has 15 digits to give.
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 15), max: 10 ** 15 }), (value) => {
        expect(toMinorUnits(toMajorNumber(value, currency), currency)).toBe(value === 0 ? 0 : value)
      }),
    )
  })
})

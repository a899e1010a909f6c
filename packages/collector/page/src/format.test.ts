import { currencyExponent, isCurrency } from '@threadline/schema'
import { expect, test } from 'vitest'
import { formatChange, formatMoney, formatPoints } from './format.ts'

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const CURRENCIES = LETTERS.flatMap((a) => LETTERS.flatMap((b) => LETTERS.map((c) => a + b + c))).filter(isCurrency)

/** The amount that a text shows, without its currency and with a point before the decimals. */
function shownAmount(text: string, decimals: number): string {
  const digits = text.replace(/\D/g, '')
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

test('shows every currency in the unit that it is counted in, with all of its decimals', () => {
  expect(CURRENCIES.length).toBeGreaterThan(160)
  for (const currency of CURRENCIES) {
    const decimals = currencyExponent(currency) ?? 0
    const text = formatMoney(12_345_678, currency)
    // The last separator is the one before the decimals; without any it is one of thousands.
    expect([currency, /[.,](\d+)\D*$/.exec(text)?.[1]?.length]).toEqual([currency, decimals || 3])
    expect([currency, Number(shownAmount(text, decimals))]).toEqual([currency, 12_345_678 / 10 ** decimals])
  }
})

test.each([
  [150, 100, '+50 %'],
  [50, 100, '-50 %'],
  [1_001, 1_000, '0 %'],
  [999, 1_000, '0 %'],
  [0, 8, '-100 %'],
  [2_100, 100, '+2,000 %'],
  [5, 0, undefined],
])('tells how %d moved from %d', (now, before, change) => {
  expect(formatChange(now, before)).toBe(change)
})

test.each([
  [0.43, 0.4, '+3 pts'],
  [0.4, 0.43, '-3 pts'],
  [0.401, 0.4, '0 pts'],
])('tells how a part of %d moved from %d', (now, before, change) => {
  expect(formatPoints(now, before)).toBe(change)
})

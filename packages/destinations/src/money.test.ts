import { currencyExponent } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { bodyOf, refusalOf } from '../test/event.ts'
import { analyse, funnelfizz, millimetric, servoki, webAnalyzer } from './index.ts'

const inMajorUnits = [
  ['servoki', servoki({ site: 's', apiKey: 'servoki_x' }), /"value":([-\d.]+)[,}]/],
  [
    'funnelfizz',
    funnelfizz({ baseUrl: 'https://f.example', cookie: 'c=1', workspaceId: 'w', siteId: 's' }),
    /"value":([-\d.]+)[,}]/,
  ],
  ['webAnalyzer', webAnalyzer({ apiKey: 'waa_x', websiteId: 1 }), /"amount":"([-\d.]+)"/],
] as const

const inMinorUnits = [
  ['millimetric', millimetric({ key: 'sk_x' }), /"amount_cents":(-?\d+)[,}]/],
  ['analyse', analyse({ publicKey: 'pk_x' }), /"amount":(-?\d+)[,}]/],
] as const

const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
const codes = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)))
const currencies = codes.filter((code) => currencyExponent(code) !== undefined)
const values = [0, 1, 99, 100, 4_990, -4_990, 123_456_789, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]

/** The integer of minor units that a decimal text of major units stands for, digit by digit. */
function minorOf(text: string, decimals: number): string {
  const [whole = '', fraction = ''] = text.split('.')
  expect(fraction).toHaveLength(decimals)
  return String(BigInt(whole + fraction))
}

describe('money', () => {
  test('there are currencies with 0, 2, 3 and 4 decimals to try', () => {
    expect(new Set(currencies.map(currencyExponent))).toEqual(new Set([0, 2, 3, 4]))
    expect(currencies.length).toBeGreaterThan(150)
  })

  test.each(inMajorUnits)('%s gets exact major units in every ISO 4217 currency', (_, destination, pattern) => {
    for (const currency of currencies) {
      for (const value of values) {
        const text = pattern.exec(bodyOf(destination, { value, currency }))?.[1] ?? ''
        expect(minorOf(text, currencyExponent(currency) ?? 0), `${value} ${currency}`).toBe(String(value))
      }
    }
  })

  test.each(inMinorUnits)('%s gets the integer of minor units as it is', (_, destination, pattern) => {
    for (const value of values) {
      expect(pattern.exec(bodyOf(destination, { value, currency: 'KWD' }))?.[1]).toBe(String(value))
    }
  })

  test.each(inMajorUnits)('%s: an amount without a currency has two decimals', (_, destination, pattern) => {
    expect(pattern.exec(bodyOf(destination, { value: 4_990 }))?.[1]).toBe('49.90')
  })

  test.each(inMajorUnits)('%s refuses a currency whose decimals nobody knows', (_, destination) => {
    expect(refusalOf(destination, { value: 100, currency: 'ZZZ' })).toBe('invalid_currency')
  })

  test.each([...inMajorUnits, ...inMinorUnits])('%s refuses half a cent', (_, destination) => {
    expect(refusalOf(destination, { value: 0.5, currency: 'EUR' })).toBe('invalid_value')
  })

  test.each([
    ['servoki', servoki({ site: 's', apiKey: 'servoki_x' }), 'EUR'],
    ['webAnalyzer', webAnalyzer({ apiKey: 'waa_x', websiteId: 1 }), 'EUR'],
    ['analyse', analyse({ publicKey: 'pk_x' }), 'EUR'],
    ['millimetric', millimetric({ key: 'sk_x' }), 'eur'],
  ])('%s: the currency is written as the service writes it', (_, destination, written) => {
    expect(bodyOf(destination, { value: 1, currency: ' eur ' })).toContain(`"currency":"${written}"`)
  })

  test.each([...inMajorUnits, ...inMinorUnits])(
    '%s: the event’s value wins over a property',
    (_, destination, pattern) => {
      const properties = { value: 7, amount: 7, amount_cents: 7 }
      const body = bodyOf(destination, { value: 4_990, currency: 'JPY', properties })
      // Servoki's value stands beside its properties; elsewhere they share one object, in which a name may stand once.
      const money = body.replace(/"props":\{"value":7[^}]*\},?/, '')
      expect(money.match(new RegExp(pattern, 'g'))).toEqual([expect.stringContaining('4990')])
    },
  )
})

import type { Destination } from '@threadline/core'
import { currencyExponent } from '@threadline/schema'
import { describe, expect, test } from 'vitest'
import { bodyOf, refusalOf } from '../test/event.ts'
import { amplitude, mixpanel, posthog, segment } from './index.ts'

/** Services that take what they find under one name for income. */
const SERVICES: readonly (readonly [destination: Destination, income: string, other: string])[] = [
  [segment({ writeKey: 'wk' }), 'revenue', 'value'],
  [posthog({ key: 'phc_x' }), 'revenue', 'value'],
  [mixpanel({ token: 't' }), 'revenue', 'value'],
  [amplitude({ apiKey: 'k' }), 'revenue', 'value'],
]

const CURRENCIES = ['EUR', 'JPY', 'KWD', 'CLF', 'HUF', 'USD']
const VALUES = [0, 1, 99, 100, 4_990, -4_990, 123_456_789, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]
const PAYMENTS = ['checkout_finished', 'purchase', 'subscription_renewed', 'invoice_paid']
const OTHERS = ['checkout_started', 'subscription_started', 'refunded', 'order_completed']

/** The text of a number in JSON: reading it as a number would round it. */
function numberAt(body: string, name: string): string | undefined {
  return new RegExp(`"${name.replace('$', '\\$')}":(-?[\\d.]+)[,}]`).exec(body)?.[1]
}

/** The integer of minor units that a decimal text of major units stands for, digit by digit. */
function minorOf(text: string | undefined, decimals: number): string {
  const [whole = '', fraction = ''] = (text ?? '').split('.')
  expect(fraction).toHaveLength(decimals)
  return String(BigInt(whole + fraction))
}

describe.each(SERVICES)('$0.name', (destination, income, other) => {
  test.each(PAYMENTS)('%s is income, exact in every number of decimals', (event) => {
    for (const currency of CURRENCIES) {
      for (const value of VALUES) {
        const body = bodyOf(destination, { event, value, currency })
        expect(minorOf(numberAt(body, income), currencyExponent(currency) ?? 0), `${value} ${currency}`).toBe(
          `${value}`,
        )
        expect(numberAt(body, other)).toBeUndefined()
        expect(body).toContain(`"currency":"${currency}"`)
      }
    }
  })

  test.each(OTHERS)('%s is none, and its amount is exact, too', (event) => {
    const body = bodyOf(destination, { event, value: 1_500, currency: ' kwd ' })
    expect(numberAt(body, other)).toBe('1.500')
    expect(numberAt(body, income)).toBeUndefined()
    expect(body).toContain('"currency":"KWD"')
  })

  test('an amount without a currency is no income: a service might take it for dollars', () => {
    const body = bodyOf(destination, { event: 'purchase', value: 4_990 })
    expect(numberAt(body, other)).toBe('49.90')
    expect(numberAt(body, income)).toBeUndefined()
  })

  test('the event’s own money wins over properties of the name', () => {
    const properties = { [other]: 7, currency: 'XXX' }
    const body = bodyOf(destination, { event: 'refunded', value: 4_990, currency: 'EUR', properties })
    expect(body).not.toContain(`"${other}":7`)
    expect(body).not.toContain('XXX')
  })

  test('half a cent and currencies that nobody knows are refused', () => {
    expect(refusalOf(destination, { value: 0.5, currency: 'EUR' })).toBe('invalid_value')
    expect(refusalOf(destination, { value: 100, currency: 'ZZZ' })).toBe('invalid_currency')
  })
})

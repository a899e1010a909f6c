import { currencyExponent, toMajorNumber } from '@threadline/schema'
import { CURRENCY } from '../plans.ts'

const decimals = currencyExponent(CURRENCY) ?? 0
const format = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: CURRENCY,
  minimumFractionDigits: decimals,
  maximumFractionDigits: decimals,
})

/** A price as the visitor reads it: 4900 is `$49.00`. */
export function formatPrice(minorUnits: number): string {
  return format.format(toMajorNumber(minorUnits, CURRENCY))
}

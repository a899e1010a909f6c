import { CURRENCY } from '../plans.ts'

const format = new Intl.NumberFormat('en-US', { style: 'currency', currency: CURRENCY })

/** A price as the visitor reads it: 4900 is `$49.00`. Every price of the shop has two decimals. */
export function formatPrice(minorUnits: number): string {
  return format.format(minorUnits / 100)
}

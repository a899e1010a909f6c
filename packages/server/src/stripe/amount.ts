import { currencyExponent } from '@threadline/schema'

/**
 * Currencies whose amounts Stripe counts in another unit than ISO 4217 does, with the decimals of Stripe's unit.
 *
 * The ariary has two decimals by ISO and none at Stripe. The króna and the Ugandan shilling have lost theirs, and Stripe
 * still counts hundredths, always of whole units.
 */
const STRIPE_DECIMALS: { readonly [currency: string]: number } = { MGA: 0, ISK: 2, UGX: 2 }

/** Money as Threadline has it: ISO 4217 minor units and the code in upper case. */
export interface Money {
  readonly value: number
  readonly currency: string
}

/**
 * Converts an amount of Stripe's to ISO 4217 minor units, exactly.
 *
 * @throws RangeError when the currency is unknown, or the amount is no whole number of minor units.
 */
export function fromStripeAmount(amount: number, stripeCurrency: string): Money {
  const currency = stripeCurrency.toUpperCase()
  const decimals = currencyExponent(currency)
  if (decimals === undefined) throw new RangeError(`Stripe's currency ${stripeCurrency.slice(0, 10)} is unknown`)
  const shift = decimals - (STRIPE_DECIMALS[currency] ?? decimals)
  const value = shift < 0 ? amount / 10 ** -shift : amount * 10 ** shift
  if (!Number.isSafeInteger(value)) throw new RangeError(`${amount} is no whole amount of ${currency}`)
  return { value, currency }
}

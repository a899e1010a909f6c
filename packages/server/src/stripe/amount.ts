import { currencyExponent } from '@threadline/schema'

/**
 * Currencies whose amounts Stripe counts in another unit than ISO 4217 does, with the decimals of Stripe's unit.
 *
 * The ariary has two decimals by ISO and none at Stripe. The króna and the Ugandan shilling have lost theirs, and Stripe
 * still counts hundredths, always of whole units. Source: https://docs.stripe.com/currencies#special-cases.
 */
const STRIPE_DECIMALS: { readonly [currency: string]: number } = { MGA: 0, ISK: 2, UGX: 2 }

/** Money as Threadline has it: ISO 4217 minor units and the code in upper case. */
export interface Money {
  readonly value: number
  readonly currency: string
}

/** An amount that was read exactly, or why it could not be and what Stripe wrote. */
export type Amount =
  | { readonly money: Money; readonly unreadable?: undefined; readonly noted?: undefined }
  | { readonly money?: undefined; readonly unreadable: string; readonly noted: NotedAmount }

/** Kept as properties of an event that has no `value`, so that somebody can count it by hand. */
export interface NotedAmount {
  readonly stripe_amount?: number
  readonly stripe_currency?: string
}

/**
 * Converts an amount of Stripe's to ISO 4217 minor units, exactly or not at all: not where the currency is unknown
 * (as are all crypto currencies), and not where the amount is no whole number of minor units.
 */
export function readAmount(amount: number | undefined, stripeCurrency: string | undefined): Amount {
  const noted = {
    ...(amount !== undefined && Number.isFinite(amount) && { stripe_amount: amount }),
    ...(stripeCurrency !== undefined && { stripe_currency: stripeCurrency.slice(0, 20) }),
  }
  if (amount === undefined || stripeCurrency === undefined) {
    return { unreadable: 'Stripe sent no amount, or no currency', noted }
  }
  const currency = stripeCurrency.toUpperCase()
  const decimals = currencyExponent(currency)
  if (decimals === undefined) {
    return { unreadable: `Stripe's currency ${stripeCurrency.slice(0, 20)} is not in ISO 4217`, noted }
  }
  const shift = decimals - (STRIPE_DECIMALS[currency] ?? decimals)
  const value = shift < 0 ? amount / 10 ** -shift : amount * 10 ** shift
  if (!Number.isSafeInteger(value)) {
    return { unreadable: `Stripe's amount ${amount} is no whole number of minor units of ${currency}`, noted }
  }
  return { money: { value, currency } }
}

/**
 * ISO 4217 codes by the number of decimals of their minor unit.
 *
 * Source: SIX, ISO 4217 list one, published 2026-01-01. Codes whose minor unit is "N.A." (metals, bond units, XDR,
 * XTS, XXX…) are left out: an integer of minor units means nothing for them. Codes withdrawn since 2023 (HRK, SLL,
 * ZWL, CUC, ANG, BGN) are kept, because imported events may carry them.
 */
const NO_DECIMALS = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
const TWO_DECIMALS =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF ' +
  'CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK ' +
  'HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR ' +
  'MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP ' +
  'SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG ' +
  'YER ZAR ZMW ZWG ZWL'
const THREE_DECIMALS = 'BHD IQD JOD KWD LYD OMR TND'
const FOUR_DECIMALS = 'CLF UYW'

/**
 * The decimals of a currency's minor unit by ISO 4217: 2 for EUR, 0 for JPY, 3 for KWD. `undefined` for anything that
 * is no ISO 4217 code in upper case.
 *
 * Payment providers deviate: Stripe, for example, counts ISK and UGX in hundredths. Convert where their amounts enter.
 */
export function currencyExponent(code: unknown): 0 | 2 | 3 | 4 | undefined {
  if (typeof code !== 'string' || !/^[A-Z]{3}$/.test(code)) return undefined
  if (TWO_DECIMALS.includes(code)) return 2
  if (NO_DECIMALS.includes(code)) return 0
  if (THREE_DECIMALS.includes(code)) return 3
  if (FOUR_DECIMALS.includes(code)) return 4
  return undefined
}

/** Tells whether `code` is an ISO 4217 currency code in upper case. */
export function isCurrency(code: unknown): code is string {
  return currencyExponent(code) !== undefined
}

/**
 * Converts an amount in major units to integer minor units, exactly: `'49.90'` EUR is 4990, `500` JPY is 500.
 *
 * Works on decimal digits, so 19.99 is 1999 and never 1998.9999…. Nothing is rounded: 1.005 EUR, or the
 * 0.30000000000000004 of a float sum, is an error that says so. Zeros past the minor unit are fine (`'500.00'` JPY).
 *
 * @param amount - A number, or a string such as `'-1234.50'`: no sign but `-`, no grouping, no exponent.
 * @throws TypeError when `amount` is no decimal number.
 * @throws RangeError when `currency` is no ISO 4217 code, when the amount has more decimals than the currency, and when
 * the result is over `Number.MAX_SAFE_INTEGER`.
 */
export function toMinorUnits(amount: string | number, currency: string): number {
  const exponent = knownExponent(currency)
  const [, sign = '', whole = '', decimals = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(amount)) ?? []
  if (whole === '') {
    throw new TypeError(
      `an amount is a decimal number such as 49.9 or '49.90', without an exponent: got ${shown(amount)}`,
    )
  }
  const significant = decimals.replace(/0+$/, '')
  if (significant.length > exponent) {
    throw new RangeError(
      `${currency} has ${exponent} decimals, ${shown(amount)} has ${significant.length}: round it first`,
    )
  }
  const minor = Number(whole + significant.padEnd(exponent, '0'))
  if (!Number.isSafeInteger(minor)) throw new RangeError(`${shown(amount)} ${currency} is too large to be exact`)
  return sign === '-' && minor !== 0 ? -minor : minor
}

/**
 * Converts integer minor units to an exact decimal string in major units: 4990 EUR is `'49.90'`, 500 JPY is `'500'`.
 *
 * @throws TypeError when `value` is no safe integer.
 * @throws RangeError when `currency` is no ISO 4217 code.
 */
export function toMajorUnits(value: number, currency: string): string {
  const exponent = knownExponent(currency)
  if (!Number.isSafeInteger(value)) throw new TypeError(`value is in integer minor units: got ${shown(value)}`)
  if (exponent === 0) return String(value)
  const digits = String(Math.abs(value)).padStart(exponent + 1, '0')
  return `${value < 0 ? '-' : ''}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/**
 * {@link toMajorUnits} as a number, for services that want one: 4990 EUR is 49.9. It is the double nearest to the exact
 * amount, and so prints as that amount up to 15 digits.
 *
 * @throws TypeError and RangeError as `toMajorUnits` does.
 */
export function toMajorNumber(value: number, currency: string): number {
  return Number(toMajorUnits(value, currency))
}

function knownExponent(currency: string): number {
  const exponent = currencyExponent(currency)
  if (exponent === undefined) {
    throw new RangeError(`currency is an ISO 4217 code in upper case, such as EUR: got ${shown(currency)}`)
  }
  return exponent
}

/** Cut, because what is wrong may be anything, of any length. */
function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value).slice(0, 40)
}
